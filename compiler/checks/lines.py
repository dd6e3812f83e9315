"""A document's lines, each with what it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..document import Block, BlockKind, Document, Section
from ..source import Span

__all__ = ["Line", "lines_of", "without_code"]

_CODE = frozenset({BlockKind.FENCE, BlockKind.CODE})
_MARKUP = frozenset({BlockKind.COMMENT, BlockKind.HTML})
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
# A longer line is data; looking for code spans in it would take more than linear time.
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document, or a part of it (a table's row may share a line with nothing).

    ``code`` says that it stands in a fence or an indented block, ``markup`` that it is a comment
    or HTML, ``quoted`` that a block quote is around it.
    """

    text: str
    start: int
    section: Section
    code: bool = False
    markup: bool = False
    quoted: bool = False

    def span(self, start: int, end: int) -> Span:
        """Return the place in the source of a range of characters of this line."""
        return Span(self.start + start, self.start + end)


def without_code(text: str) -> str:
    """Return a line with its code spans blanked, so that offsets stay."""
    if "`" not in text or len(text) > _LONGEST:
        return text
    return _CODE_SPAN.sub(lambda found: " " * len(found[0]), text)


def lines_of(document: Document) -> Iterator[Line]:
    """Yield the lines of headings and of innermost blocks, in source order."""
    for section in document.tree.root.walk():
        if section.heading is not None:
            yield from _cut(document, section, section.heading.span)
        waiting: list[tuple[Block, bool]] = [(block, False) for block in reversed(section.blocks)]
        while waiting:
            block, quoted = waiting.pop()
            quoted = quoted or block.kind is BlockKind.QUOTE
            if block.children:
                waiting += [(child, quoted) for child in reversed(block.children)]
                continue
            code, markup = block.kind in _CODE, block.kind in _MARKUP
            yield from _cut(document, section, block.span, code, markup, quoted)


def _cut(
    document: Document,
    section: Section,
    span: Span,
    code: bool = False,
    markup: bool = False,
    quoted: bool = False,
) -> Iterator[Line]:
    at = span.start
    for text in document.source.slice(span).splitlines(keepends=True):
        yield Line(text.rstrip("\r\n"), at, section, code, markup, quoted)
        at += len(text)
