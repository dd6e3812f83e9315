"""Marketplaces: what is published, what others have stays, and nothing goes back in silence."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from polyskill.compiler.readers import discover, read
from polyskill.platforms.base import Loss, Package, Platform
from polyskill.platforms.publish.errors import PublishError
from polyskill.platforms.publish.ledger import NAME as LEDGER
from polyskill.platforms.publish.listing import Listing, merge_keys, merge_rows
from polyskill.platforms.publish.prepared import Kind, PublishRequest
from polyskill.platforms.publish.publish import PublishResult, publish
from polyskill.platforms.publish.signing import Signer
from polyskill.platforms.publish.verify import verify

from .conftest import Write, tree

Publishing = Callable[..., PublishRequest]
MARKET = Kind.MARKETPLACE
LISTINGS = {
    ".claude-plugin/marketplace.json": "name",
    ".cursor-plugin/marketplace.json": "name",
    ".agents/plugins/marketplace.json": "name",
    "marketplace.json": "id",
    "index.json": "name",
}
SCHEMAS = {
    "marketplace.json": {
        ".claude-plugin": "schemastore-claude-code-marketplace.json",
        ".cursor-plugin": "cursor-marketplace.schema.json",
    },
    "plugin.json": {
        ".claude-plugin": "schemastore-claude-code-plugin-manifest.json",
        ".codex-plugin": "schemastore-codex-plugin-manifest.json",
        ".cursor-plugin": "cursor-plugin.schema.json",
        "": "agent-plugins-1.0.0.plugin.schema.json",
    },
}


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def errors(result: PublishResult) -> list[str]:
    return [found.code.id for found in result.diagnostics if found.severity == "error"]


@pytest.fixture
def market(fixture: Path, publishing: Publishing, tmp_path: Path) -> Path:
    assert not publish(publishing(MARKET, fixture)).failed
    return tmp_path / "to"


def test_every_host_finds_its_plugins(market: Path) -> None:
    for path, ident in LISTINGS.items():
        rows = load(market / path)["plugins"]
        assert [row[ident] for row in rows] == ["release-notes", "release-notes-zh"], path
        for row in rows:
            source = row.get("source", row.get("path"))
            place = source["path"] if isinstance(source, dict) else source
            assert (market / place).is_dir(), row
            if path != "index.json":
                assert place.startswith("./")


def test_what_is_said_of_a_marketplace_does_not_become_stale(market: Path) -> None:
    assert load(market / ".claude-plugin/marketplace.json")["description"] == "Plugins of market"


def test_one_version_in_every_manifest(market: Path) -> None:
    found = [path for path in market.rglob("*plugin.json") if "skills" not in path.parts]
    assert len(found) == 10
    assert {load(path)["version"] for path in found} == {"1.2.0"}


@pytest.mark.corpus
def test_manifests_follow_the_published_schemas(market: Path, shared: Path) -> None:
    checked = 0
    for path in market.rglob("*.json"):
        name = SCHEMAS.get(path.name, {}).get(
            path.parent.name
            if path.parent.name.startswith(".")
            else ""
            if path.parent != market
            else "-"
        )
        if name is not None:
            schema = load(shared / "schemas" / name)
            kind = jsonschema.validators.validator_for(schema)
            kind(schema, format_checker=jsonschema.FormatChecker()).validate(load(path))
            checked += 1
    assert checked == 2 + 2 * 4


def test_the_readers_read_it(market: Path) -> None:
    found = discover(market)
    assert len(found) == 10
    for candidate in found:
        assert candidate.diagnostics == ()
        result = read(candidate)
        assert result.diagnostics == ()
        assert any(skill.name == "release-notes" for skill in result.skills)


def test_publishing_again_writes_nothing(
    market: Path, fixture: Path, publishing: Publishing
) -> None:
    before = {path: path.stat().st_mtime_ns for path in [market, *market.rglob("*")]}
    result = publish(publishing(MARKET, fixture))
    assert (result.changes, result.failed) == ([], False)
    assert before == {path: path.stat().st_mtime_ns for path in [market, *market.rglob("*")]}


def test_foreign_entries_keys_and_files_stay(
    fixture: Path, write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    root = tmp_path / "to"
    (root / ".claude-plugin").mkdir(parents=True)
    (root / "plugins" / "mine").mkdir(parents=True)
    (root / "plugins" / "mine" / "说明.md").write_bytes("我的\r\n".encode())
    (root / "README.md").write_text("# Mine\n")
    listing = root / ".claude-plugin" / "marketplace.json"
    text = """{
    "name": "market", "owner": {"name": "我"}, "metadata": {"version": "7"},
    "plugins": [
        {"name": "mine", "source": "./plugins/mine", "description": "别人的插件", "tags": ["a"]},
        {"name": "far", "source": {"source": "github", "repo": "a/b"}}
    ]
}"""
    listing.write_text(text, "utf-8")
    assert not publish(publishing(MARKET, fixture)).failed
    before, after = json.loads(text), load(listing)
    assert after["plugins"][:2] == before["plugins"]
    assert {**after, "plugins": 0} == {**before, "plugins": 0}
    assert listing.read_text("utf-8").startswith('{\n    "name": "market"')
    assert not listing.read_bytes().endswith(b"\n")
    assert (root / "plugins" / "mine" / "说明.md").read_bytes() == "我的\r\n".encode()
    # A second skill beside the first one: neither touches the other.
    first = tree(root / "plugins")
    assert not publish(publishing(MARKET, write())).failed
    second = tree(root / "plugins")
    assert {path: second.get(path) for path in first} == first
    names = [row["name"] for row in load(listing)["plugins"]]
    assert names == ["mine", "far", "release-notes", "release-notes-zh", "greeter", "greeter-zh"]


def test_what_a_user_adds_to_our_rows_stays(
    market: Path, fixture: Path, publishing: Publishing
) -> None:
    listing = market / ".claude-plugin" / "marketplace.json"
    data = load(listing)
    data["plugins"][0]["featured"] = True
    data["plugins"][0]["description"] = "stale"
    listing.write_text(json.dumps(data))
    assert not publish(publishing(MARKET, fixture)).failed
    row = load(listing)["plugins"][0]
    assert row["featured"] is True
    assert row["description"].startswith("Writes release notes")


def test_an_entry_of_somebody_else_is_not_taken_over(
    fixture: Path, publishing: Publishing, tmp_path: Path
) -> None:
    root = tmp_path / "to"
    (root / ".cursor-plugin").mkdir(parents=True)
    rows = [{"name": "release-notes", "source": "./theirs"}]
    data = json.dumps({"name": "market", "owner": {"name": "x"}, "plugins": rows})
    (root / ".cursor-plugin" / "marketplace.json").write_text(data)
    before = tree(root)
    result = publish(publishing(MARKET, fixture))
    assert errors(result) == ["PS987"]
    assert tree(root) == before


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b'{"plugins": {}}', b'{"plugins": [1]}', b"\xff\xfe", b'{"a": 1, "a": 2}',
     b'{"name": "other", "plugins": []}', b"// note\n{}", b"[" * 100_000],
)  # fmt: skip
def test_a_listing_that_cannot_be_kept_is_not_touched(
    write: Write, publishing: Publishing, tmp_path: Path, data: bytes
) -> None:
    root = tmp_path / "to"
    root.mkdir()
    (root / "index.json").write_bytes(data)
    with pytest.raises(PublishError) as refused:
        publish(publishing(MARKET, write()))
    assert refused.value.diagnostic.code.id == "PS986"
    assert list(tree(root)) == ["index.json"]
    assert (root / "index.json").read_bytes() == data


def test_a_lower_version_is_refused(write: Write, publishing: Publishing, tmp_path: Path) -> None:
    source = write(version="1.10.0")
    assert not publish(publishing(MARKET, source)).failed
    before = tree(tmp_path / "to")
    write(version="1.9.0")
    assert set(errors(publish(publishing(MARKET, source)))) == {"PS983"}
    assert tree(tmp_path / "to") == before
    assert not publish(publishing(MARKET, source, downgrade=True)).failed
    assert load(tmp_path / "to" / LEDGER)["packages"]["claude/greeter"]["version"] == "1.9.0"


def test_other_bytes_under_the_same_version_are_refused(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write()
    assert not publish(publishing(MARKET, source)).failed
    before = tree(tmp_path / "to")
    write(body="Greet people coldly.")
    refused = publish(publishing(MARKET, source))
    assert set(errors(refused)) == {"PS984"}
    assert tree(tmp_path / "to") == before
    assert not publish(publishing(MARKET, source, replace=True)).failed
    assert tree(tmp_path / "to") != before


def test_files_that_a_new_version_lacks_go(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write(body="See [more](references/more.md).")
    (source / "references").mkdir()
    (source / "references" / "more.md").write_text("# More\n\nMore.\n")
    assert not publish(publishing(MARKET, source)).failed
    home = tmp_path / "to" / "plugins" / "claude" / "greeter" / "skills" / "greeter"
    assert (home / "references" / "more.md").is_file()
    (home / "mine.md").write_text("mine")
    shutil.rmtree(source / "references")
    write(version="1.1.0")
    assert not publish(publishing(MARKET, source)).failed
    assert sorted(path.name for path in home.iterdir()) == ["SKILL.md", "mine.md"]


def test_a_file_to_remove_that_was_edited_stays(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write(body="See [more](references/more.md).")
    (source / "references").mkdir()
    (source / "references" / "more.md").write_text("# More\n\nMore.\n")
    assert not publish(publishing(MARKET, source)).failed
    edited = tmp_path / "to/plugins/codex/greeter/skills/greeter/references/more.md"
    edited.write_text("改过了", "utf-8")
    before = tree(tmp_path / "to")
    shutil.rmtree(source / "references")
    write(version="1.1.0")
    assert errors(publish(publishing(MARKET, source))) == ["PS985"]
    assert tree(tmp_path / "to") == before


def test_an_edited_file_is_not_overwritten(
    market: Path, fixture: Path, publishing: Publishing
) -> None:
    edited = market / "plugins/kimi/release-notes/SYSTEM.md"
    edited.write_text("改过了\n", "utf-8")
    before = tree(market)
    result = publish(publishing(MARKET, fixture, version="2.0.0", replace=True))
    assert errors(result) == ["PS985"]
    assert "SYSTEM.md" in result.diagnostics[-1].message()
    assert tree(market) == before


def test_links_are_not_followed(write: Write, publishing: Publishing, tmp_path: Path) -> None:
    root, outside = tmp_path / "to", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "plugins").symlink_to(outside)
    assert set(errors(publish(publishing(MARKET, write())))) == {"PS985"}
    assert list(outside.iterdir()) == []


def test_versions_are_needed(write: Write, publishing: Publishing, tmp_path: Path) -> None:
    for number, version in enumerate((None, "1.0", "soon")):
        source = write(f"skill-{number}", version=version)
        assert errors(publish(publishing(MARKET, source))) == ["PS980"]
        assert not (tmp_path / "to").exists()
        assert not publish(publishing(MARKET, source, version="1.0.0", dry_run=True)).failed


def test_a_file_where_a_folder_should_be(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    root = tmp_path / "to"
    root.mkdir()
    (root / "plugins").write_text("mine")
    assert set(errors(publish(publishing(MARKET, write())))) == {"PS985"}
    assert list(tree(root)) == ["plugins"]


def test_a_signed_marketplace(
    fixture: Path, publishing: Publishing, signer: Signer, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    root = tmp_path / "to"
    assert not publish(publishing(MARKET, fixture, signer=signer)).failed
    made = verify(root, str(keys[1]))
    assert (made.signature, made.diagnostics) == ("good", [])
    assert made.comment.startswith("market: agents/release-notes 1.2.0")
    assert LEDGER in made.files
    assert ".claude-plugin/marketplace.json" in made.files
    assert publish(publishing(MARKET, fixture)).changes == []
    refused = publish(publishing(MARKET, fixture, version="1.3.0"))
    assert errors(refused) == ["PS990"]
    assert not publish(publishing(MARKET, fixture, version="1.3.0", signer=signer)).failed
    assert verify(root, str(keys[1])).signature == "good"
    (root / "plugins/claude/release-notes/README.md").write_text("x")
    assert verify(root, str(keys[1])).failed


def test_a_git_work_tree_holds_exactly_what_was_said(
    fixture: Path, publishing: Publishing, tmp_path: Path
) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = tmp_path / "to"
    subprocess.run(["git", "init", "-q", root], check=True, timeout=30)
    from polyskill.platforms.publish.after import after

    request = publishing(MARKET, fixture)
    result = publish(request)
    [add, commit, _] = after(request, result).publisher
    subprocess.run(add, shell=True, check=True, timeout=30)
    subprocess.run(
        commit.replace("commit", "-c user.name=x -c user.email=x@example.org commit -q", 1),
        shell=True,
        check=True,
        timeout=30,
    )
    status = subprocess.run(
        ["git", "-C", root, "status", "--porcelain"], check=True, capture_output=True, timeout=30
    )
    assert status.stdout == b""


class _Loud(Platform):
    """A host of a third party, with a marketplace of its own."""

    id, title, version, homepage = "loud", "Loud", "1", ""
    packages = True

    def lower(self, view: Any, form: Any) -> Any:
        raise NotImplementedError

    def package(self, view: Any, name: str) -> Package:
        from polyskill.platforms.base import Bundle, File, Placed

        pieces = (Placed("loud.txt", File(b"x")),)
        lost = (Loss("everything", "it is loud"),)
        return Package(name, Bundle(pieces, lost), {"name": name, "source": f"./plugins/{name}"})

    def marketplace(self, name: str, entries: Any) -> Any:
        from polyskill.platforms.base import Bundle, File, Placed

        data = json.dumps({"plugins": [dict(entry) for entry in entries]}).encode()
        return Bundle((Placed("loud.json", File(data)),))


def test_other_platforms_have_their_place(
    write: Write, publishing: Publishing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = _Loud()
    monkeypatch.setattr("polyskill.platforms.publish.render.get", lambda _name: loud)
    result = publish(publishing(MARKET, write(), platforms=(loud,)))
    assert not result.failed
    [row, _] = load(tmp_path / "to" / "loud.json")["plugins"]
    assert row["source"] == "./plugins/loud/greeter"
    assert (tmp_path / "to" / row["source"] / "loud.txt").is_file()
    assert result.losses["loud/greeter"] == (Loss("everything", "it is loud"),)


def test_a_listing_keeps_its_bytes_if_nothing_changes() -> None:
    odd = b'\xef\xbb\xbf{"plugins":[{"name":"a","source":"./a"}],\r\n"z":1}'
    listing = Listing("x.json", {"plugins": [{"name": "a", "source": "./a"}]}, "plugins", "name")
    assert merge_rows(listing, odd, ["a"]) == (odd, [])
    more = Listing("x.json", {"plugins": [{"name": "b", "source": "./b"}]}, "plugins", "name")
    made, found = merge_rows(more, odd, [])
    assert found == []
    assert made.startswith(b"\xef\xbb\xbf{\r\n")
    assert json.loads(made.decode("utf-8-sig"))["z"] == 1


def test_keys_are_set_and_lists_united() -> None:
    before = b'{\n\t"name": "x",\n\t"private": true,\n\t"keywords": ["mine"]\n}\n'
    made = merge_keys("package.json", before, {"name": "x", "version": "1.0.0", "keywords": ["a"]})
    assert made == (
        b'{\n\t"name": "x",\n\t"private": true,\n\t"keywords": [\n\t\t"mine",\n\t\t"a"\n\t],\n'
        b'\t"version": "1.0.0"\n}\n'
    )
    assert merge_keys("package.json", made, {"name": "x", "keywords": ["a"]}) == made
