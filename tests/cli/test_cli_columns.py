"""Tables and running text: Chinese counts double, nothing is lost, nothing is too wide."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.cli.tables import Column, table
from polyskill.cli.text import clip, pad, width, wrap

TEXTS = st.text(st.sampled_from("ab 1-/_.,（）中文字，。“”é…\n"), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("中文", 4),
        ("a中b", 4),
        ("é", 1),
        ("e\u0301", 1),
        ("，。", 4),
        ("–", 1),
    ],
)
def test_width(text, columns):
    assert width(text) == columns


def test_padding_lines_columns_up():
    assert pad("中文", 6) == "中文  "
    assert pad("中文", 6, right=True) == "  中文"
    assert pad("中文字", 4) == "中文字"


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("合同审查与风险提示", 8, ["合同审查", "与风险提", "示"]),
        ("审查合同，提示风险。", 8, ["审查合", "同，提示", "风险。"]),
        ("见（附件）", 6, ["见（附", "件）"]),
        ("说见（附件）", 6, ["说见", "（附", "件）"]),
        ("reward-model-reliability", 13, ["reward-model-", "reliability"]),
        ("--show-completion", 10, ["--show-", "completion"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a\nb", 9, ["a", "b"]),
        ("", 9, [""]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text, columns, lines):
    assert wrap(text, columns) == lines


@given(TEXTS, st.integers(2, 30))
def test_wrapping_keeps_all_and_fits(text, columns):
    lines = wrap(text, columns)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(width(line) <= columns for line in lines)


@given(TEXTS, st.integers(2, 30))
def test_clipping_fits(text, columns):
    clipped = clip(text, columns)
    assert width(clipped) <= columns
    assert clipped == text or clipped.endswith("…")


def test_columns_start_at_the_same_place_whatever_the_script():
    lines = table(
        [Column("名称"), Column("n", right=True), Column("path")],
        [("合同审查", "1", "a"), ("plain", "1,000", "b"), ("混合 mix", "20", "c")],
    )
    assert lines == [
        "名称          n  path",
        "────────  ─────  ────",
        "合同审查      1  a",
        "plain     1,000  b",
        "混合 mix     20  c",
    ]
    assert {width(line[: line.index(mark)]) for line, mark in zip(lines[2:], "abc", strict=True)}


def test_only_columns_that_may_wrap_are_squeezed():
    layout = [Column("id"), Column("text", wrap=True)]
    lines = table(layout, [("a-long-identifier", "words " * 10)], room=40)
    assert all(width(line) <= 40 for line in lines)
    assert lines[2].startswith("a-long-identifier  words")
    wide = table(layout, [("a-long-identifier", "words " * 10)])
    assert len(wide) == 3


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), st.integers(40, 80))
def test_tables_fit_when_they_can(rows, room):
    lines = table([Column("a", wrap=True), Column("b", wrap=True)], rows, room=room)
    assert all(width(line) <= room for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_empty_columns_are_left_out():
    assert table([Column(""), Column(""), Column("")], [("a", "", "b")]) == ["a  b"]


def test_a_pipe_gets_no_padding_and_no_limit(cli, demo, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    for command in (("platforms", "claude"), ("show", "demo"), ("build", "demo")):
        lines = cli(*command).out.splitlines()
        assert lines
        assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_pages_fit_the_terminal(cli, demo, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    page = cli("platforms", "claude").out
    assert not [line for line in page.splitlines() if width(line) > int(columns)]
