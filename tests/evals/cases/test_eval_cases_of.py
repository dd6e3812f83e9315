"""Cases as a run gets them: per language, with files, selected, and told what is missing."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import TestCase
from polyskill.evals.cases import CaseAnswer, CaseCheck, CaseCriterion, EvalCase, Quote, cases_of
from polyskill.evals.data import build

CASES = """
cases:
- id: leak
  title: {en: A leak, zh: 漏水}
  input: {en: "It leaks.", zh: "漏水了。"}
  tags: [water, urgent]
  trigger: should
  criteria:
  - {text: {en: Names the valve, zh: 说出阀门}, weight: 2}
  - {text: Guesses, kind: must_not}
  checks:
  - {kind: contains, value: valve, lang: en}
  - {kind: length, max: 90}
  - {kind: contains, value: 阀, lang: zh}
  answers:
  - {id: short, label: good, by: hand-written, text: {en: Close the valve., zh: 关阀门。},
     quotes: {1: {en: the valve, zh: 阀门}}}
  - {label: flawed, by: hand-written, text: Wait., fails: [1, "check:1"]}
- id: english-only
  input: It drips.
  tags: water
  criteria: [Names the valve]
- id: only-triggers
  input: {en: a, zh: 好}
  trigger: should_not
"""


def names(cases: list[EvalCase]) -> list[tuple[str, str]]:
    return [(case.id, case.lang) for case in cases]


def codes(findings) -> list[str]:
    return [found.code.id for found in findings]


def test_one_case_in_two_languages(make_skill) -> None:
    skill = make_skill(CASES)
    (english, chinese, *_), _ = cases_of(skill)
    assert english == EvalCase(
        id="leak",
        lang="en",
        title="A leak",
        prompt="It leaks.",
        criteria=(
            CaseCriterion("Names the valve", "must", 2.0),
            CaseCriterion("Guesses", "must_not"),
        ),
        checks=(CaseCheck(1, "contains", "valve"), CaseCheck(2, "length", None, {"max": 90})),
        answers=(
            CaseAnswer(
                "short",
                "good",
                "hand-written",
                "Close the valve.",
                quotes=(Quote(1, "the valve"),),
                line=16,
            ),
            CaseAnswer("2", "flawed", "hand-written", "Wait.", (1,), (1,), line=18),
        ),
        trigger="should",
        tags=("water", "urgent"),
        path="evals/cases.yaml",
        line=3,
        folder=skill.path,
    )
    assert (chinese.title, chinese.prompt) == ("漏水", "漏水了。")
    assert [check.number for check in chinese.checks] == [2, 3]
    assert [answer.text for answer in chinese.answers] == ["关阀门。"]
    assert chinese.answers[0].quotes == (Quote(1, "阀门"),)


def test_a_case_survives_json(make_skill) -> None:
    cases, _ = cases_of(make_skill(CASES))
    for case in cases:
        assert build(EvalCase, json.loads(json.dumps(asdict(case)))) == case


def test_a_language_that_a_case_lacks_is_told(make_skill) -> None:
    cases, findings = cases_of(make_skill(CASES))
    assert names(cases) == [("leak", "en"), ("leak", "zh"), ("english-only", "en")]
    assert codes(findings) == ["PS720"]
    assert "english-only" in findings[0].message()
    assert "中文" in findings[0].message(Lang.ZH)
    assert findings[0].location.endswith("evals/cases.yaml:19:1")
    cases, findings = cases_of(make_skill(CASES), ["en"])
    assert codes(findings) == []
    assert names(cases) == [("leak", "en"), ("english-only", "en")]


@pytest.mark.parametrize(
    ("select", "wanted", "found"),
    [
        (["leak"], ["leak"], []),
        (["*eak"], ["leak"], []),
        (["water"], ["leak", "english-only"], []),
        (["tag:urg*"], ["leak"], []),
        (["tag:leak"], [], ["PS723"]),
        (["english-only", "leak", "leak"], ["leak", "english-only"], []),
        (["only-triggers"], [], ["PS723"]),
        (["nothing", "leak"], ["leak"], ["PS723"]),
        (["["], [], ["PS723"]),
    ],
)
def test_selection(make_skill, select, wanted, found) -> None:
    cases, findings = cases_of(make_skill(CASES), ["en"], select)
    assert [case.id for case in cases] == wanted
    assert codes(findings) == found


FILES = """
cases:
- id: a
  input: {en: "Look.", zh: "请看。"}
  files: [%s]
  criteria: [Looks]
"""


def test_files_stand_fenced_behind_the_input(make_skill) -> None:
    skill = make_skill(FILES % "data/pipes.csv, notes.md", data__pipes=".", evals__x=".")
    assert codes(cases_of(skill)[1]) == ["PS721", "PS721"]
    skill = make_skill(
        FILES % "'data/pipes.csv', 'data\\notes.md'",
        **{"data__pipes.csv": "a,b\r\n1,2\r\n", "evals__data__notes.md": "````\ncode\n````\n"},
    )
    (english, chinese), findings = cases_of(skill)
    assert findings == []
    assert english.prompt == (
        "Look.\n\nFile `pipes.csv`:\n\n```\na,b\n1,2\n```"
        "\n\nFile `notes.md`:\n\n`````\n````\ncode\n````\n`````"
    )
    assert chinese.prompt.startswith("请看。\n\n文件 `pipes.csv`：\n\n```\n")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "data/../../x", "nothing.txt"])
def test_files_outside_or_absent_are_told(make_skill, path) -> None:
    (case, _), findings = cases_of(make_skill(FILES % f"'{path}'"))
    assert codes(findings) == ["PS721"]
    assert case.prompt == "Look."


def test_a_binary_file_is_only_named(make_skill) -> None:
    (case, _), findings = cases_of(make_skill(FILES % "photo.png", **{"photo.png": "\0\1"}))
    assert codes(findings) == ["PS722"]
    assert case.prompt == "Look.\n\nFile `photo.png`"


def test_no_cases(make_skill) -> None:
    assert cases_of(make_skill()) == ([], [])


def test_cases_of_the_body_count_too(make_skill) -> None:
    body = '# Valves\n\n## Tests\n\n- **Test 1:** "It leaks" → Names the valve; gives a plan\n'
    skill = make_skill(body=body)
    cases, _ = cases_of(skill, ["en"])
    assert [case.prompt for case in cases] == ["It leaks"]
    assert isinstance(skill.all_tests[0], TestCase)
