"""Bounded YAML: values, places, refusals; the same with libyaml and without."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler import yamlsafe
from polyskill.compiler.frontmatter import emit
from polyskill.compiler.source import Position, Source, Span
from polyskill.compiler.yamlsafe import YamlFloat, load


@pytest.fixture(params=["best", "python"])
def parser(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setattr(yamlsafe, "_parser", yamlsafe._PythonParser)
    return request.param


def read(text):
    return load(Source("x.yaml", text))


def codes(result):
    return [found.code.id for found in result.diagnostics]


def places(result):
    return [(found.line, found.column) for found in result.diagnostics]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("yes", "yes"),
        ("off", "off"),
        ("017", "017"),
        ("0o17", "0o17"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-31", "2024-01-31"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("1234567890123456789", "1234567890123456789"),
        ("1.2.3", "1.2.3"),
        ("-", None),
        ('"true"', "true"),
        ("'1'", "1"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_scalars(parser, written, value):
    if written == "-":
        assert read("a:\n  -\n").value == {"a": [None]}
        return
    found = read(f"a: {written}\n").value["a"]
    assert found == value
    assert isinstance(found, type(value))


def test_a_float_keeps_its_text():
    value = read("version: 1.10\n").value["version"]
    assert value == 1.1
    for one in (value, pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert isinstance(one, YamlFloat)
        assert (str(one), one.raw, f"{one}") == ("1.10", "1.10", "1.10")
    assert json.dumps(value) == "1.1"


def test_places_in_the_middle_of_a_file(parser):
    text = "前言 😀\r\n---\r\n名: 值\r\nlist:\r\n  - a\r\n  - {k: 数据}\r\n---\r\n"
    start = text.index("名")
    source = Source("x.md", text)
    result = load(source, Span(start, text.rindex("---")))
    assert result.value == {"名": "值", "list": ["a", {"k": "数据"}]}
    assert result.raw(("list", 1, "k")) == "数据"
    assert result.raw(("list", 0)) == "a"
    assert source.slice(result.locate(("list", 1, "k"), key=True)) == "k"
    assert source.slice(result.locate(("名",), key=True)) == "名"
    assert source.position(result.locate(("list", 1, "k")).start) == Position(6, 9)


def test_a_byte_order_mark_moves_nothing(parser):
    source = Source("x.yaml", "\ufeffa: b\n")
    result = load(source)
    assert result.value == {"a": "b"}
    assert source.slice(result.locate(("a",))) == "b"


def test_locate_beyond_the_data_gives_the_deepest_node():
    result = read("a:\n  b: c\n")
    assert result.raw(("a", "nothing", 3)) == "b: c"
    assert read("a: [").locate(("a",)) == Span(0, 0)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: !!python/object:os.system x\n", "PS003", (1, 4)),
        ("a: ! x\n", "PS003", (1, 4)),
        ("b: 1\na: !local {x: y}\n", "PS003", (2, 4)),
        ("a: 1\nb: 2\na: 3\n", "PS004", (3, 1)),
        ("a: &x 1\nb: *x\n", "PS005", (2, 4)),
        ("a: [\n", "PS002", (2, 1)),
        ("a: b: c\n", "PS002", (1, 5)),
        ("a: \x01\n", "PS002", (1, 4)),
        ("a: \ud800\n", "PS002", (1, 4)),
        ("[" * 33, "PS006", (1, 33)),
        ("---\na: 1\n---\nb: 2\n", "PS008", (3, 1)),
        ("1: x\n", "PS009", (1, 1)),
        ("? [a, b]\n: x\n", "PS009", (1, 3)),
    ],
)
def test_refusals(parser, text, code, place):
    result = read(text)
    assert codes(result) == [code]
    assert places(result) == [place]
    assert result.ok == (code == "PS009")


def test_what_is_refused_is_kept_as_text(parser):
    assert read("a: !!set x\nb: &n 1\nc: *n\n").value == {"a": "!!set x", "b": 1, "c": "*n"}
    assert read("a: 1\na: 2\n").value == {"a": 1}
    assert read("1: x\nnull: y\n[a, b]: z\n").value == {"1": "x", "null": "y", "[a, b]": "z"}
    assert read("a: [").value is None
    assert read("a: [").fatal
    assert not read("").fatal


def test_bounds(parser):
    deep = "[" * 32 + "]" * 32
    assert read(deep).ok
    anchors = "".join(f"k{i}: &a{i} x\n" for i in range(8))
    assert read(anchors).ok
    assert codes(read(anchors + "z: &z x\n")) == ["PS005"]
    assert codes(read("- x\n" * 20_001)) == ["PS007"]
    assert codes(read("a: " + "x" * (1 << 20))) == ["PS007"]
    assert codes(read("a: " + "界" * ((1 << 20) // 3))) == ["PS007"]
    assert read("a: " + "x" * 300_000).ok


def test_a_bomb_is_cut_short(parser):
    tags = "".join(f"k{i}: !!x y\n" for i in range(5_000))
    assert len(read(tags).diagnostics) < 110


def test_bytes_that_are_not_utf8_come_back(parser):
    source = Source("x.yaml", "a: caf\udce9 界\nb: [\udcff]\n", invalid_at=6)
    assert load(source).value == {"a": "caf\udce9 界", "b": ["\udcff"]}


@given(st.text(max_size=60))
def test_never_raises(text):
    result = read(text)
    span = result.locate(("a", 0))
    assert 0 <= span.start <= span.end <= len(text)
    assert all(found.line > 0 for found in result.diagnostics)


_VALUES = st.recursive(
    st.text(max_size=8) | st.integers(-(10**17), 10**17) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), _VALUES, max_size=4))
def test_both_parsers_agree(values):
    text = emit(values)[4:-4]
    best = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlsafe, "_parser", yamlsafe._PythonParser)
        pure = read(text)
    assert best.value == pure.value
    for key in values:
        assert best.locate((key,)) == pure.locate((key,))
        assert best.locate((key,), key=True) == pure.locate((key,), key=True)
