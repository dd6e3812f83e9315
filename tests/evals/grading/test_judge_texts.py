"""Checks of texts, lengths, tools and skills; and checks that cannot be run."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.evals.checks import KINDS as WRITABLE
from polyskill.compiler.evals.checks import OPTIONS
from polyskill.runtime.judge.base import ToolCall
from polyskill.runtime.judge.checks import KINDS, Answer, CheckSpec, run_check


def test_every_kind_that_a_case_can_have_is_run() -> None:
    assert set(KINDS) == set(WRITABLE)


@pytest.mark.parametrize(
    ("value", "text", "options", "passed"),
    [
        ("320", "320 KiB", {}, True),
        ("320", "230 KiB", {}, False),
        (["HBM", "SRAM"], "from HBM to SRAM", {}, True),
        (["HBM", "SRAM"], "from HBM", {}, False),
        (["HBM", "SRAM"], "from HBM", {"any": True}, True),
        (["HBM", "SRAM"], "neither", {"any": True}, False),
        ("Hbm", "HBM", {}, False),
        ("Hbm", "HBM", {"case": False}, True),
        ("straße", "STRASSE", {"case": False}, True),
        ("caf\u00e9", "cafe\u0301", {}, True),
        ("cafe\u0301", "caf\u00e9", {}, True),
        ("320 KiB", "３２０ ＫｉＢ", {}, True),
        ("３２０", "320", {}, True),
        ("片上存储", "搬到片上存储。", {}, True),
        ("a\nb", "a\r\nb", {}, True),
        ("，", ",", {}, False),
        ("x", "", {}, False),
    ],
)
def test_contains(check, value, text, options, passed) -> None:
    assert check("contains", value, text, **options).passed is passed


@pytest.mark.parametrize(
    ("value", "text", "options", "passed"),
    [
        ("624", "312 TFLOPs", {}, True),
        ("624", "624 TFLOPs", {}, False),
        (["a", "b"], "only b", {}, False),
        ("SPARSE", "sparse", {}, True),
        ("SPARSE", "sparse", {"case": False}, False),
        ("x", "", {}, True),
    ],
)
def test_not_contains(check, value, text, options, passed) -> None:
    assert check("not_contains", value, text, **options).passed is passed


def test_a_finding_says_what_was_missing_in_both_languages(check) -> None:
    found = check("contains", ["a1", "b2"], "a1")
    assert (found.detail, found.detail_zh) == ('not found: "b2"', '未找到："b2"')
    assert "a1" in found.label and "b2" in found.label


@given(st.text(min_size=1), st.text(), st.text(), st.sampled_from(["NFC", "NFD"]))
def test_what_is_there_is_found_however_it_is_composed(value, left, right, form) -> None:
    text = unicodedata.normalize(form, f"{left} {value} {right}")
    folded = run_check(CheckSpec("contains", f" {value} ", {"case": False}), Answer(text))
    assert folded.passed
    assert not run_check(CheckSpec("not_contains", f" {value} "), Answer(text)).passed


@pytest.mark.parametrize(
    ("value", "options", "text", "passed"),
    [
        (5, {}, "12345", True),
        (5, {}, "123456", False),
        (5, {}, "  12345\n\n", True),
        (None, {"min": 2, "max": 3}, "a", False),
        (None, {"min": 2}, "a b c", True),
        ({"min": 1, "max": 2}, {}, "", False),
        (0, {}, "", True),
        (4, {"unit": "words"}, "don't stop the state-of-the-art", True),
        (5, {"unit": "words"}, "把它放下吧", True),
        (4, {"unit": "words"}, "把它放下吧", False),
        (3, {"unit": "words"}, "用 GPU 跑", True),
        (2, {"unit": "lines"}, "a\r\nb\n", True),
        (1, {"unit": "lines"}, "a\nb", False),
        (1, {"unit": "characters"}, "e\u0301", True),
        ({"min": 20, "max": 30}, {"unit": "tokens"}, "word " * 20, True),
        ({"min": 20, "max": 30}, {"unit": "tokens"}, "中文" * 20, True),
    ],
)
def test_length(check, value, options, text, passed) -> None:
    assert check("length", value, text, **options).passed is passed


CALLED = Answer(
    "done",
    tool_calls=(
        ToolCall("mcp__files__read", {"path": "a.txt", "opts": {"head": 3, "tail": 1}}),
        ToolCall("bash", None),
    ),
    tools_used=("bash", "mcp__files__read", "web_search"),
    skills_used=("release-notes",),
)


@pytest.mark.parametrize(
    ("kind", "value", "options", "passed"),
    [
        ("tool", "bash", {}, True),
        ("tool", "mcp__*", {}, True),
        ("tool", ["x", "web_*"], {}, True),
        ("tool", "BASH", {}, False),
        ("tool", "mcp__files__read", {"args": {"path": "a.txt"}}, True),
        ("tool", "mcp__*", {"args": {"opts": {"head": 3}}}, True),
        ("tool", "mcp__*", {"args": {"opts": {"head": True}}}, False),
        ("tool", "mcp__*", {"args": {"opts": {"head": 4}}}, False),
        ("tool", "bash", {"args": {"command": "ls"}}, False),
        ("tool", "web_search", {"args": {"query": "x"}}, None),
        ("tool", "absent", {"args": {"query": "x"}}, False),
        ("skill", "release-*", {}, True),
        ("skill", "other", {}, False),
    ],
)
def test_tools_and_skills(check, kind, value, options, passed) -> None:
    assert check(kind, value, CALLED, **options).passed is passed


def test_nobody_looked_is_not_a_failure(check) -> None:
    assert check("tool", "bash", Answer("x")).passed is None
    assert check("skill", "s", Answer("x")).passed is None
    assert check("tool", "bash", Answer("x", tools_used=())).passed is False
    assert check("skill", "s", Answer("x", skills_used=())).passed is False


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("guess", "x", {}),
        ("contains", "", {}),
        ("contains", ["a", 1], {}),
        ("contains", [], {}),
        ("contains", "a", {"any": "yes"}),
        ("contains", "a", {"cases": False}),
        ("length", None, {}),
        ("length", {"most": 3}, {}),
        ("length", float("nan"), {}),
        ("length", 3, {"unit": "pages"}),
        ("number", None, {}),
        ("number", "3", {}),
        ("number", True, {}),
        ("number", 10**400, {}),
        ("number", 3, {"tolerance": -1}),
        ("number", {"value": 3, "about": 1}, {}),
        ("number", 3, {"near": "("}),
        ("number", 3, {"unit": ""}),
        ("language", "fr", {}),
        ("regex", "(", {}),
        ("regex", "", {}),
        ("regex", "a", {"flags": "q"}),
        ("json_schema", "no-such-file.json", {}),
        ("json_schema", 3, {}),
        ("python", "no-such-file.py", {}),
        ("python", "../outside.py", {}),
        ("python", "a\0b.py", {}),
        ("tool", "bash", {"args": "ls"}),
    ],
)
def test_a_check_that_cannot_be_run_says_why(check, kind, value, options) -> None:
    answer = Answer("3 { }", tools_used=("bash",), skills_used=())
    found = check(kind, value, answer, **options)
    assert found.passed is None
    assert found.label.startswith(kind)
    assert found.detail
    assert found.detail_zh


@pytest.mark.parametrize("kind", WRITABLE)
def test_options_are_those_that_the_compiler_reads(check, kind) -> None:
    found = check(kind, None, "x", **{"no-such-option": 1})
    assert "no-such-option" in found.detail or kind == "json_schema"
    for option in OPTIONS[kind]:
        assert option not in check(kind, None, "x", **{option: None}).detail.partition("option")[2]
