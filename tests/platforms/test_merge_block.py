"""Managed blocks: nothing outside the markers ever changes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polyskill.compiler.codes import merge as codes
from polyskill.platforms.merge import MergeError, find_block, put_block, remove_block

PIECES = st.sampled_from(
    [b"", b"\n", b"\r\n", b"\r", b"text", b"\xff\xfe", "中文".encode(), b" ", b"# h", b"```", b"--"]
)
FILES = st.builds(
    lambda bom, parts: (b"\xef\xbb\xbf" if bom else b"") + b"".join(parts),
    st.booleans(),
    st.lists(PIECES, max_size=12),
).filter(lambda data: not data.startswith((b"\xff\xfe", b"\xfe\xff")))
TEXTS = st.lists(st.sampled_from(["a", "正文", "", "- item", "  x", "<!-- c -->"]), max_size=6).map(
    "\n".join
)
STYLES = st.sampled_from(["html", "hash"])


@given(st.none() | FILES, TEXTS, STYLES)
@example(b"", "x", "html")
@example(b"no newline", "x", "html")
@example(b"a\nb\r", "x", "html")
@example(b"\xef\xbb\xbf", "x", "html")
def test_put_then_remove_gives_the_same_bytes(existing, text, style):
    put = put_block(existing, "demo", text, style)
    assert remove_block(put, "demo", style) == existing
    if existing:
        assert put.startswith(existing)


@given(st.none() | FILES, TEXTS, TEXTS, TEXTS, STYLES, st.permutations(["a", "b", "c"]))
@example(b"\r", "", "", "", "html", ["a", "b", "c"])
def test_three_blocks_leave_in_any_order(existing, one, two, three, style, order):
    data = existing
    for name, text in zip("abc", (one, two, three), strict=True):
        data = put_block(data, name, text, style)
    for name in order:
        assert data is not None
        data = remove_block(data, name, style)
    assert data == existing


@given(FILES, TEXTS, TEXTS, STYLES)
def test_putting_again_changes_the_block_only(existing, first, second, style):
    once = put_block(existing, "demo", first, style)
    assert put_block(once, "demo", first, style) == once
    twice = put_block(once, "demo", second, style)
    assert twice == put_block(existing, "demo", second, style)


def test_text_is_read_back_and_takes_the_line_ending_of_the_file():
    data = put_block(b"one\r\ntwo\r\n", "demo", "a\nb\n")
    assert data == (
        b"one\r\ntwo\r\n\r\n<!-- polyskill:begin demo -->\r\na\r\nb\r\n"
        b"<!-- polyskill:end demo -->\r\n"
    )
    assert find_block(data, "demo") == b"a\r\nb\r\n"
    assert find_block(data, "other") is None


def test_header_heads_a_new_file_only_and_goes_with_it():
    header = "---\nalwaysApply: true\n---\n\n"
    new = put_block(None, "demo", "x", header=header)
    assert (
        new.decode() == f"{header}<!-- polyskill:begin demo -->\nx\n<!-- polyskill:end demo -->\n"
    )
    assert remove_block(new, "demo", header=header) is None
    two = put_block(new, "other", "y", header=header)
    assert two.count(b"alwaysApply") == 1
    rest = remove_block(two, "demo", header=header)
    assert rest == put_block(None, "other", "y", header=header)
    assert b"alwaysApply" not in put_block(b"mine\n", "demo", "x", header=header)


def test_text_that_the_user_wrote_below_a_block_stays_apart_from_the_text_above():
    data = put_block(b"above\n", "demo", "x") + b"below\n"
    assert remove_block(data, "demo") == b"above\n\nbelow\n"


def test_a_block_that_the_user_moved_takes_no_line_of_theirs_along():
    block = put_block(None, "demo", "x")
    assert remove_block(b"above\n" + block, "demo") == b"above\n"
    assert remove_block(block + b"\nbelow\n", "demo") == b"\nbelow\n"


def test_removing_what_is_not_there_changes_nothing():
    assert remove_block(b"abc", "demo") == b"abc"


def test_names_of_other_scripts_are_fine():
    data = put_block(None, "中文技能", "x")
    assert find_block(data, "中文技能") == b"x\n"


BEGIN, END = b"<!-- polyskill:begin demo -->\n", b"<!-- polyskill:end demo -->\n"
OTHER = b"<!-- polyskill:begin other -->\n"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\n" + BEGIN + b"x\n", 2),
        (b"a\nb\n" + END, 3),
        (BEGIN + OTHER + END, 2),
        (BEGIN + BEGIN + END, 2),
        (BEGIN + END + b"\n" + BEGIN + END, 4),
        (BEGIN + b"x\n<!-- polyskill:end -->\n", 3),
        (BEGIN + b"x\n<!-- polyskill:end demo\n", 3),
        (BEGIN.rstrip(), 1),
    ],
)
def test_damaged_markers_are_named_and_never_guessed(data, line):
    for act in (
        lambda: put_block(data, "demo", "new"),
        lambda: remove_block(data, "demo"),
        lambda: find_block(data, "demo"),
        lambda: put_block(data, "third", "new"),
    ):
        with pytest.raises(MergeError) as caught:
            act()
        assert caught.value.code is codes.MARKER_DAMAGED
        assert caught.value.line == line
        assert "polyskill:" in str(caught.value)


def test_a_marker_in_the_text_is_refused():
    with pytest.raises(MergeError) as caught:
        put_block(None, "demo", "x\n  <!-- polyskill:end demo -->\ny")
    assert caught.value.code is codes.MARKER_IN_TEXT
    assert caught.value.diagnostic("AGENTS.md").args["number"] == 2
    put_block(None, "demo", "write <!-- polyskill:end demo --> in a sentence")


@pytest.mark.parametrize("name", ["", " a", "a ", "a\nb", "a-->b"])
def test_names_that_cannot_stand_in_a_marker_are_refused(name):
    with pytest.raises(MergeError) as caught:
        put_block(None, name, "x")
    assert caught.value.code is codes.BLOCK_NAME


def test_utf16_is_refused():
    with pytest.raises(MergeError) as caught:
        put_block("text".encode("utf-16"), "demo", "x")
    assert caught.value.code is codes.NOT_UTF8


def test_a_long_file_takes_linear_time():
    data = b"polyskill: word\n" * 100_000
    assert remove_block(put_block(data, "demo", "x"), "demo") == data
