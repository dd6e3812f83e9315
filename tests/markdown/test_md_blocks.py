from __future__ import annotations

import time

import pytest

from polyskill.compiler.document import BlockKind
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import cells, parse
from polyskill.compiler.source import Source

TEXT = """\
Intro line
goes on

- one
  - [x] inner
- [ ] two

  more

> **Reply**
> - point
>   ```sh
>   run --> now
>   ```
> | a | b |
> |---|---|
> | 1 | ☑ `x` |

~~~json title
{"a": "<!-- 中文 -->"}
~~~

    code

---

<div>html</div>

<!-- note -->
"""


def _kinds(blocks) -> list[str]:
    return [block.kind.value for block in blocks]


def test_kinds_and_content(tree_of) -> None:
    blocks = tree_of(TEXT).root.blocks
    assert _kinds(blocks) == [
        *("paragraph", "list", "quote", "fence", "code", "rule", "html", "comment")
    ]
    paragraph, items, quote, fence, code, *_ = blocks
    assert paragraph.content == "Intro line\ngoes on"
    one, two = items.children
    assert (one.info, one.content, one.prefix) == ("-", "one", "")
    inner = one.children[1].children[0]
    assert (inner.content, inner.checked, inner.prefix) == ("inner", True, "  ")
    assert (two.checked, _kinds(two.children)) == (False, ["paragraph", "paragraph"])
    assert two.children[1].prefix == "  "
    assert _kinds(quote.children) == ["paragraph", "list", "table"]
    assert quote.content.startswith("**Reply**\n- point\n  ```sh\n")
    inside = quote.children[1].children[0].children[1]
    assert (inside.kind, inside.info, inside.content) == (BlockKind.FENCE, "sh", "run --> now")
    assert inside.prefix == ">   "
    header, row = quote.children[2].children
    assert (header.content, row.content, row.prefix) == ("| a | b |", "| 1 | ☑ `x` |", "> ")
    assert row.checked is True
    assert (fence.info, fence.content) == ("json title", '{"a": "<!-- 中文 -->"}')
    assert fence.lang is Lang.NEUTRAL
    assert code.content == "code"
    assert blocks[-1].content == "note"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_whatever_the_line_ending(newline: str) -> None:
    text = "---\nname: x\n---\n\n" + TEXT
    source = Source("x.md", text.replace("\n", newline))
    start = source.text.index("Intro")
    blocks = parse(source, start).root.blocks
    slices = [source.slice(block.span).replace(newline, "\n") for block in blocks]
    assert slices[0] == "Intro line\ngoes on\n"
    assert slices[1].startswith("- one") and slices[1].endswith("  more\n")
    assert slices[3].startswith("~~~json") and slices[3].endswith("~~~\n")
    rows = blocks[2].children[2].children
    assert source.slice(rows[1].span) == f"> | 1 | ☑ `x` |{newline}"


def test_a_body_that_begins_in_the_middle_of_a_line() -> None:
    source = Source("x.md", "---\nname: x---# Title\n\ntext\n")
    start = source.text.index("# Title")
    (section,) = parse(source, start).root.sections
    assert source.slice(section.heading.span) == "# Title\n"
    assert source.slice(section.blocks[0].span) == "text\n"


def test_an_open_fence_in_an_item_runs_to_its_end(tree_of) -> None:
    text = "- a\n  ```\n  b\n\n"
    (items,) = tree_of(text).root.blocks
    fence = items.children[0].children[1]
    assert fence.kind is BlockKind.FENCE
    assert fence.span.end == items.children[0].span.end == items.span.end == len(text)


def test_what_is_more_than_a_comment_is_html(tree_of) -> None:
    blocks = tree_of("<!-- a --> x -->\n\n<!-- a --> <!-- b -->\n\n<!-- open\n").root.blocks
    assert _kinds(blocks) == ["html", "comment", "html"]
    assert blocks[1].content == "a\nb"


def test_cells() -> None:
    row = r"| a \| b | `c` |  | d |"
    assert [row[start:end] for start, end in cells(row)] == [r"a \| b", "`c`", "", "d"]
    assert [(start, end) for start, end in cells("a | b")] == [(0, 1), (4, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 10_000 + "x",
        "- " * 10_000 + "x",
        ("> " * 40 + "a / 中\n") * 2_000,
        "\n" * 100_000,
        "`" * 50_000 + "文",
        "<!-- 文\n" * 20_000,
        "# " + "⭐ " * 20_000 + "文 / a",
        "".join("  " * level + "- a\n" for level in range(600)),
        ("|a / 文" * 100 + "|\n") + "|-" * 100 + "|\n" + ("|a / 文" * 100 + "|\n") * 50,
    ],
    ids=["quotes", "lists", "quoted", "newlines", "ticks", "open", "emoji", "nested", "cells"],
)
def test_hostile_input_is_cheap(tree_of, text: str) -> None:
    started = time.process_time()
    tree = tree_of(text)
    assert time.process_time() - started < 4
    assert tree.root.span.end == len(text)
