"""What we write, every reader takes."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from skills_ref.parser import parse_frontmatter

from polyskill.compiler.frontmatter import emit, quote, read_strict
from polyskill.compiler.source import Source

_NASTY = [
    "---",
    "a---b",
    "-" * 7,
    "yes",
    "null",
    "1.10",
    "a: b # c",
    "中文：测试，“引号”",
    "\\x2d \"quoted\" 'single'",
    "two\nlines\r\n",
    "  blanks  ",
    "\ufeff\x85\u2028\u2029\x00\x1b\x7f\uffff\xad\u200d",
    "👩‍🔬 😀",
    "%TAG ! x",
    "{{x}} ${y} !`z` @w",
]
_TEXT = st.text(max_size=20) | st.sampled_from(_NASTY)
_KEY = st.text(min_size=1, max_size=10) | st.sampled_from(_NASTY)
_BLOCK = st.recursive(
    _TEXT,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(_KEY, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def test_the_form():
    values = {
        "name": "tidy-up",
        "description": 'Say "hi": 你好',
        "always": False,
        "count": 3,
        "ratio": 0.5,
        "nothing": None,
        "tags": ["a", "b"],
        "metadata": {"version": "1.0", "deep": {"x y": ["z"]}},
        "cases": [{"id": "one", "of": ["x"]}, "plain", ["inner"]],
        "empty": [],
        "void": {},
        "infinite": float("inf"),
    }
    assert emit(values) == (
        "---\n"
        'name: "tidy-up"\n'
        'description: "Say \\"hi\\": 你好"\n'
        "always: false\n"
        "count: 3\n"
        "ratio: 0.5\n"
        "nothing: null\n"
        "tags:\n"
        '  - "a"\n'
        '  - "b"\n'
        "metadata:\n"
        '  version: "1.0"\n'
        "  deep:\n"
        '    "x y":\n'
        '      - "z"\n'
        "cases:\n"
        '  - id: "one"\n'
        "    of:\n"
        '      - "x"\n'
        '  - "plain"\n'
        "  -\n"
        '    - "inner"\n'
        "empty: []\n"
        "void: {}\n"
        'infinite: "inf"\n'
        "---\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("a---b", '"a-\\x2d-b"'),
        ("-----", '"-\\x2d-\\x2d-"'),
        ("a -- b", '"a -- b"'),
        ("x\ny\t\x07", '"x\\ny\\t\\x07"'),
        ("\u2028中\ufeff", '"\\u2028中\\ufeff"'),
        ("\ud800", '"\ufffd"'),
    ],
)
def test_quote(text, written):
    assert quote(text) == written


@example({"a": "-" * 5, "---": {"--- ": ["---"]}})
@given(st.dictionaries(_KEY, _BLOCK, min_size=1, max_size=4))
def test_every_reader_gives_the_same_back(values):
    written = emit(values)
    assert written.count("---") == 2
    assert yaml.safe_load(written[4:-4]) == values
    result = read_strict(Source("x", written))
    assert dict(result.front.values) == values
    assert result.diagnostics == ()
    data, body = parse_frontmatter(written + "body")
    data.pop("metadata", None)
    assert data == {key: value for key, value in values.items() if key != "metadata"}
    assert body == "body"


def test_the_same_bytes_for_a_set():
    assert emit({"x": {"b", "a"}}) == emit({"x": {"a", "b"}}) == '---\nx:\n  - "a"\n  - "b"\n---\n'
