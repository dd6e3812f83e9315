"""Reference answers and the options of checks in a canonical case: read strictly, told exactly."""

from __future__ import annotations

from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.codes import evals as codes
from polyskill.compiler.codes import evaluation
from polyskill.compiler.diagnostics import Code
from polyskill.compiler.evals import read_cases
from polyskill.compiler.evals.answers import quoted
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.source import decode

HEAD = """cases:
- id: leak
  input: It leaks.
  criteria:
  - Names the valve
  - {text: Guesses, kind: must_not}
  checks:
  - {kind: contains, value: bar}
"""


def read(text: str):
    return read_cases(decode(text.encode(), "evals/cases.yaml"))


def with_answer(answer: str):
    (case,), findings = read(f"{HEAD}  answers:\n{indent(answer, '  ')}\n")
    return case.answers, findings


@pytest.mark.parametrize(
    ("answer", "code", "kept"),
    [
        ("- {label: fine, by: me, text: a}", codes.BAD_VALUE, 0),
        ("- {by: me, text: a}", evaluation.ANSWER_INCOMPLETE, 0),
        ("- {label: good, text: a}", evaluation.ANSWER_INCOMPLETE, 0),
        ("- {label: good, by: me}", evaluation.ANSWER_INCOMPLETE, 0),
        ("- {label: good, by: me, text: ''}", evaluation.ANSWER_INCOMPLETE, 0),
        ("- {label: good, by: me, text: [a]}", codes.BAD_TYPE, 0),
        ("- {label: good, by: me, text: a, fails: [1]}", evaluation.GOOD_WITH_FAILS, 0),
        ("- {label: flawed, by: me, text: a}", evaluation.FLAWED_WITHOUT_FAILS, 0),
        ("- {label: flawed, by: me, text: a, fails: []}", evaluation.FLAWED_WITHOUT_FAILS, 0),
        ("- {label: flawed, by: me, text: a, fails: [3]}", evaluation.ANSWER_NO_SUCH, 0),
        ("- {label: flawed, by: me, text: a, fails: [0]}", evaluation.ANSWER_NO_SUCH, 0),
        ("- {label: flawed, by: me, text: a, fails: ['check:2']}", evaluation.ANSWER_NO_SUCH, 0),
        ("- {label: flawed, by: me, text: a, fails: [true]}", codes.BAD_TYPE, 0),
        ("- {label: flawed, by: me, text: a, fails: ['check:x']}", codes.BAD_TYPE, 0),
        ("- {label: flawed, by: me, text: a, fails: 1}", codes.BAD_TYPE, 0),
        ("- {label: good, by: me, text: a, quote: {1: a}}", codes.UNKNOWN_KEY, 1),
        ("- {label: good, by: me, text: a b, quotes: {1: c}}", evaluation.QUOTE_NOT_FOUND, 1),
        ("- {label: good, by: me, text: a b, quotes: {9: a}}", evaluation.ANSWER_NO_SUCH, 1),
        ("- {label: good, by: me, text: a b, quotes: {x: a}}", codes.BAD_TYPE, 1),
        ("- {label: good, by: me, text: a b, quotes: [a]}", codes.BAD_TYPE, 1),
        ("- only words", codes.BAD_TYPE, 0),
        (
            "- {id: x, label: good, by: me, text: a}\n- {id: x, label: good, by: me, text: b}",
            evaluation.ANSWER_DUPLICATE,
            1,
        ),
    ],
)
def test_what_is_wrong_with_an_answer(answer: str, code: Code, kept: int) -> None:
    answers, findings = with_answer(answer)
    assert [found.code for found in findings] == [code]
    assert len(answers) == kept
    assert findings[0].line >= 10
    assert "{" not in findings[0].message(Lang.EN) + findings[0].message(Lang.ZH)


def test_a_quote_is_looked_up_in_each_language() -> None:
    answers, findings = with_answer(
        "- {label: good, by: me, text: {en: close the valve, zh: 关上阀门},"
        " quotes: {1: {en: valve, zh: 水管}}}"
    )
    assert [found.code for found in findings] == [evaluation.QUOTE_NOT_FOUND]
    assert "Chinese" in findings[0].message()
    assert "中文" in findings[0].message(Lang.ZH)
    assert answers[0].quotes == {}
    answers, findings = with_answer(
        "- {label: good, by: me, text: {en: take 320 KiB, zh: 需要 320 KiB}, quotes: {1: 320 KiB}}"
    )
    assert findings == ()
    assert answers[0].quotes == {1: Text(en="320 KiB")}


@pytest.mark.parametrize(
    ("quote", "answer", "stands"),
    [
        ("a b", "x a\n  b y", True),
        ("a … c", "a b c", True),
        ("a...c", "a b c", True),
        ("c … a", "a b c", False),
        ("a … a", "a b", False),
        ("…", "anything", False),
        ("", "anything", False),
        ("阀门", "关上总阀门。", True),
        ("A", "a", False),
    ],
)
def test_quotes(quote: str, answer: str, stands: bool) -> None:
    assert quoted(quote, answer) is stands


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_every_part_of_an_answer_can_be_quoted(answer: str, start: int, end: int) -> None:
    part = answer[start:end]
    if part.strip() and "…" not in part and "..." not in part:
        assert quoted(part, answer)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ("{kind: contains, value: [a, b], any: true, case: false}", None),
        ("{kind: contains, value: a, any: perhaps}", codes.BAD_CHECK),
        ("{kind: not_contains, value: a, any: true}", evaluation.CHECK_OPTION),
        ("{kind: regex, value: a, flags: im}", None),
        ("{kind: regex, value: a, flags: gu}", codes.BAD_CHECK),
        ("{kind: number, value: 10, relative: 0.05, unit: GiB, near: 'KV|cache'}", None),
        ("{kind: number, value: 10, near: '('}", codes.BAD_REGEX),
        ("{kind: number, value: 10, tolerance: -1}", codes.BAD_CHECK),
        ("{kind: number, value: 10, tolerance: true}", codes.BAD_CHECK),
        ("{kind: number, min: -3, max: 4}", None),
        ("{kind: number, value: {value: 3, tolerance: 1}}", None),
        ("{kind: number, value: {tolerance: 1}}", codes.BAD_CHECK),
        ("{kind: number, value: 3, unit: [GiB, gibibytes]}", None),
        ("{kind: number, value: 3, unit: [GiB, 3]}", codes.BAD_CHECK),
        ("{kind: length, value: {min: 1, max: 9}}", None),
        ("{kind: length, value: {most: 9}}", codes.BAD_CHECK),
        ("{kind: length, max: 150, unit: words}", None),
        ("{kind: length, max: 150, unit: pages}", codes.BAD_CHECK),
        ("{kind: tool, value: 'mcp__*', args: {path: a}}", None),
        ("{kind: tool, value: [Read, 'mcp__*']}", None),
        ("{kind: tool, value: ''}", codes.BAD_CHECK),
        ("{kind: tool, value: Read, args: [a]}", codes.BAD_CHECK),
        ("{kind: skill, value: kv-cache}", None),
        ("{kind: skill}", codes.BAD_CHECK),
        ("{kind: contains, value: a, weigth: 3}", evaluation.CHECK_OPTION),
    ],
)
def test_options_of_checks(check: str, code: Code | None) -> None:
    cases, findings = read(f"cases:\n- input: a\n  trigger: should\n  checks:\n  - {check}\n")
    assert [found.code for found in findings] == ([] if code is None else [code])
    assert len(cases[0].checks) == (code is None)
