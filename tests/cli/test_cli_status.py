"""Exit status: 0 fine, 1 problems found, 2 wrong use; messages name what was wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

QUICK = ("-p", "claude", "--no-bundles", "-l", "en")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("-h",),
        ("build", "demo", *QUICK),
        ("build", "demo", *QUICK, "--dry-run"),
        ("build", "demo", *QUICK, "--json"),
        ("build", "demo", "-p", "claude,cursor", "--no-bundles", "-q"),
        ("check", "demo"),
        ("check", "demo", "--strict"),
        ("check", "demo", "--format", "sarif"),
        ("show", "demo", "-p", "claude"),
        ("show", "demo", "-p", "claude", "--json"),
        ("import", "demo", "-o", "other"),
        ("import", "demo", "--dry-run"),
        ("new", "another"),
        ("platforms",),
        ("platforms", "claude", "codex"),
        ("platforms", "claude", "--json"),
    ],
)
def test_fine(cli, demo, arguments):
    answer = cli(*arguments)
    assert answer.status == 0, answer.err
    assert "error" not in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "bad", *QUICK),
        ("build", "bad", *QUICK, "--json"),
        ("build", "demo", *QUICK, "--check"),
        ("check", "bad"),
        ("check", "bad", "--json"),
        ("check", "bad", "--format", "github"),
        ("check", "bad", "--strict", "--ignore", "PS3"),
        ("show", "empty"),
        ("check", "empty"),
        ("build", "empty"),
        ("import", "empty"),
        ("import", "bad", "-o", "other"),
        ("new", "demo"),
        ("build", "demo", *QUICK, "-o", "note.txt/below"),
    ],
)
def test_problems_found(cli, demo, bad, tmp_path: Path, arguments):
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").touch()
    answer = cli(*arguments)
    assert answer.status == 1
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "Usage:"),
        (("--nothing",), "`--nothing`"),
        (("buld",), "`build`"),
        (("build", "nowhere"), "`nowhere`"),
        (("build", "demo", "-p", "cluade"), "`claude`"),
        (("build", "demo", "--lang", "xx"), "`xx`"),
        (("build", "demo", "--as", "poem"), "`poem`"),
        (("build", "demo", "--jobs", "many"), "`--jobs`"),
        (("build", "demo", "--jobs", "-1"), "`--jobs`"),
        (("build", "demo", "--out"), "`--out`"),
        (("build", "demo", "--watch", "--check"), "`--watch`"),
        (("build", "demo", "--watch", "--dry-run"), "`--watch`"),
        (("build", "demo", "--watch", "--json"), "`--watch`"),
        (("build", "demo", "--watch", "--verbose"), "`--watch`"),
        (("build", "demo", "--quiet", "--verbose"), "`--verbose`"),
        (("build", "demo", "--marketplace", "a b"), "`--marketplace a b`"),
        (("build", "demo", "-o", "demo"), "`demo`"),
        (("build", "demo", "-o", "demo/SKILL.md"), "`demo/SKILL.md`"),
        (("check", "demo", "--ignore", "PSX"), "`PSX`"),
        (("check", "demo", "--select", "nonsense"), "`NONSENSE`"),
        (("check", "demo", "--format", "xml"), "`xml`"),
        (("check", "demo", "--dry-run"), "`--fix`"),
        (("check", "demo", "--json", "--format", "github"), "`--format github`"),
        (("show",), "`SOURCE`"),
        (("show", "demo", "demo"), "`demo`"),
        (("import",), "`SOURCE`"),
        (("import", "demo", "-o", "demo"), "`demo`"),
        (("new",), "`NAME`"),
        (("new", "合同"), "`合同`"),
        (("new", "a--b"), "`a--b`"),
        (("new", "a" * 65), "at most 64"),
        (("new", "ok", "--title", " "), "`--title`"),
        (("platforms", "nobody"), "`nobody`"),
        (("--show-completion", "tcsh"), "`tcsh`"),
    ],
)
def test_wrong_use(cli, demo, arguments, named):
    answer = cli(*arguments)
    assert answer.status == 2
    assert named in answer.err
    assert answer.out == ""


def test_a_check_of_the_output_follows_the_sources(cli, demo):
    build = ("build", "demo", *QUICK)
    assert cli(*build, "--check").status == 1
    assert cli(*build).status == 0
    assert cli(*build, "--check").status == 0
    with (demo / "references/details.md").open("a") as file:
        file.write("More.\n")
    assert cli(*build, "--dry-run").status == 0
    assert cli(*build, "--check").status == 1


def test_strict_turns_warnings_into_errors(cli, bad):
    assert cli("check", "bad", "--select", "PS4").status == 0
    assert cli("check", "bad", "--select", "PS4", "--strict").status == 1
    assert cli("check", "bad", "--ignore", "PS3,PS4").status == 0


def test_quiet_is_silent_on_success(cli, demo):
    for arguments in (("build", "demo", *QUICK), ("check", "demo"), ("import", "demo", "-o", "x")):
        answer = cli(*arguments, "--quiet")
        assert (answer.status, answer.out, answer.err) == (0, "", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_new_skill_passes_check_and_build(other, lang):
    assert other("new", "fresh", "-q", POLYSKILL_LANG=lang).status == 0
    checked = other("check", "fresh", "--strict", POLYSKILL_LANG=lang)
    assert checked.status == 0
    assert checked.err == ""
    assert other("build", "fresh", "-q", POLYSKILL_LANG=lang).status == 0


def test_a_fix_repairs_only_what_is_selected(cli, bad):
    file = bad / "SKILL.md"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    before = file.read_bytes()
    told = cli("check", "bad", "--fix", "--dry-run", "--select", "PS012")
    assert "would fix bad/SKILL.md" in told.out
    assert file.read_bytes() == before
    assert "fixed" not in cli("check", "bad", "--fix", "--select", "PS4").out
    assert file.read_bytes() == before
    assert "fixed bad/SKILL.md" in cli("check", "bad", "--fix", "--select", "PS012").out
    assert file.read_bytes() == before[3:]


def test_a_cache_that_cannot_be_written_is_named(cli, demo, monkeypatch):
    import sqlite3

    from polyskill.platforms.deliver import build as engine

    def full(*_arguments):
        msg = "database or disk is full"
        raise sqlite3.OperationalError(msg)

    monkeypatch.setattr(engine, "build", full)
    answer = cli("build", "demo", *QUICK)
    assert answer.status == 1
    assert "dist/.polyskill/build.db: database or disk is full" in answer.err
