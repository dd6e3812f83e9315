"""``evals/cases.yaml``: what it says, and what is wrong with it, to the column."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.codes import evals as codes
from polyskill.compiler.diagnostics import Code, Severity
from polyskill.compiler.evals import read_cases, write_cases
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Check, Criterion, CriterionKind, ReferenceAnswer, TestCase
from polyskill.compiler.source import decode


def read(text: str):
    return read_cases(decode(dedent(text).encode(), "evals/cases.yaml"))


FULL = """
version: 1
cases:
  - id: leak
    title: {en: A leak, zh: 漏水}
    input:
      en: "It leaks."
      zh: "漏水了。"
    files: [photo.png]
    trigger: should
    tags: [water]
    answers:
      - id: plain
        label: good
        by: hand-written
        text: {en: "Close the main valve now.", zh: "立刻关掉总阀门。"}
        quotes:
          1: {en: "the main valve", zh: "总阀门"}
          2: {en: "Close … valve", zh: "关掉…阀门"}
      - label: flawed
        by: hand-written
        text: {en: "It is fine."}
        fails: [1, "check:1", 3]
        quotes: {3: fine}
    criteria:
      - Names the valve
      - 说出阀门
      - text: {en: Claims that it is fine, zh: 声称没事}
        kind: must_not
        weight: 2
    checks:
      - {kind: contains, value: valve, lang: en}
      - {kind: regex, value: '\\d+ ?bar'}
      - {kind: number, value: 3, tolerance: 0.5}
      - {kind: length, min: 10, max: 900}
      - {kind: language, value: zh, lang: zh}
    expected: "Close the valve."
"""


def test_everything_that_a_case_can_say() -> None:
    (case,), findings = read(FULL)
    assert findings == ()
    assert case == TestCase(
        id="leak",
        title=Text("A leak", "漏水"),
        input=Text("It leaks.", "漏水了。"),
        criteria=(
            Criterion(Text(en="Names the valve")),
            Criterion(Text(zh="说出阀门")),
            Criterion(Text("Claims that it is fine", "声称没事"), CriterionKind.MUST_NOT, 2.0),
        ),
        checks=(
            Check("contains", "valve", Lang.EN),
            Check("regex", r"\d+ ?bar"),
            Check("number", 3, None, {"tolerance": 0.5}),
            Check("length", None, None, {"min": 10, "max": 900}),
            Check("language", "zh", Lang.ZH),
        ),
        answers=(
            ReferenceAnswer(
                "good",
                Text("Close the main valve now.", "立刻关掉总阀门。"),
                "hand-written",
                quotes={
                    1: Text("the main valve", "总阀门"),
                    2: Text("Close … valve", "关掉…阀门"),
                },
                id="plain",
            ),
            ReferenceAnswer(
                "flawed",
                Text("It is fine."),
                "hand-written",
                (1, 3),
                (1,),
                {3: Text("fine")},
            ),
        ),
        files=("photo.png",),
        trigger="should",
        expected="Close the valve.",
        form="cases.yaml",
        path="evals/cases.yaml",
        line=4,
        extra={"tags": ["water"]},
    )


def test_a_bare_list_and_ids_from_titles() -> None:
    cases, findings = read("""
        - title: Cold water
          input: a
          criteria: [b]
        - input: c
          trigger: should_not
    """)
    assert findings == ()
    assert [(case.id, case.trigger) for case in cases] == [
        ("cold-water", None),
        ("case-2", "should_not"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("cases:\n- id: a\n  criteria: [b]\n", codes.MISSING_INPUT, 2, 3),
        ("cases:\n- id: a\n  input: b\n", codes.NOTHING_TO_GRADE, 2, 3),
        (
            "cases:\n- id: a\n  input: b\n  criteria: []\n  checks: []\n",
            codes.NOTHING_TO_GRADE,
            2,
            3,
        ),
        (
            "cases:\n- {id: a, input: b, criteria: [c]}\n- {id: a, input: d, criteria: [e]}\n",
            codes.DUPLICATE_ID,
            3,
            8,
        ),
        (
            "cases:\n- {id: a, input: b, criterion: [c], trigger: should}\n",
            codes.UNKNOWN_KEY,
            2,
            21,
        ),
        ("cases:\n- {id: a, input: [b], trigger: should}\n", codes.BAD_TYPE, 2, 18),
        ("cases:\n- {id: a, input: {en: [b], zh: 好}, trigger: should}\n", codes.BAD_TYPE, 2, 23),
        ("cases:\n- {input: b, trigger: perhaps, criteria: [c]}\n", codes.BAD_VALUE, 2, 23),
        (
            "cases:\n- input: b\n  criteria:\n  - {text: c, weight: 0}\n",
            codes.BAD_VALUE,
            4,
            23,
        ),
        ("cases:\n- input: b\n  criteria:\n  - {text: c, weight: heavy}\n", codes.BAD_TYPE, 4, 23),
        ("cases:\n- input: b\n  criteria:\n  - {text: c, weight: true}\n", codes.BAD_TYPE, 4, 23),
        ("cases:\n- input: b\n  criteria:\n  - {text: c, kind: may}\n", codes.BAD_VALUE, 4, 21),
        ("cases:\n- input: b\n  criteria:\n  - c\n  - {kind: must}\n", codes.BAD_TYPE, 5, 5),
        (
            "cases:\n- input: b\n  trigger: should\n  checks:\n  - {kind: regex, value: '('}\n",
            codes.BAD_REGEX,
            5,
            26,
        ),
        (
            "cases:\n- input: b\n  trigger: should\n  checks:\n  - {kind: contains}\n",
            codes.BAD_CHECK,
            5,
            5,
        ),
        (
            "cases:\n- input: b\n  trigger: should\n  checks:\n  - {kind: length, value: long}\n",
            codes.BAD_CHECK,
            5,
            27,
        ),
        (
            "cases:\n- input: b\n  trigger: should\n  checks:\n  - {kind: guess, value: x}\n",
            codes.BAD_VALUE,
            5,
            12,
        ),
        ("version: 2\ncases:\n- {input: a, trigger: should}\n", codes.BAD_VALUE, 1, 10),
        ("cases: none\n", codes.BAD_TYPE, 1, 8),
        ("cases:\n- only words\n", codes.BAD_TYPE, 2, 3),
        ("just words\n", codes.BAD_TYPE, 1, 1),
        ("cases: []\n", codes.NO_CASES, 1, 8),
        ("", codes.NO_CASES, 1, 1),
    ],
)
def test_findings(text: str, code: Code, line: int, column: int) -> None:
    _, findings = read(text)
    assert [(one.code, one.line, one.column) for one in findings] == [(code, line, column)]
    assert "{" not in findings[0].message(Lang.EN) + findings[0].message(Lang.ZH)


def test_unknown_keys_are_kept_and_a_likely_one_is_named() -> None:
    (case,), (finding,) = read("cases:\n- {id: a, input: b, trigger: should, titel: c}\n")
    assert case.extra == {"titel": "c"}
    assert finding.severity is Severity.INFO
    assert "`title`" in finding.message()
    assert "`title`" in finding.message(Lang.ZH)


def test_yaml_that_cannot_be_read_is_reported() -> None:
    cases, findings = read("cases: [\n")
    assert cases == ()
    assert [one.severity for one in findings] == [Severity.ERROR]


def test_one_bad_part_does_not_take_the_case_along() -> None:
    (case,), findings = read("""
        cases:
        - input: b
          criteria: [c, {kind: must}]
          checks: [{kind: contains, value: d}, {kind: regex, value: '['}]
    """)
    assert len(case.criteria) == len(case.checks) == 1
    assert [one.code for one in findings] == [codes.BAD_TYPE, codes.BAD_REGEX]


# -- round trip ---------------------------------------------------------------------------------

words = (
    st.text(
        alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(bool)
)
texts = st.one_of(
    st.builds(Text, words, words), st.builds(Text, words), st.builds(Text, st.none(), words)
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=4,
)
criteria = st.builds(
    Criterion,
    texts,
    st.sampled_from(CriterionKind),
    st.floats(0.001, 1000, allow_nan=False).map(lambda value: round(value, 3)),
)
checks = st.one_of(
    st.builds(Check, st.sampled_from(["contains", "not_contains", "python"]), words),
    st.builds(Check, st.just("contains"), st.lists(words, min_size=1, max_size=3)),
    st.builds(Check, st.just("number"), st.integers(-99, 99), st.sampled_from([None, Lang.ZH])),
    st.builds(Check, st.just("language"), st.sampled_from(["en", "zh"])),
    st.builds(
        Check,
        st.just("length"),
        st.none(),
        st.just(Lang.EN),
        st.fixed_dictionaries({"max": st.integers(1, 999)}),
    ),
)


@st.composite
def reference_answers(draw: st.DrawFn) -> ReferenceAnswer:
    """An answer to a case that has at least one criterion; it quotes its own first word."""
    text = draw(texts)
    flawed = draw(st.booleans())
    languages = [lang for lang in (text.en, text.zh) if lang is not None]
    quotable = [lang.split()[0] for lang in languages if "…" not in lang and "..." not in lang]
    quotes = {}
    if len(quotable) == len(languages) and draw(st.booleans()):
        given_in = [None if lang is None else lang.split()[0] for lang in (text.en, text.zh)]
        quotes = {1: Text(*given_in)}
    return ReferenceAnswer(
        "flawed" if flawed else "good",
        text,
        draw(words),
        fails=(1,) if flawed else (),
        quotes=quotes,
    )


answers = st.lists(reference_answers(), max_size=2).map(tuple)
extras = st.dictionaries(words.map(lambda key: f"x-{key}"), plain, max_size=2)
cases = st.builds(
    TestCase,
    id=words,
    title=st.one_of(st.just(Text()), texts),
    input=texts,
    criteria=st.lists(criteria, min_size=1, max_size=3).map(tuple),
    checks=st.lists(checks, max_size=2).map(tuple),
    answers=answers,
    files=st.lists(words, max_size=2).map(tuple),
    trigger=st.sampled_from([None, "should", "should_not"]),
    expected=st.one_of(st.just(""), words),
    extra=extras,
)


@given(st.lists(cases, min_size=1, max_size=4, unique_by=lambda case: case.id))
def test_what_is_written_is_read_back(written: list[TestCase]) -> None:
    text = write_cases(written)
    found, findings = read_cases(decode(text.encode(), "evals/cases.yaml"))
    assert {one.code for one in findings} <= {codes.UNKNOWN_KEY}
    assert [replace(case, path="", line=0, form="") for case in found] == written
    assert write_cases(found) == text


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    for whole in (text, f"cases:\n- {text}"):
        source = decode(whole.encode("utf-8", "surrogatepass"), "evals/cases.yaml")
        cases, found = read_cases(source)
        assert cases or found or not whole.strip()  # what is no case is told, never passed over
        assert len({case.id for case in cases}) == len(cases)
        assert all(item.line <= len(source.line_starts) for item in found)
