"""Nothing that is handed to the extractors makes them fail, or take long."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FRAGMENTS = [
    "## Test Cases",
    "## 测试用例",
    "## System Prompt",
    "## Trigger Words",
    "## Self-Checklist",
    "### Scenario 1: x",
    '**Test 1:** "a" → b',
    "**User:** hi",
    "**Bot:**",
    "> quote",
    "> ```",
    "```",
    "Input: a",
    "- Expected:",
    "  - b; c",
    "| Input | Expected |",
    "|---|---|",
    "| a | b |",
    "<!-- 输入：甲 -->",
    "- [ ] x",
    "1. y / 甲",
    "[a](b.md) `references/x.md` https://x.example",
    "",
    "---",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=20)), max_size=25))
def test_any_body_is_read(read, lines: list[str]) -> None:
    body = "\n".join(lines)
    content = read(body, translation=body)
    for case in content.tests:
        assert case.input
        assert case.criteria
        assert case.id
    assert len({case.id for case in content.tests}) == len(content.tests)
    length = len(body)
    for link in content.links:
        assert 0 <= link.span.start <= link.span.end <= length + 1


@pytest.mark.parametrize(
    "body",
    [
        "\n" * 100_000,
        "> " * 3_000 + "x",
        "- " * 3_000 + "x",
        "## Test Cases\n" + "**Test 1:** a\n" * 3_000,
        "## Test Cases\n\nExpected: " + "a, " * 20_000,
        "## Test Cases\n\nInput: x\nExpected: " + '"(' * 20_000,
        "## Test Cases\n\nInput: x\nExpected: " + "a → " * 20_000,
        "## Trigger Words\n\n" + '"' * 50_000,
        "## Trigger Words\n\n" + "`a / b` " * 5_000,
        "**User:** a\n\n**Bot:** b\n\n" * 1_000,
        "`" * 20_000,
        "# T\n\n" + "`references/a.md` " * 5_000,
        "```\n" + "python scripts/a.py " * 5_000 + "\n```\n",
        "**" * 20_000,
        "**a" * 20_000,
        "|" * 20_000,
        "## Self-Checklist\n\n" + "- [ ] a\n" * 5_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_long_bodies_take_no_more_than_their_length(read, body: str) -> None:
    start = time.process_time()
    _ = read(body)
    assert time.process_time() - start < 5
