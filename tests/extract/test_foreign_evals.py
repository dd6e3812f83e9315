"""The eval files of other tools, and JSON with places."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.codes import evals as codes
from polyskill.compiler.diagnostics import Code, Severity
from polyskill.compiler.evals import read_eval_json, statement, write_evals_json
from polyskill.compiler.evals.jsontext import load_json
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Check, Criterion, CriterionKind, TestCase
from polyskill.compiler.source import Span, decode


def read(value: object, name: str = "evals/evals.json"):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return read_eval_json(decode(text.encode(), f"skill/{name}"), name)


@pytest.mark.parametrize("key", ["expectations", "assertions"])
def test_evals_json(key: str) -> None:
    value = {
        "skill_name": "pipes",
        "evals": [
            {
                "id": 1,
                "prompt": "It leaks.",
                "expected_output": "A plan",
                "files": ["a.png"],
                key: ["Names the valve", {"text": "Does not guess"}],
            },
            {"id": "two", "prompt": "漏水了", "expected_output": "说明原因；给出步骤"},
        ],
    }
    (first, second), findings = read(value)
    assert findings == ()
    assert (first.id, first.form, first.path, first.line) == (
        "case-1",
        "evals.json",
        "evals/evals.json",
        4,
    )
    assert first.input == Text(en="It leaks.")
    assert (first.files, first.expected) == (("a.png",), "A plan")
    assert first.criteria == (
        Criterion(Text(en="Names the valve")),
        Criterion(Text(en="Does not guess"), CriterionKind.MUST_NOT),
    )
    assert (second.id, second.input) == ("two", Text(zh="漏水了"))
    assert [one.text.zh for one in second.criteria] == ["说明原因", "给出步骤"]


def test_evaluations_json() -> None:
    value = {
        "name": "Close the valve",
        "skills": ["pipes"],
        "query": "Water everywhere!",
        "expected_behavior": ["Step 1: ask where the valve is"],
        "success_criteria": ["The valve is closed first"],
    }
    (case,), findings = read(value, "evaluations/close.json")
    assert findings == ()
    assert (case.id, case.form) == ("close-the-valve", "evaluations.json")
    assert case.title == Text(en="Close the valve")
    assert [(one.text.en, one.kind) for one in case.criteria] == [
        ("The valve is closed first", CriterionKind.MUST),
        ("Step 1: ask where the valve is", CriterionKind.SHOULD),
    ]
    assert case.extra == {"skills": ["pipes"]}


def test_smoke_json() -> None:
    value = {
        "cases": [
            {
                "input": "How much pressure?",
                "verifiers": [
                    {"type": "contains", "values": ["bar", "kPa"]},
                    {"type": "regex", "pattern": "[0-9]+"},
                    {"type": "telepathy", "value": "x"},
                    {"type": "regex", "value": "("},
                ],
            }
        ]
    }
    (case,), findings = read(value, "evals/smoke.json")
    assert (case.id, case.form) == ("smoke", "smoke.json")
    assert case.checks == (
        Check("contains", "bar"),
        Check("contains", "kPa"),
        Check("regex", "[0-9]+"),
    )
    assert [one.code for one in findings] == [codes.UNKNOWN_VERIFIER] * 2
    assert "telepathy" in findings[0].message()


@pytest.mark.parametrize(
    "value",
    [
        [{"query": "a leak", "should_trigger": True}, {"query": "股票", "should_trigger": False}],
        {
            "queries": [
                {"query": "a leak", "should_trigger": True},
                {"prompt": "股票", "should_trigger": False},
            ]
        },
        {"should_trigger": ["a leak"], "should_not_trigger": ["股票"]},
    ],
)
def test_trigger_lists(value: object) -> None:
    cases, findings = read(value, "trigger_eval.json")
    assert findings == ()
    assert [(case.id, case.input, case.trigger, case.form) for case in cases] == [
        ("case-1", Text(en="a leak"), "should", "trigger_eval.json"),
        ("case-2", Text(zh="股票"), "should_not", "trigger_eval.json"),
    ]


def test_cases_with_one_name_are_told_apart() -> None:
    value = [{"name": "Leak", "query": words, "should_trigger": True} for words in ("a", "b")]
    cases, findings = read(value)
    assert findings == ()
    assert [(case.id, case.input.en) for case in cases] == [("leak", "a"), ("leak-2", "b")]


def test_a_bad_case_is_left_out_with_a_warning() -> None:
    value = {"evals": [{"id": 1, "prompt": "a", "expectations": ["b c"]}, {"id": 2}, 3]}
    cases, findings = read(value)
    assert len(cases) == 1
    assert [(one.code, one.severity) for one in findings] == [
        (codes.BAD_CASE, Severity.WARNING)
    ] * 2
    assert findings[0].message().startswith("case 2 ")


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ('{"evals": [1,]}', codes.MALFORMED_JSON, 1, 14),
        ('{\n "evals": [\n', codes.MALFORMED_JSON, 3, 1),
        ('{"evals": "a\nb"}', codes.MALFORMED_JSON, 1, 13),
        ('{"a": NaN}', codes.MALFORMED_JSON, 1, 7),
        ('{"a": 01}', codes.MALFORMED_JSON, 1, 8),
        ("{} {}", codes.MALFORMED_JSON, 1, 4),
        ("", codes.MALFORMED_JSON, 1, 1),
        ("[" * 100_000, codes.TOO_DEEP, 1, 33),
        ('{"a": ' * 100_000, codes.TOO_DEEP, 1, 193),
        ('{"colours": ["red"]}', codes.UNKNOWN_SHAPE, 1, 1),
        ('"words"', codes.UNKNOWN_SHAPE, 1, 1),
        ('{"skill_name": "x", "evals": []}', codes.NO_CASES, 1, 1),
    ],
)
def test_findings(text: str, code: Code, line: int, column: int) -> None:
    cases, findings = read(text)
    assert cases == ()
    assert [(one.code, one.line, one.column) for one in findings] == [(code, line, column)]
    assert code.severity is not Severity.ERROR


def test_duplicate_keys_are_reported_and_the_first_one_counts() -> None:
    text = '{"query": "a", "should_trigger": true,\n "query": "b"}'
    (case,), (finding,) = read(text)
    assert case.input == Text(en="a")
    assert (finding.code, finding.line, finding.column) == (codes.DUPLICATE_KEY, 2, 2)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
).filter(lambda value: "Infinity" not in json.dumps(value))


@given(values, st.sampled_from([None, 1]))
def test_json_is_read_as_json_reads_it(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    result = load_json(decode(text.encode(), "x.json"))
    assert result.ok
    assert result.value == value
    assert result.locate(()) == Span(0, len(text))


@given(st.text(alphabet='{}[]",:0e-.tfn \n\\u', max_size=40))
def test_what_json_refuses_is_refused(text: str) -> None:
    try:
        json.loads(text, parse_constant=float)
        good = "NaN" not in text
    except (ValueError, RecursionError):
        good = False
    result = load_json(decode(text.encode(), "x.json"))
    assert result.ok is good


def test_places_of_values_and_keys() -> None:
    text = '{"a": [10, {"b": "c"}]}'
    result = load_json(decode(text.encode(), "x.json"))
    spans = [result.locate(("a", 0)), result.locate(("a", 1, "b"))]
    spans += [result.locate(("a", 1, "b"), key=True), result.locate(("a", 7))]
    assert [text[one.start : one.end] for one in spans] == ["10", '"c"', '"b"', '[10, {"b": "c"}]']


def test_export() -> None:
    case = TestCase(
        "leak",
        Text("Leak", "漏水"),
        Text("It leaks.", "漏水了。"),
        criteria=(
            Criterion(Text("Names the valve", "说出阀门")),
            Criterion(Text("Claims it is fine", "声称没事"), CriterionKind.MUST_NOT),
            Criterion(Text("Does not guess", "不得猜测"), CriterionKind.MUST_NOT),
        ),
        checks=(Check("contains", "bar"), Check("python", "grade.py")),
    )
    only_trigger = TestCase("t", Text(), Text("x"), trigger="should")
    value = json.loads(write_evals_json("pipes", [only_trigger, case]))
    assert value["skill_name"] == "pipes"
    (entry,) = value["evals"]
    assert entry["expectations"] == entry["assertions"]
    assert entry["expectations"] == [
        "Names the valve",
        "The answer must not do this: Claims it is fine",
        "Does not guess",
        "The answer contains `bar`",
    ]
    (again,), findings = read(value)
    assert findings == ()
    assert (again.id, again.input) == ("leak", Text(en="It leaks."))
    assert [one.kind for one in again.criteria[:3]] == [one.kind for one in case.criteria]
    assert (
        json.loads(write_evals_json("pipes", [case], Lang.ZH))["evals"][0]["prompt"] == "漏水了。"
    )
    assert statement(case.criteria[1], Lang.ZH) == "回答中不得出现：声称没事"
    assert statement(case.criteria[2], Lang.ZH) == "不得猜测"
