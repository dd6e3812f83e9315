"""JSON for other programs: keys stay, streams hold nothing else."""

from __future__ import annotations

import json

import pytest

QUICK = ("-p", "claude", "--no-bundles")


def loads(answer):
    return json.loads(answer.out)


def test_build(cli, demo, bad):
    answer = cli("build", "demo", "bad", *QUICK, "--json")
    data = loads(answer)
    assert answer.err == ""
    assert list(data) == [
        "out",
        "ok",
        "stale",
        "counts",
        "totals",
        "skills",
        "changes",
        "diagnostics",
    ]
    assert data["ok"] is False
    assert data["stale"] is None
    assert list(data["counts"]) == [
        "built",
        "cached",
        "failed",
        "written",
        "shared",
        "untouched",
        "removed",
    ]
    assert (data["counts"]["built"], data["counts"]["failed"]) == (1, 1)
    assert [(row["platform"], row["language"], row["skills"]) for row in data["totals"]] == [
        ("claude", "en", 1),
        ("claude", "zh", 1),
    ]
    made = {skill["name"]: skill for skill in data["skills"]}
    target = made["demo"]["targets"]["claude/en"]
    assert sorted(target) == ["coverage", "files", "losses", "tokens", "withheld"]
    assert "claude/en/.claude/skills/demo/SKILL.md" in target["files"]
    assert made["bad"]["targets"] == {}


def test_build_tells_what_would_change(cli, demo):
    data = loads(cli("build", "demo", *QUICK, "-l", "en", "--dry-run", "--json"))
    assert data["stale"] is True
    assert {change["kind"] for change in data["changes"]} == {"create"}
    assert sorted(data["changes"][0]) == ["kind", "path"]


def test_check(cli, bad):
    data = loads(cli("check", "bad", "--json"))
    assert list(data) == ["ok", "skills", "fixed", "diagnostics"]
    assert (data["ok"], data["skills"], data["fixed"]) == (False, 1, {"files": [], "written": True})
    found = {item["code"]: item for item in data["diagnostics"]}
    assert set(found["PS400"]) >= {"severity", "path", "line", "column", "message", "why", "help"}
    assert set(found["PS400"]["message"]) == {"en", "zh"}


def test_check_with_repairs(cli, bad):
    (bad / "SKILL.md").write_bytes(b"\xef\xbb\xbf" + (bad / "SKILL.md").read_bytes())
    data = loads(cli("check", "bad", "--json", "--fix", "--dry-run"))
    assert data["fixed"] == {"files": ["bad/SKILL.md"], "written": False}


def test_sarif_names_the_program(cli, bad):
    log = loads(cli("check", "bad", "--format", "sarif"))
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["name"] == "polyskill"
    assert driver["semanticVersion"]


@pytest.mark.parametrize("count", [1, 2])
def test_show_has_one_shape_for_one_skill_and_for_many(cli, tmp_path, count):
    for number in range(count):
        cli("new", f"skill-{number}", "-d", "all", "-q")
    data = loads(cli("show", "all", "-p", "claude", "--json"))
    assert list(data) == ["skills", "diagnostics"]
    assert len(data["skills"]) == count
    keys = {"name", "title", "languages", "documents", "triggers", "tests", "resources"}
    assert keys <= set(data["skills"][0])
    assert list(data["skills"][0]["platforms"]) == ["claude"]


def test_import(cli, demo):
    data = loads(cli("import", "demo", "-o", "x", "--json"))
    assert list(data) == ["out", "ok", "skills", "diagnostics"]
    keys = ["name", "source", "dialect", "files", "dropped", "written"]
    assert list(data["skills"][0]) == keys


def test_new(cli):
    data = loads(cli("new", "demo", "--dry-run", "--json"))
    assert list(data) == ["name", "path", "files", "written"]
    assert data["written"] is False


def test_platforms(cli):
    data = loads(cli("platforms", "--json"))
    assert [item["id"] for item in data] == sorted(item["id"] for item in data)
    for item in data:
        assert item["locations"]
        assert all(fact["source"] and fact["checked"] for fact in item["facts"])


def test_a_stream_without_chinese_still_gets_valid_json(other):
    other("new", "demo", "--title-zh", "合同审查", "-q")
    answer = other("show", "demo", "-p", "claude", "--json", PYTHONIOENCODING="ascii")
    assert answer.out.isascii()
    assert json.loads(answer.out)["skills"][0]["title"]["zh"] == "合同审查"
