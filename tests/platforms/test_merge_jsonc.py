"""Merging into JSON with comments: by the character, and back again."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.source import decode
from polyskill.platforms.merge import MergeError, merge, missing, unmerge
from polyskill.platforms.merge.json_tree import parse

KEYS = st.sampled_from(["mcp", "agent", "instructions", "theme", "中文", 'q"uote'])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["", "x", "技能", "//", "/* */"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
GAPS = ["", " ", "\n", "\n  ", "\r\n\t", "  ", "/* c */", " // c\n", "\n  // c\n  ", "/**/ "]


def plain(data):
    node = parse(decode(data, ""))
    return None if node is None else node.plain


@st.composite
def jsonc(draw, value):
    """Write a value with random white space, comments and trailing commas."""

    def gap():
        return draw(st.sampled_from(GAPS))

    def write(value):
        if isinstance(value, dict):
            members = [
                json.dumps(k, ensure_ascii=False) + gap() + ":" + gap() + write(v)
                for k, v in value.items()
            ]
            return "{" + listed(members) + "}"
        if isinstance(value, list):
            return "[" + listed([write(v) for v in value]) + "]"
        return json.dumps(value, ensure_ascii=False)

    def listed(members):
        text = ",".join(gap() + member + gap() for member in members)
        if members and draw(st.booleans()):
            text += ","
        return text + gap()

    bom = draw(st.sampled_from(["", "\ufeff"]))
    return (bom + gap() + write(value) + gap()).encode()


FILES = OBJECTS.flatmap(jsonc)


def expected(present, wanted, top=True):
    """Merge plain data as the file should say afterwards; ``None`` for a conflict."""
    merged = dict(present)
    for key, value in wanted.items():
        if key not in merged:
            merged[key] = value
            continue
        there = merged[key]
        registry = (
            isinstance(value, dict)
            and value
            and all(isinstance(inner, dict | list | bool) for inner in value.values())
        )
        if registry and isinstance(there, dict):
            inner = expected(there, value, False)
            if inner is None:
                return None
            merged[key] = inner
        elif isinstance(value, list) and value and isinstance(there, list):
            marks = [json.dumps(item, sort_keys=True) for item in there]
            merged[key] = list(there)
            for item in value:
                mark = json.dumps(item, sort_keys=True)
                if mark not in marks:
                    marks.append(mark)
                    merged[key].append(item)
        elif json.dumps(there, sort_keys=True) == json.dumps(value, sort_keys=True) or (
            isinstance(value, dict)
            and value
            and isinstance(there, dict)
            and all(
                json.dumps(there.get(k, ...) if k in there else [k], sort_keys=True)
                == json.dumps(v, sort_keys=True)
                for k, v in value.items()
            )
        ):
            pass
        else:
            return None
    return merged


def is_subsequence(short, long):
    position = 0
    for char in short:
        position = long.find(char, position) + 1
        if not position:
            return False
    return True


@given(FILES, OBJECTS)
@example(b"{}", {"mcp": {"a": {"b": [1]}}})
@example(b'{"mcp": {}}', {"mcp": {"a": {"b": [1]}}})
@example(b'{"a": 1 // c\n}', {"mcp": {"a": {"b": "c"}}})
@example(b'{"instructions": [1, 2 // c\n]}', {"instructions": [3, 4]})
@example(b'{"instructions": [1, 2, // c\n],}', {"instructions": [3, 4]})
@example(b"{ // c\n}", {"theme": "x"})
@example(b'{"mcp":{"mcp":null,"agent":null\n  }}', {"agent": [None]})
@example(b'{"mcp":[null,\n{}\n  /* c */]}', {"mcp": [False], "agent": [None]})
@example(b'{\n  "mcp": {\n  }\n}\n', {"mcp": {"a": {"b": "c"}}})
def test_merge_says_what_is_expected_and_unmerge_takes_it_back(data, wanted):
    present = plain(data)
    result = expected(present, wanted)
    if result is None:
        with pytest.raises(MergeError) as caught:
            merge(data, wanted)
        assert caught.value.code is codes.JSON_CONFLICT
        return
    merged = merge(data, wanted)
    assert plain(merged) == result
    assert list(plain(merged))[: len(present)] == list(present)  # the order stays
    assert is_subsequence(data.decode(), merged.decode())
    assert merge(merged, wanted) == merged
    added = missing(data, wanted)
    assert bool(added) == (merged != data)
    assert unmerge(merged, added) == data
    assert missing(merged, wanted) == {}


@given(OBJECTS, OBJECTS)
def test_two_skills_in_a_new_file_leave_no_trace(first, second):
    if expected(first, second) is None or not first or not second:
        return
    one = merge(None, first)
    two = merge(one, second)
    added = missing(one, second)
    assert unmerge(one, first) is None
    rest = unmerge(two, added)
    assert rest == one


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_servers_of_two_skills_go_in_any_order(order):
    data = [{"mcp": {"a": {"type": "local"}}}, {"mcp": {"b": {"type": "local"}}}]
    existing = b'{\n\t// mine\n\t"theme": "dark",\n}\n'
    merged = merge(merge(existing, data[0]), data[1])
    assert merged.startswith(b'{\n\t// mine\n\t"theme": "dark",\n\t"mcp": {\n\t\t"a": {')
    for index in order:
        merged = unmerge(merged, data[index])
    assert merged == existing


def test_a_new_file_is_pretty():
    data = merge(None, {"$schema": "s", "instructions": ["规则.md"]})
    assert data.decode() == ('{\n  "$schema": "s",\n  "instructions": [\n    "规则.md"\n  ]\n}\n')


@pytest.mark.parametrize("blank", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n"])
def test_a_blank_file_is_filled_and_is_blank_again(blank):
    data = merge(blank, {"mcp": {"a": {"type": "x"}}})
    assert plain(data) == {"mcp": {"a": {"type": "x"}}}
    assert unmerge(data, {"mcp": {"a": {"type": "x"}}}) == blank


def test_a_server_of_the_user_is_never_mixed_with_ours():
    mine = b'{"mcp": {"fetch": {"type": "local", "command": ["uvx", "fetch"]}}}'
    ours = {"mcp": {"fetch": {"type": "local", "command": ["npx", "fetch"]}}}
    with pytest.raises(MergeError) as caught:
        merge(mine, ours)
    assert caught.value.code is codes.JSON_CONFLICT
    assert caught.value.args_of_code["key"] == "mcp.fetch"
    assert (caught.value.line, caught.value.column) == (1, 19)


def test_a_server_that_the_user_switched_off_is_left_alone():
    ours = {"mcp": {"fetch": {"type": "local", "command": ["x"]}}}
    off = b'{"mcp": {"fetch": {"type": "local", "command": ["x"], "enabled": false}}}'
    assert merge(off, ours) == off
    assert unmerge(off, ours) == off


def test_what_an_earlier_run_wrote_may_be_replaced():
    old = {"mcp": {"fetch": {"type": "local", "command": ["x"]}}}
    new = {"mcp": {"fetch": {"type": "local", "command": ["y"]}}}
    existing = b'{\n  "a": 1 // keep\n}\n'
    merged = merge(existing, old)
    assert merge(merged, new, ours=old) == merge(existing, new)
    with pytest.raises(MergeError):
        merge(merged, new)


def test_of_equal_items_only_ours_goes():
    merged = b'{"instructions": ["x", "y", "x"]}'
    assert unmerge(merged, {"instructions": ["x"]}) == b'{"instructions": ["x", "y"]}'
    twice = merge(None, {"instructions": ["x", "x"]})
    assert unmerge(twice, {"instructions": ["x", "x"]}) is None


def test_the_schema_that_the_user_chose_stays():
    data = b'{"$schema": "mine"}'
    assert merge(data, {"$schema": "ours"}) == data
    assert missing(data, {"$schema": "ours"}) == {}


def test_a_member_behind_ours_does_not_slip_into_the_comment_before():
    merged = merge(b'{\n  "a": 1 // c\n}', {"k": "v"})
    edited = merged.replace(b'"v"\n}', b'"v", "z": 2\n}')
    assert edited != merged
    assert plain(unmerge(edited, {"k": "v"})) == {"a": 1, "z": 2}


@pytest.mark.parametrize(
    ("data", "line", "column", "expected"),
    [
        (b'{"a": 1', 1, 8, ", }"),
        (b'{\n  "a" 1}', 2, 7, ":"),
        (b"{\n  a: 1}", 2, 3, "string"),
        (b'{"a": tru}', 1, 7, "value"),
        (b'{"a": 01}', 1, 7, "value"),
        (b'{"a": 1} x', 1, 10, "EOF"),
        (b'{"a": "x\n"}', 1, 7, "string"),
        (b'{"a": 1 /* }', 1, 13, "*/"),
        (b"[1,,2]", 1, 4, "value"),
        (b"// only a comment", 1, 18, "value"),
    ],
)
def test_errors_say_where(data, line, column, expected):
    with pytest.raises(MergeError) as caught:
        merge(data, {"k": 1})
    error = caught.value
    assert error.code is codes.JSON_INVALID
    assert (error.line, error.column) == (line, column)
    assert error.args_of_code["expected"] == expected


@pytest.mark.parametrize(
    ("data", "wanted", "code"),
    [
        (b"[" * 100_000, {}, codes.JSON_TOO_DEEP),
        (b'{"k": 1, "k": 2}', {"k": 1}, codes.JSON_DUPLICATE_KEY),
        (b"[]", {"k": 1}, codes.JSON_CONFLICT),
        (b'{"k": "x"}', {"k": ["x"]}, codes.JSON_CONFLICT),
        ("{}".encode("utf-16"), {"k": 1}, codes.NOT_UTF8),
        (b"{}", {"k": float("nan")}, codes.JSON_NOT_PLAIN),
        (b"{}", {"k": {1, 2}}, codes.JSON_NOT_PLAIN),
    ],
)
def test_files_that_cannot_be_merged_are_refused(data, wanted, code):
    with pytest.raises(MergeError) as caught:
        merge(data, wanted)
    assert caught.value.code is code


def test_odd_values_survive():
    data = b'{"n": 1' + b"0" * 5000 + b', "bytes": "\xff", "half": "\\ud800"}'
    merged = merge(data, {"half2": "\ud800"})
    assert merged.startswith(data[:-1])
    assert unmerge(merged, {"half2": "\ud800"}) == data


@given(st.text(alphabet='{}[]",:/*\\ \n1truefalsn', max_size=40))
def test_any_text_is_parsed_or_refused(text):
    try:
        node = parse(decode(text.encode(), ""))
    except MergeError:
        with pytest.raises(ValueError):
            json.loads(text)  # whatever strict JSON accepts, this parser accepts
    else:
        if node is not None:
            merge(text.encode(), {"new key": 1}) if node.kind == "object" else None
