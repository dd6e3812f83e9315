"""The recovering reader: what it makes of each kind of damage, and what it says about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.frontmatter import emit, read_recovering, read_strict
from polyskill.compiler.localized import Lang
from polyskill.compiler.source import Edit, Source, apply_edits, decode


def read(text):
    return read_recovering(Source("a.md", text))


def said(result):
    return [(found.code.id, found.line, found.column) for found in result.diagnostics]


def body(text, result):
    return text[result.body_start :]


# text, values, findings, body
CASES = {
    "glued fence": (
        "---\nname: potter\ndescription: >\n  Makes pots.\n  Fires them.---\n\n# Pots\n\n---\n",
        {"name": "potter", "description": "Makes pots.\nFires them.".replace("\n", " ")},
        [("PS020", 5, 14)],
        "\n# Pots\n\n---\n",
    ),
    "glued fence, yaml fine up to a rule in the body": (
        "---\nname: a\ndescription: b.---\n\n# T\n\n---\nrest\n",
        {"name": "a", "description": "b."},
        [("PS020", 3, 16)],
        "\n# T\n\n---\nrest\n",
    ),
    "no closing fence, heading": (
        "---\nname: a\ndescription: b\n\n# Title\n\ntext\n\n---\n\nmore\n",
        {"name": "a", "description": "b"},
        [("PS021", 4, 1)],
        "# Title\n\ntext\n\n---\n\nmore\n",
    ),
    "no closing fence, prose": (
        "---\nname: a\ndescription: b\n\nProse begins.\n",
        {"name": "a", "description": "b"},
        [("PS021", 4, 1)],
        "Prose begins.\n",
    ),
    "no closing fence, heading below the last key": (
        "---\nname: a\ndescription: b\n# Title\n\ntext\nmore\n---\n\nend\n",
        {"name": "a", "description": "b"},
        [("PS021", 4, 1)],
        "# Title\n\ntext\nmore\n---\n\nend\n",
    ),
    "no closing fence, prose before a rule": (
        "---\nname: a\ndescription: b\n\nProse begins.\n\n---\n\nend\n",
        {"name": "a", "description": "b"},
        [("PS021", 4, 1)],
        "Prose begins.\n\n---\n\nend\n",
    ),
    "a text that goes on behind a blank line": (
        "---\nname: a\ndescription: b\n\ngoes on\n---\nB",
        {"name": "a", "description": "b\ngoes on"},
        [("PS026", 5, 1)],
        "B",
    ),
    "no closing fence, no body": (
        "---\nname: a",
        {"name": "a"},
        [("PS021", 2, 8)],
        "",
    ),
    "no opening fence": (
        "name: a\ndescription: b\n---\n# T\n",
        {"name": "a", "description": "b"},
        [("PS022", 1, 1)],
        "# T\n",
    ),
    "dedented keys below a block": (
        "---\nname: baker\ndescription: >\n  Bakes bread.\n"
        'Triggers: "bake bread", "烤面包", similar words.\nWorks with: Anything.\n---\nB\n',
        {
            "name": "baker",
            "description": "Bakes bread.\n",
            "Triggers": ["bake bread", "烤面包"],
            "Works with": "Anything.",
        },
        [("PS023", 5, 1), ("PS024", 5, 11), ("PS025", 5, 32), ("PS023", 6, 1)],
        "B\n",
    ),
    "dedented lines of a plain value": (
        "---\ndescription: first\nsecond goes on\nname: a\n---\n",
        {"description": "first second goes on", "name": "a"},
        [("PS026", 3, 1)],
        "",
    ),
    "dedented lines of a block": (
        "---\ndescription: >\nall\nflat\nname: a\ntext: |\n  one\n two\n---\n",
        {"description": "all flat", "name": "a", "text": "one\ntwo"},
        [("PS026", 3, 1), ("PS026", 7, 1)],
        "",
    ),
    "colon": (
        "---\nname: a\ndescription: 用法: use it: now\n---\n",
        {"name": "a", "description": "用法: use it: now"},
        [("PS027", 3, 16)],
        "",
    ),
    "colon inside a mapping": (
        "---\nname: a\nmetadata:\n  note: x: y\n  title: T\n---\n",
        {"name": "a", "metadata": {"note": "x: y", "title": "T"}},
        [("PS027", 4, 10)],
        "",
    ),
    "signs": (
        "---\nglobs: **/*.ts, src/*\nmodel: @new\nrun: `x`\nhint: [a] [b]\nrate: %5\n---\n",
        {
            "globs": "**/*.ts, src/*",
            "model": "@new",
            "run": "`x`",
            "hint": "[a] [b]",
            "rate": "%5",
        },
        [("PS028", 2, 8), ("PS028", 3, 8), ("PS028", 4, 6), ("PS028", 5, 7), ("PS028", 6, 7)],
        "",
    ),
    "an alias that is a glob": ("---\nglobs: *md\n---\n", {"globs": "*md"}, [("PS028", 2, 8)], ""),
    "globs in lists": (
        "---\nglobs: [**/*.ts, *.{js,jsx}, 'x,y']\npaths:\n  - **/a\n  - b\n  - 3\n---\n",
        {"globs": ["**/*.ts", "*.{js,jsx}", "x,y"], "paths": ["**/a", "b", 3]},
        [("PS028", 2, 9), ("PS028", 4, 5)],
        "",
    ),
    "tabs": (
        "---\nname: a\nmetadata:\n\ttitle: x\n---\n",
        {"name": "a", "metadata": {"title": "x"}},
        [("PS029", 4, 1)],
        "",
    ),
    "duplicate key": (
        "---\nname: a\nname: b\nx: y\n---\n",
        {"name": "a", "x": "y"},
        [("PS031", 3, 1)],
        "",
    ),
    "tag and anchor": (
        "---\nname: a\nx: !!python/name:os.system y\nz: [&b 1, *b]\n---\n",
        {"name": "a", "x": "!!python/name:os.system y", "z": "[&b 1, *b]"},
        [("PS032", 3, 4), ("PS032", 4, 11)],
        "",
    ),
    "quotes inside quotes": (
        '---\nname: a\ndescription: "Say "hi" now"\n---\n',
        {"name": "a", "description": 'Say "hi" now'},
        [("PS033", 3, 14)],
        "",
    ),
    "an open quote does not swallow its neighbours": (
        '---\nname: a\ndescription: "Say hi\nversion: two\n---\n',
        {"name": "a", "description": "Say hi", "version": "two"},
        [("PS033", 3, 14)],
        "",
    ),
    "a text over lines that look like keys": (
        '---\nnote: *x\ndescription: "one\ntwo: three"\nname: a\n---\n',
        {"note": "*x", "description": "one two: three", "name": "a"},
        [("PS028", 2, 7)],
        "",
    ),
    "an apostrophe": (
        "---\nname: 'it's\nx: 'a' and 'b'\ny: \"a\" b\n---\n",
        {"name": "it's", "x": "'a' and 'b'", "y": '"a" b'},
        [("PS033", 2, 7), ("PS033", 3, 4), ("PS033", 4, 4)],
        "",
    ),
    "paragraphs, and a colon at the end": (
        "---\ndescription: a: b\n\n  second\n  part\nx: y: z:\n---\n",
        {"description": "a: b\nsecond part", "x": "y: z:"},
        [("PS027", 2, 15), ("PS027", 6, 5)],
        "",
    ),
    "a broken list without signs": (
        "---\ntags: [a, b: c: d]\nmore: [a, [b, c\n---\n",
        {"tags": ["a", "b: c: d"], "more": "[a, [b, c"},
        [("PS033", 2, 7), ("PS028", 3, 7)],
        "",
    ),
    "a broken mapping that is kept": (
        "---\nname: a\nservers:\n  - id: *x y\n    of: [z\n---\n",
        {"name": "a", "servers": "- id: *x y\n  of: [z"},
        [("PS032", 4, 9)],
        "",
    ),
    "a broken mapping without aliases": (
        "---\nname: a\nservers:\n  - id: x: y\n    of: [z\n---\n",
        {"name": "a", "servers": "- id: x: y\n  of: [z"},
        [("PS033", 4, 3)],
        "",
    ),
    "each key is fine, all of them are not": (
        "---\n name: a\nversion: b\n---\n",
        {"name": "a", "version": "b"},
        [("PS038", 3, 1)],
        "",
    ),
    "a longer glued fence": (
        "---\nname: a-----\n\n# T\n",
        {"name": "a"},
        [("PS020", 2, 8)],
        "\n# T\n",
    ),
    "no opening fence, with lists and comments": (
        "name: a\n# note\ntags:\n- x\ntitle: b\n---\nB",
        {"name": "a", "tags": ["x"], "title": "b"},
        [("PS022", 1, 1)],
        "B",
    ),
    "stray line": (
        "---\nhello there\nname: a\ndescription: b\n---\nB",
        {"name": "a", "description": "b"},
        [("PS034", 2, 1)],
        "B",
    ),
    "late fence": ("\n\n---\nname: a\n---\nB", {"name": "a"}, [("PS035", 3, 1)], "B"),
    "fence behind a comment": (
        "<!-- (c) me\n-->\n\n---\nname: a\n---\nB",
        {"name": "a"},
        [("PS035", 4, 1)],
        "B",
    ),
    "four hyphens": (
        "----\nname: a\n----\n# T\n",
        {"name": "a"},
        [("PS036", 1, 1), ("PS036", 3, 1)],
        "# T\n",
    ),
    "indented closing fence": (
        "---\nname: a\n  ---\n\n# T\n",
        {"name": "a"},
        [("PS036", 3, 1)],
        "\n# T\n",
    ),
    "key on the fence's line": (
        "--- name: a\ntitle: b\n---\nB",
        {"name": "a", "title": "b"},
        [("PS036", 1, 1)],
        "B",
    ),
    "indented keys": (
        "---\n name: a\n description: b: c\n---\n",
        {"name": "a", "description": "b: c"},
        [("PS027", 3, 16)],
        "",
    ),
    "comments of YAML are no headings": (
        "---\nname: a\n\n# about\n\ndescription: b: c\n---\nB",
        {"name": "a", "description": "b: c"},
        [("PS027", 6, 15)],
        "B",
    ),
    "CR LF": (
        "---\r\nname: a\r\ndescription: b: c\r\n---\r\nB\r\n",
        {"name": "a", "description": "b: c"},
        [("PS013", 1, 4), ("PS027", 3, 15)],
        "B\r\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_damage(name):
    text, values, findings, rest = CASES[name]
    result = read(text)
    assert dict(result.front.values) == values
    assert said(result) == findings
    assert body(text, result) == rest
    assert result.front.recovered
    source = Source("a.md", text)
    assert all(source.slice(entry.span) == entry.raw for entry in result.front.entries)
    for found in result.diagnostics:
        assert found.message(Lang.EN)
        assert found.message(Lang.ZH) != found.message(Lang.EN)


@pytest.mark.parametrize("name", CASES)
def test_fixes_keep_the_meaning(name):
    text, values, _findings, rest = CASES[name]
    result = read(text)
    edits = [Edit(span, new) for found in result.diagnostics for span, new in found.fix]
    mended = apply_edits(text, edits)
    again = read(mended)
    stripped = {key: v.strip() if isinstance(v, str) else v for key, v in values.items()}
    found = {k: v.strip() if isinstance(v, str) else v for k, v in again.front.values.items()}
    assert found == stripped
    assert body(mended, again).strip() == rest.strip()
    mendable = [one for one in result.diagnostics if one.fix]
    assert all(one.code.fixable for one in mendable)
    if mendable and len(mendable) == len(result.diagnostics):
        assert not again.front.recovered
        assert read_strict(Source("a.md", mended)).diagnostics == ()


@pytest.mark.parametrize("style", [">", "|", ">-"])
def test_comments_in_a_description(style):
    text = (
        f"---\nname: a\ndescription: {style}\n  Mends shoes.\n  <!-- 修鞋。 -->\n\n"
        "  For boots too.\n  <!-- 也修\n  靴子。 -->\ntitle: T <!-- internal -->\n---\nB"
    )
    result = read(text)
    assert dict(result.front.values) == {
        "name": "a",
        "description": "Mends shoes.\nFor boots too.",
        "description.zh": "修鞋。\n也修 靴子。",
        "title": "T",
    }
    assert said(result) == [("PS030", 5, 3), ("PS030", 8, 3), ("PS039", 10, 10)]
    entry = result.front.entry("description.zh")
    assert entry.raw.startswith("<!-- 修鞋")
    assert entry.raw == text[entry.span.start : entry.span.end]
    assert result.front.recovered


def test_a_comment_at_the_start_of_the_line():
    result = read("---\ndescription: >\n  English.\n<!-- 中文。 -->\nname: a\n---\n")
    assert result.front.values["description"] == "English."
    assert result.front.values["description.zh"] == "中文。"
    assert said(result) == [("PS026", 4, 1), ("PS030", 4, 1)]


def test_an_open_comment_stays():
    text = "---\ndescription: a <!-- b\n---\n"
    assert read(text).front.values["description"] == "a <!-- b"
    assert read(text).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: a\nargument-hint: [project-name]\nx: 'a: b'\n---\n# T\n",
        "---\nname: a\ndescription: |\n  x\n\n  # not a heading\n  ---\n  y\n---\nB",
        "---\n---\nB",
        "# Title\n\nname: x\n---\n",
        "Note: this\nThat: too\n---\n",
        "- a\n- b\n",
        "<!-- open\nname: a\n---\n",
        "<!-- closed -->\nname: a\n---\n",
        "name: a\n\nprose\n---\n",
        "name: a\ntitle: b\n",
        "---\nname: a\nx: |\n  b---\n  c\n---\nB",
        "",
    ],
)
def test_what_is_sound_is_read_as_it_stands(text):
    source = Source("a.md", text)
    assert read_recovering(source) == read_strict(source)


@pytest.mark.parametrize("text", ["---\n\nJust text.\n\n---\nmore\n", "---\n", "---"])
def test_a_rule_is_no_fence(text):
    result = read(text)
    assert (result.front, result.body_start) == (None, 0)
    assert said(result) == [("PS037", 1, 1)]


def test_a_second_byte_order_mark():
    result = read_recovering(decode("\ufeff\ufeff---\nname: a\n---\nB".encode(), "a.md"))
    assert result.front.values["name"] == "a"
    assert [code for code, _, _ in said(result)] == ["PS012", "PS035"]


def test_bytes_that_are_not_utf8_are_kept():
    source = decode(b"---\nname: caf\xe9\ndescription: a: \xff\n---\nB", "a.md")
    result = read_recovering(source)
    assert dict(result.front.values) == {"name": "caf\udce9", "description": "a: \udcff"}
    assert said(result) == [("PS001", 2, 10), ("PS027", 3, 15)]
    assert source.encode("".join(entry.raw for entry in result.front.entries)) == (
        b"name: caf\xe9\ndescription: a: \xff\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: a: b\n" + "\n" * 100_000,
        "---\n" + "k: v: w\n" * 20_000,
        "---\na: " + "[" * 100_000 + "\n---\n",
        "---\n" + "".join(" " * depth + "k:\n" for depth in range(500)) + "---\n",
        "---\n" + 'k: "x\n' * 3_000 + "---\n",
        "---\nd: " + "<!--" * 50_000 + "\n---\n",
        "---\n" + "a---\n" * 50_000,
        "---\nname: x\n" + "y" * 2_000_000,
        "-" * 500_000,
        "---\n" + "a b " * 100_000,
    ],
    ids=range(10),
)
def test_hostile_sizes(text):
    result = read(text)
    assert 0 <= result.body_start <= len(text)


_FENCES = ["---", "\n---\n", "...", "\n", "\r\n", "\t", "  ", "\ufeff", "\udce9"]
_SIGNS = ["name: a", "key: ", ": ", "*", "&x ", "!!t ", "[", "}", "- ", "> ", "|\n", "# T\n"]
_PIECES = st.sampled_from([*_FENCES, *_SIGNS, '"', "'", "<!-- 中 -->"])


@given(st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_never_raises_and_spans_hold(text):
    source = Source("x", "---\n" + text)
    result = read_recovering(source)
    keys = [entry.key for entry in result.front.entries] if result.front else []
    assert len(keys) == len(set(keys))
    for entry in result.front.entries if result.front else ():
        assert source.slice(entry.span) == entry.raw
    if result.front is not None:
        assert result.front.span.end == result.body_start
        assert result.diagnostics or not result.front.recovered
    edits = [Edit(span, new) for found in result.diagnostics for span, new in found.fix]
    apply_edits(source.text, edits)


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), min_size=1))
def test_what_we_emit_needs_no_recovery(values):
    values = {key: value.replace("<!--", "") for key, value in values.items()}
    result = read(emit(values) + "body")
    assert dict(result.front.values) == values
    assert not result.front.recovered
