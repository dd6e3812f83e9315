"""Strict reading: fences, entries, errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.frontmatter import emit, read_strict
from polyskill.compiler.source import Source, Span, decode


def read(text):
    return read_strict(Source("SKILL.md", text))


def codes(result):
    return [found.code.id for found in result.diagnostics]


def test_a_sound_file():
    text = '---\nname: tidy\n# why\ndescription: "Sort: things"\ntags:\n- a\n---\n# Body\n'
    result = read(text)
    front = result.front
    assert dict(front.values) == {"name": "tidy", "description": "Sort: things", "tags": ["a"]}
    assert [entry.raw for entry in front.entries] == [
        "name: tidy\n# why\n",
        'description: "Sort: things"\n',
        "tags:\n- a\n",
    ]
    assert text[result.body_start :] == "# Body\n"
    assert front.span == Span(0, result.body_start)
    assert not front.recovered
    assert result.diagnostics == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("fence", ["---", "...", "---  \t"])
def test_line_endings_and_closing_fences(ending, fence):
    text = ending.join(["---  ", "name: a", "v: |", "  x --- y", "  ---", fence, "body"])
    result = read(text)
    assert result.front.values["name"] == "a"
    assert result.front.values["v"] == "x --- y\n---\n"
    assert text[result.body_start :] == "body"
    assert codes(result) == ([] if ending == "\n" else ["PS013"])


@pytest.mark.parametrize("text", ["", "# Title\n", "---", " ---\nname: a\n---\n", "\n---\n---\n"])
def test_no_front_matter(text):
    result = read(text)
    assert (result.front, result.body_start, result.diagnostics) == (None, 0, ())


def test_an_empty_front_matter():
    result = read("---\n# nothing yet\n---\nbody")
    assert result.front.entries == ()
    assert result.body_start == 22


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("---\nname: a\n", "PS010", 1, 1),
        ("---\nname: a\nd: b: c\n---\n", "PS002", 3, 5),
        ("---\nname: a\nname: b\n---\n", "PS004", 3, 1),
        ("---\nname: !!str a\n---\n", "PS003", 2, 7),
        ("---\n- a\n- b\n---\n", "PS011", 2, 1),
        ("---\njust words\n---\n", "PS011", 2, 1),
    ],
)
def test_errors_at_their_place(text, code, line, column):
    (found,) = read(text).diagnostics
    assert (found.code.id, found.line, found.column) == (code, line, column)
    assert found.location == f"SKILL.md:{line}:{column}"


def test_a_refused_value_leaves_the_others():
    result = read("---\nname: a\nx: *y\nname: b\n---\n")
    assert dict(result.front.values) == {"name": "a", "x": "*y"}
    assert codes(result) == ["PS005", "PS004"]


def test_bytes():
    marked = read_strict(decode(b"\xef\xbb\xbf---\nname: a\n---\n", "SKILL.md"))
    assert marked.front.values["name"] == "a"
    assert codes(marked) == ["PS012"]
    latin = read_strict(decode(b"---\nname: caf\xe9\n---\n", "SKILL.md"))
    assert latin.front.values["name"] == "caf\udce9"
    assert [(found.code.id, found.location) for found in latin.diagnostics] == [
        ("PS001", "SKILL.md:2:10")
    ]


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=5),
    st.text(max_size=20),
)
def test_spans_slice_back(values, body):
    text = emit(values) + body
    source = Source("x", text)
    result = read_strict(source)
    assert [entry.key for entry in result.front.entries] == list(values)
    assert "".join(entry.raw for entry in result.front.entries) == emit(values)[4:-4]
    assert all(source.slice(entry.span) == entry.raw for entry in result.front.entries)
    assert text[result.body_start :] == body


@given(st.text(max_size=80), st.sampled_from(["", "---\n", "---\r\n", "---\nname: a\n"]))
def test_never_raises(text, head):
    result = read(head + text)
    assert 0 <= result.body_start <= len(head + text)
