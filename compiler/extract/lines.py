"""Blocks as a run of lines, each with its place in the source: what notations are read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..document import Block, BlockKind, Section
from ..localized import Text
from ..source import Source

__all__ = ["Line", "comment_text", "lines_of", "section_lines"]


class Line(NamedTuple):
    """One line of words.

    ``kind`` is "heading", "text", "item", "fence", "row", "comment" or "rule"; ``depth`` says how
    deep a list item is nested; ``number`` counts source lines from 1. ``first`` marks the first
    line of a block.
    """

    kind: str
    text: str
    number: int
    depth: int = 0
    first: bool = False
    title: Text = Text()


def comment_text(block: Block) -> str:
    """Return what an HTML comment says."""
    text = block.content.strip()
    return text.removeprefix("<!--").removesuffix("-->").strip()


def _start(source: Source, block: Block) -> int:
    return source.position(block.span.start).line


def _item_lines(block: Block, source: Source, depth: int) -> Iterator[Line]:
    number = _start(source, block)
    children = block.children
    if not children:
        for at, text in enumerate(block.content.splitlines()):
            kind = "item" if at == 0 else "text"
            yield Line(kind, text, number + at, depth, at == 0)
        return
    head = True
    for child in children:
        if head and child.kind is BlockKind.PARAGRAPH:
            for at, text in enumerate(child.content.splitlines()):
                kind = "item" if at == 0 else "text"
                yield Line(kind, text, _start(source, child) + at, depth, at == 0)
        else:
            if head:
                yield Line("item", "", number, depth, True)
            yield from _block_lines(child, source, depth + 1)
        head = False


def _block_lines(block: Block, source: Source, depth: int) -> Iterator[Line]:
    match block.kind:
        case BlockKind.LIST:
            for item in block.children:
                yield from _item_lines(item, source, depth)
        case BlockKind.ITEM:
            yield from _item_lines(block, source, depth)
        case BlockKind.QUOTE:
            for child in block.children:
                yield from _block_lines(child, source, depth)
        case BlockKind.TABLE:
            for row in block.children:
                yield Line("row", row.content, _start(source, row), depth, row is block.children[0])
        case BlockKind.FENCE | BlockKind.CODE:
            base = _start(source, block) + (1 if block.kind is BlockKind.FENCE else 0)
            for at, text in enumerate(block.content.splitlines()):
                yield Line("fence", text, base + at, depth, at == 0)
        case BlockKind.COMMENT:
            yield Line("comment", comment_text(block), _start(source, block), depth, True)
        case BlockKind.RULE:
            yield Line("rule", "", _start(source, block), depth, True)
        case _:
            kind = "heading" if block.kind is BlockKind.HEADING else "text"
            for at, text in enumerate(block.content.splitlines()):
                yield Line(kind, text, _start(source, block) + at, depth, at == 0)


def lines_of(blocks: Iterable[Block], source: Source) -> Iterator[Line]:
    """Yield the lines of blocks in source order."""
    for block in blocks:
        yield from _block_lines(block, source, 0)


def section_lines(section: Section, source: Source) -> Iterator[Line]:
    """Yield the lines of a section and of all below it; headings are lines too."""
    if section.heading is not None:
        heading = section.heading
        number = source.position(heading.span.start).line
        words = f"{heading.number} {heading.text}".strip()
        yield Line("heading", words, number, 0, True, heading.title)
    yield from lines_of(section.blocks, source)
    for child in section.sections:
        yield from section_lines(child, source)
