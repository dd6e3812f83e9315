"""The commands `pack` and `publish`: streams, exit status, languages, JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.codes import load_all
from polyskill.compiler.localized import Lang

from .conftest import Write


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Answer]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    from polyskill.cli.app import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["polyskill", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            run()
        captured = capsys.readouterr()
        return Answer(int(left.value.code or 0), captured.out, captured.err)

    return call


def test_pack_as_json(cli: Cli, fixture: Path) -> None:
    made = cli("pack", fixture, "-p", "claude", "-l", "zh", "--format", "tar.gz", "--json")
    assert (made.status, made.err) == (0, "")
    data = made.data
    assert (data["ok"], data["out"], data["dry_run"]) == (True, "packs", False)
    [one] = data["packs"]
    assert [file["name"] for file in one["files"]] == [
        "release-notes-1.2.0-source.tar.gz",
        "release-notes-1.2.0-zh-claude.tar.gz",
        "release-notes-1.2.0-zh-root.tar.gz",
        "release-notes-1.2.0-zh-upload.zip",
        "release-notes-1.2.0.cdx.json",
    ]
    for file in one["files"]:
        assert (Path(one["folder"]) / file["name"]).stat().st_size == file["bytes"]
    again = cli("pack", fixture, "-p", "claude", "-l", "zh", "--format", "tar.gz", "--json")
    assert again.data["packs"][0]["changes"] == []


def test_pack_quiet_and_dry(cli: Cli, fixture: Path, tmp_path: Path) -> None:
    assert cli("pack", fixture, "--quiet", "--dry-run") == Answer(0, "", "")
    made = cli("pack", fixture, "--dry-run", "-p", "codex", "-l", "en")
    assert made.status == 0
    assert "+ packs/release-notes-1.2.0/release-notes-1.2.0-en-codex.zip\n" in made.out
    assert made.out.endswith("packs: 1 pack; 6 files would change\n")
    assert not (tmp_path / "packs").exists()
    assert cli("pack", fixture, "--quiet") == Answer(0, "", "")
    assert (tmp_path / "packs" / "release-notes-1.2.0").is_dir()


def test_pack_tells_losses(cli: Cli, fixture: Path) -> None:
    made = cli("pack", fixture, "-v", "-p", "codex", "-l", "en")
    assert "Losses" in made.out
    assert "only plugins bring them" in made.out


def test_keys_signing_and_verifying(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("minisign", reason="py-minisign (extra `sign`) is not installed")
    monkeypatch.setenv("POLYSKILL_SIGN_PASSWORD", "")
    made = cli("pack", "--new-key", "my.key", "--json")
    word = made.data["key"]
    assert (tmp_path / "my.key.pub").read_text().splitlines()[1] == word
    assert cli("pack", "--new-key", "my.key").status == 1
    assert cli("pack", write(), "--sign", "my.key").out.endswith(
        "1 pack, signed; 20 files written\n"
    )
    good = cli("pack", "--verify", "packs/greeter-1.0.0", "--key", word)
    assert good.out == "packs/greeter-1.0.0: 18 files as packed\nsignature holds: greeter 1.0.0\n"
    data = cli("pack", "--verify", "packs/greeter-1.0.0", "--key", "my.key.pub", "--json").data
    assert (data["ok"], data["signature"], data["comment"]) == (True, "good", "greeter 1.0.0")
    place = tmp_path / "packs/greeter-1.0.0/greeter-1.0.0-source.zip"
    place.write_bytes(place.read_bytes()[:-1])
    bad = cli("pack", "--verify", "packs/greeter-1.0.0", "--key", word)
    assert (bad.status, bad.out) == (1, "")
    assert "PS991 `greeter-1.0.0-source.zip` is not what SHA256SUMS says" in bad.err
    data = cli("pack", "--verify", "packs/greeter-1.0.0", "--json").data
    assert (data["ok"], data["signature"]) == (False, "unchecked")
    assert data["diagnostics"][0]["code"] == "PS991"


def test_a_key_that_cannot_be_used(cli: Cli, write: Write, tmp_path: Path) -> None:
    pytest.importorskip("minisign")
    made = cli("pack", write(), "--sign", "absent.key")
    assert made.status == 1
    assert "absent.key: error PS989" in made.err
    data = cli("pack", write(), "--sign", "absent.key", "--json").data
    assert data["ok"] is False
    assert data["diagnostics"][0]["code"] == "PS989"
    assert not (tmp_path / "packs").exists()


def test_a_password_is_never_guessed(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("POLYSKILL_SIGN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("guess\n"))
    made = cli("pack", "--new-key", "my.key")
    assert made.status == 1
    assert "POLYSKILL_SIGN_PASSWORD" in made.err
    assert not (tmp_path / "my.key").exists()


@pytest.mark.parametrize("kind", ["marketplace", "index", "npm", "pypi"])
def test_publish_as_json(cli: Cli, fixture: Path, kind: str, tmp_path: Path) -> None:
    arguments = ("publish", fixture, "--to", "place", "--as", kind, "--json")
    dry = cli(*arguments, "--dry-run").data
    assert dry["dry_run"]
    assert not (tmp_path / "place").exists()
    made = cli(*arguments)
    assert (made.status, made.err) == (0, "")
    assert {**made.data, "dry_run": True} == {**dry, "next": made.data["next"]}
    assert made.data["packages"]
    assert made.data["next"]
    assert made.data["name"] == "place"
    assert cli(*arguments).data["changes"] == []
    higher = cli(*arguments, "--version", "2.0.0")
    assert higher.status == 0
    assert set(higher.data["packages"].values()) == {"2.0.0"}
    lower = cli(*arguments)
    assert lower.status == 1
    assert {one["code"] for one in lower.data["diagnostics"]} == {"PS983"}
    assert cli(*arguments, "--allow-downgrade", "-q").status == 0


def test_clawhub_needs_a_word(cli: Cli, fixture: Path, tmp_path: Path) -> None:
    arguments = ("publish", fixture, "--to", "hub", "--as", "clawhub")
    refused = cli(*arguments)
    assert refused.status == 1
    assert "published on ClawHub it becomes MIT-0" in refused.err
    assert "--accept-licence MIT-0" in refused.err
    assert not (tmp_path / "hub").exists()
    made = cli(*arguments, "--accept-licence", "MIT-0")
    assert made.status == 0
    assert "clawhub skill publish hub/release-notes --slug release-notes\n" in made.out


def test_commands_to_run_next_are_quoted(cli: Cli, write: Write, tmp_path: Path) -> None:
    made = cli("publish", write(), "--to", "my site; rm -rf x", "--as", "marketplace")
    assert "  git -C 'my site; rm -rf x' push\n" in made.out
    assert "claude plugin install greeter@my-site-rm-rf-x\n" in made.out


def test_an_existing_marketplace_gives_the_name(cli: Cli, write: Write, tmp_path: Path) -> None:
    assert cli("publish", write(), "--to", "m", "--as", "marketplace", "--name", "acme").status == 0
    made = cli("publish", write("other"), "--to", "m", "--as", "marketplace")
    assert "claude plugin install other@acme\n" in made.out
    refused = cli("publish", write("third"), "--to", "m", "--as", "marketplace", "--name", "b")
    assert refused.status == 1
    assert "belongs to `acme`" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish", "--as", "npm"),
        ("publish", "--to", "x"),
        ("publish", "--to", "x", "--as", "floppy"),
        ("publish", "--to", "x", "--as", "npm", "--version", "1"),
        ("publish", "--to", "x", "--as", "npm", "--name", "Bad Name"),
        ("publish", "--to", "x", "--as", "npm", "-l", "en", "-l", "zh"),
        ("publish", "--to", "x", "--as", "pypi", "--name", "技能"),
        ("publish", "--to", "x", "--as", "marketplace", "--name", "a/b"),
        ("publish", "--to", "x", "--as", "index", "--url", "http://example.org"),
        ("publish", "--to", "x", "--as", "clawhub", "--accept-licence", "GPL"),
        ("publish", "absent", "--to", "x", "--as", "npm"),
        ("pack", "--version", "v1"),
        ("pack", "--key", "x"),
        ("pack", "--verify", "x", "--new-key", "y"),
        ("pack", "--new-key", "x", "--sign", "y"),
        ("pack", "-p", "floppy"),
        ("pack", "absent"),
    ],
    ids=" ".join,
)
def test_wrong_use(cli: Cli, arguments: tuple[str, ...], tmp_path: Path) -> None:
    made = cli(*arguments)
    assert (made.status, made.out) == (2, "")
    assert "error: " in made.err
    assert list(tmp_path.iterdir()) == []


def test_findings_are_escaped(cli: Cli, write: Write, tmp_path: Path) -> None:
    source = write()
    cli("publish", source, "--to", "m", "--as", "marketplace")
    place = tmp_path / "m" / "plugins" / "claude" / "greeter" / "README.md"
    place.write_text("x")
    (tmp_path / "m").rename(tmp_path / "m\x1b[31m")
    made = cli("publish", source, "--to", "m\x1b[31m", "--as", "marketplace", "--name", "m")
    assert made.status == 1
    assert "\x1b" not in made.out + made.err


def test_every_code_speaks_both_languages() -> None:
    found = [code for name, code in load_all().items() if "PS980" <= name <= "PS994"]
    assert len(found) == 15
    for code in found:
        for text in (code.message, code.why, code.help):
            assert any("\u4e00" <= char <= "\u9fff" for char in text.pick(Lang.ZH)), code.id
            assert not any("\u4e00" <= char <= "\u9fff" for char in text.pick(Lang.EN)), code.id
        assert not code.message.pick(Lang.EN).endswith(".")
