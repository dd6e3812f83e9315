"""Cases in other tools' formats: read back they ask the same, and what is lost is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.compiler.evals import (
    FORMS,
    export_cases,
    read_case_folders,
    read_cases,
    read_eval_json,
    read_eval_yaml,
)
from polyskill.compiler.evals.ecmascript import from_javascript, to_javascript
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Check, Criterion, CriterionKind, ReferenceAnswer, TestCase
from polyskill.compiler.source import decode

CASE = TestCase(
    "leak",
    Text("A leak", "漏水"),
    Text("It leaks at {{place}}.", "漏水了。"),
    criteria=(
        Criterion(Text("Names the valve", "说出阀门"), weight=2.0),
        Criterion(Text("Does not guess", "不得猜测"), CriterionKind.MUST_NOT),
    ),
    checks=(
        Check("contains", ["bar", "psi"], None, {"any": True, "case": False}),
        Check("not_contains", "acid"),
        Check("regex", r"\A(?P<n>\d+) bar"),
        Check("contains", "阀", Lang.ZH),
        Check("tool", "Read"),
        Check("number", 3, None, {"tolerance": 1}),
    ),
    answers=(ReferenceAnswer("good", Text("3 bar"), "hand-written"),),
    trigger="should",
    path="evals/cases.yaml",
    line=4,
    extra={"tags": ["water"]},
)
NEVER = TestCase("股票", Text(), Text("Which stock?"), trigger="should_not")


WHOLE = ["the whole (it tests triggering alone)"]


def read_back(export):
    files = {path: decode(data, path) for path, data in export.files.items()}
    if any(path.endswith("prompt.md") for path in files):
        return read_case_folders(files)
    ((path, source),) = files.items()
    if path.endswith(".json"):
        return read_eval_json(source, path)
    return (read_cases if path.endswith("cases.yaml") else read_eval_yaml)(source, path)


@pytest.mark.parametrize(
    ("form", "what"),
    [
        ("cases.yaml", []),
        (
            "evals.json",
            [
                "the reference answers, the tags, the trigger, check 5 (tool), check 6 (number)",
                *WHOLE,
            ],
        ),
        (
            "promptfoo",
            ["the reference answers, the trigger, check 5 (tool), check 6 (number)", *WHOLE],
        ),
        (
            "skillgrade",
            ["the reference answers, the tags, the trigger, check 6 (number)", *WHOLE],
        ),
        ("claude-plugin-eval", ["the reference answers, check 6 (number)"]),
    ],
)
def test_every_format(form: str, what: list[str]) -> None:
    export = export_cases([CASE, NEVER], form, Lang.EN, name="valves")
    assert [found.args["what"] for found in export.findings] == what
    assert all("{" not in one.message(Lang.ZH) for one in export.findings)
    assert export == export_cases([CASE, NEVER], form, Lang.EN, name="valves")
    cases, findings = read_back(export)
    assert findings == ()
    asked = {case.id: case.input.en for case in cases}
    never = {"股票": "Which stock?"} if form in ("cases.yaml", "claude-plugin-eval") else {}
    assert asked == {"leak": "It leaks at {{place}}.", **never}
    (leak,) = [case for case in cases if case.id == "leak"]
    words = " ".join(one.text.pick(Lang.EN) for one in leak.criteria)
    assert "Names the valve" in words
    assert "Does not guess" in words


def test_checks_keep_their_meaning() -> None:
    (case,), _ = read_back(export_cases([CASE], "promptfoo"))
    assert case.checks == (
        Check("contains", ["bar", "psi"], None, {"any": True, "case": False}),
        Check("not_contains", "acid"),
        Check("regex", r"^(?P<n>\d+) bar"),
    )
    assert [one.weight for one in case.criteria] == [2.0, 1.0]
    (case,), _ = read_back(export_cases([CASE], "claude-plugin-eval", name="valves"))
    assert case.checks == (
        Check("regex", "bar|psi", None, {"flags": "i"}),
        Check("regex", r"\A(?![\s\S]*(?:acid))"),
        Check("regex", r"^(?P<n>\d+) bar"),
        Check("tool", "Read"),
    )
    assert case.trigger == "should"


def test_triggers_become_uses_of_the_skill() -> None:
    files = export_cases([NEVER], "claude-plugin-eval", name="my-valves").files
    assert sorted(files) == ["evals/case-1/graders/skill.md", "evals/case-1/prompt.md"]
    grader = files["evals/case-1/graders/skill.md"].decode()
    assert 'tool: "Skill"' in grader
    assert "my-valves" in grader
    assert "max: 0" in grader


def test_chinese() -> None:
    for form in FORMS:
        cases, _ = read_back(export_cases([CASE], form, Lang.ZH))
        assert cases[0].input.zh == "漏水了。"


def test_an_unknown_format() -> None:
    with pytest.raises(KeyError):
        export_cases([CASE], "pdf")


@pytest.mark.parametrize(
    ("python", "flags", "javascript"),
    [
        (r"\A3\Z", "", "^3$"),
        (r"\\A", "", r"\\A"),
        (r"(?P<a>x)(?P=a)", "", r"(?<a>x)\k<a>"),
        (r"(?<=a)b(?=c)(?!d)(?:e)", "", r"(?<=a)b(?=c)(?!d)(?:e)"),
        (r"\Ax", "m", None),
        (r"a b", "x", None),
        (r"(?i)a", "", None),
        (r"(?i:a)", "", None),
        (r"(a)?(?(1)b|c)", "", None),
        (r"a++", "", None),
        (r"(?>a)", "", None),
    ],
)
def test_javascript(python: str, flags: str, javascript: str | None) -> None:
    assert to_javascript(python, flags) == javascript
    if javascript is not None:
        re.compile(from_javascript(javascript).replace(r"\k<a>", "(?P=a)"))


inputs = (
    st.text(
        alphabet=st.characters(
            exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"
        ),
        min_size=1,
        max_size=40,
    )
    .map(str.strip)
    .filter(bool)
    .filter(lambda text: "endraw" not in text)
)


@settings(max_examples=40)
@given(inputs | st.sampled_from(["{{a}}", "{% if %}", "file://x", "{# c #}", "a\nb\n\nc"]))
def test_a_prompt_arrives_as_it_is(prompt: str) -> None:
    case = TestCase("a", Text(), Text(prompt), criteria=(Criterion(Text("Says it")),))
    for form in FORMS:
        (found,), _ = read_back(export_cases([case], form))
        assert (found.input.en or found.input.zh) == prompt, form
