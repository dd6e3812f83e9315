"""``polyskill eval cases`` and ``polyskill eval init``, as a user meets them."""

from __future__ import annotations

import json

import pytest

from polyskill.cli.language import message_language
from polyskill.compiler.evals import read_cases
from polyskill.compiler.source import decode

GOOD = """version: 1
cases:
  - id: leak
    input: {en: It leaks., zh: 漏水了。}
    criteria: [Names the valve]
    checks: [{kind: contains, value: bar}]
    answers:
      - {id: a, label: good, by: hand-written, text: {en: valve at 3 bar, zh: 阀 3 bar valve},
         quotes: {1: valve}}
      - {id: b, label: flawed, by: hand-written, text: {en: wait, zh: 等等}, fails: [1, "check:1"]}
  - id: stock
    input: {en: Which stock?, zh: 买哪只股票？}
    trigger: should_not
"""
BODY = """# Valves

## Triggers

- "how do I close a valve"

## Scenario: Leak

### Process

1. Ask where the water runs.
2. Close the nearest valve.

### Example

**User:** Water runs from the wall. What now?

**Assistant:**

> Close the main valve.

## Checklist

- [ ] The valve is named.
"""


def test_a_suite_that_distinguishes(make_skill, cli) -> None:
    answer = cli("cases", make_skill(GOOD).path)
    assert answer.status == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[0] == "valves"
    assert lines[3].split() == ["leak", "en", "1", "1", "1/1", "1/1", "distinguishes"]
    assert lines[-3:-1] == ["  1 more case for triggering alone", ""]
    assert lines[-1] == "2 of 2 tell good answers from flawed ones"


def test_a_suite_that_contradicts_itself(make_skill, cli) -> None:
    path = make_skill(GOOD.replace("valve at 3 bar", "valve at 3 psi")).path
    answer = cli("cases", path, "--lang", "en")
    assert answer.status == 1
    assert "contradicted" in answer.out
    assert "error PS730" in answer.err
    assert "cases.yaml:8:1" in answer.err
    assert cli("cases", path, "--lang", "zh").status == 0


def test_strict(make_skill, cli) -> None:
    path = make_skill(
        GOOD.replace("label: flawed", "label: good").replace(', fails: [1, "check:1"]', "")
    ).path
    assert cli("cases", path, "--lang", "zh").status == 1  # "b" now is good, and fails check 1
    bare = "cases:\n- {id: a, input: {en: b, zh: 好}, criteria: [c]}\n"
    path = make_skill(bare).path
    assert cli("cases", path).status == 0
    answer = cli("cases", path, "--strict")
    assert answer.status == 1
    assert "incomplete" in answer.out
    assert answer.err.count("PS736") == 4


def test_json(make_skill, cli) -> None:
    answer = cli("cases", make_skill(GOOD).path, "--json", "--only", "leak")
    data = json.loads(answer.out)
    assert data["ok"] is True
    ((skill),) = data["skills"]
    assert skill["trigger_only"] == ["stock"]
    assert [(case["lang"], case["verdict"]) for case in skill["cases"]] == [
        ("en", "distinguishes"),
        ("zh", "distinguishes"),
    ]
    assert skill["cases"][0]["answers"][1]["failed"] == [1]
    assert data["diagnostics"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--only", "nothing"), 1, "PS723"),
        (("--lang", "fr"), 2, "`fr`"),
        (("--lang", ""), 2, "--lang"),
    ],
)
def test_wrong_use(make_skill, cli, arguments, status, words) -> None:
    answer = cli("cases", make_skill(GOOD).path, *arguments)
    assert answer.status == status
    assert words in answer.err


def test_a_skill_without_cases(make_skill, cli) -> None:
    answer = cli("cases", make_skill().path)
    assert answer.status == 1
    assert "polyskill eval init" in answer.err


def test_chinese(make_skill, cli, monkeypatch) -> None:
    monkeypatch.setenv("POLYSKILL_LANG", "zh")
    message_language.cache_clear()
    try:
        answer = cli("cases", make_skill(GOOD.replace("3 bar", "3 psi")).path, "-v")
    finally:
        message_language.cache_clear()
    assert "自相矛盾" in answer.out
    assert "好的答案 `a` 未通过检查 1" in answer.err


# -- init ---------------------------------------------------------------------------------------


def drafted(path):
    cases, findings = read_cases(decode(path.read_bytes(), "evals/cases.yaml"))
    assert findings == ()
    return {case.id: case for case in cases}


def test_drafts_say_what_the_skill_says(make_skill, cli, tmp_path) -> None:
    skill = make_skill(body=BODY)
    answer = cli("init", skill.path)
    assert answer.status == 0
    assert "reference answer" in answer.err
    cases = drafted(tmp_path / "valves/evals/cases.yaml")
    dialogue = cases["dialogue-water-runs-from-the-wall-what-now"]
    assert dialogue.input.en == "Water runs from the wall. What now?"
    assert [(one.text.en, one.kind.value) for one in dialogue.criteria] == [
        ("Ask where the water runs.", "should"),
        ("Close the nearest valve.", "should"),
        ("The valve is named.", "should"),
    ]
    assert dialogue.expected == "Close the main valve."
    assert all(one.text.en in BODY for one in dialogue.criteria)
    assert cases["trigger-how-do-i-close-a-valve"].trigger == "should"
    assert all("drafted" in case.extra["notes"] for case in cases.values())
    assert all("review it" in case.extra["notes"] for case in cases.values())


def test_what_exists_is_never_overwritten(make_skill, cli, tmp_path) -> None:
    skill = make_skill(GOOD, body=BODY)
    file = tmp_path / "valves/evals/cases.yaml"
    answer = cli("init", skill.path)
    assert answer.status == 0
    assert "--append" in answer.err
    assert 'id: "dialogue-water-runs' in answer.out
    assert file.read_text("utf-8") == GOOD
    answer = cli("init", skill.path, "--append", "--quiet")
    assert (answer.status, answer.out) == (0, "")
    assert file.read_text("utf-8").startswith(GOOD)
    before = drafted(file)
    assert {"leak", "stock"} < before.keys()
    answer = cli("init", skill.path, "--append")
    assert answer.status == 1  # nothing is new
    assert drafted(file) == before


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "skill: valves\n",
        "cases: [{id: a, input: b, criteria: [c]}]\n",
        "cases:\n- {id: a, input: b, criteria: [c]}\n...\n",
        "cases: [\n",
        # a line end behind the last word would change what the note says
        "cases:\n- id: a\n  input: b\n  criteria: [c]\n  notes: |+\n    d",
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(make_skill, cli, tmp_path, text) -> None:
    skill = make_skill(text, body=BODY)
    answer = cli("init", skill.path, "--append")
    assert answer.status == 1
    assert (tmp_path / "valves/evals/cases.yaml").read_text("utf-8") == text


@pytest.mark.parametrize(
    "text",
    [
        "- {id: a, input: b, criteria: [c]}",
        "# mine\ncases:   # all\n- id: a\n  input: b\n  criteria:\n  - c\n# the end\n",
        "cases:\n    - id: a\n      input: 漏水\n      criteria: [c]\n\n\n",
    ],
)
def test_files_of_any_indentation_are_added_to(make_skill, cli, tmp_path, text) -> None:
    skill = make_skill(text, body=BODY)
    assert cli("init", skill.path, "--append").status == 0
    after = (tmp_path / "valves/evals/cases.yaml").read_text("utf-8")
    assert after.startswith(text)
    assert len(drafted(tmp_path / "valves/evals/cases.yaml")) == 3


def test_dry_run_and_json_write_nothing(make_skill, cli, tmp_path) -> None:
    skill = make_skill(body=BODY)
    answer = cli("init", skill.path, "--dry-run")
    assert answer.out.startswith("version: 1\ncases:\n")
    data = json.loads(cli("init", skill.path, "--dry-run", "--json").out)
    assert data["written"] is False
    assert data["cases"] == [
        "dialogue-water-runs-from-the-wall-what-now",
        "trigger-how-do-i-close-a-valve",
    ]
    assert not (tmp_path / "valves/evals").exists()


def test_out(make_skill, cli, tmp_path) -> None:
    skill = make_skill(body=BODY)
    assert cli("init", skill.path, "-o", tmp_path / "deep/er/x.yaml").status == 0
    assert (tmp_path / "deep/er/x.yaml").is_file()
    answer = cli("init", skill.path, "-o", tmp_path / "deep/er/x.yaml/y.yaml")
    assert answer.status == 1
    assert "cannot be written" in answer.err


def test_a_skill_that_says_nothing_to_draft(make_skill, cli, tmp_path) -> None:
    answer = cli("init", make_skill().path)
    assert answer.status == 1
    assert "no dialogue" in answer.err
    assert not (tmp_path / "valves/evals").exists()


def test_a_skill_in_one_file_needs_a_place(cli, tmp_path) -> None:
    file = tmp_path / "valves.md"
    file.write_text(f'---\nname: valves\ndescription: "Closes valves."\n---\n\n{BODY}', "utf-8")
    answer = cli("init", file)
    assert answer.status == 2
    assert "--out" in answer.err
    assert cli("init", file, "--dry-run").status == 0


def test_several_skills(make_skill, cli, tmp_path) -> None:
    make_skill(body=BODY)
    other = tmp_path / "taps"
    other.mkdir()
    (other / "SKILL.md").write_text('---\nname: taps\ndescription: "Taps."\n---\n\nx\n', "utf-8")
    answer = cli("init", tmp_path)
    assert answer.status == 1
    assert "2 skills" in answer.err
