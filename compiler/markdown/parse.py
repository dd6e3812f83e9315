"""The way from a Markdown source to its tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..document import Tree
from ..source import Source, Span
from .blocks import build
from .lines import Lines
from .sections import nest
from .variants import find_variants

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["parse", "parser"]

# Containers deeper than this are kept as text, but not looked into (CommonMark has no bound; a
# bound keeps every walk over the tree shallow, and no document for people gets near it).
MAX_NESTING = 32


@cache
def parser() -> MarkdownIt:
    """Return the block parser: CommonMark and tables, no inline rules.

    Link reference definitions stay paragraphs, so that no line of a source is without a block.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and needed only once a body is read

    made = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    made.core.ruler.disable(["inline", "text_join"])
    made.block.ruler.disable(["reference"])
    return made


def parse(source: Source, body_start: int = 0) -> Tree:
    """Read the Markdown of ``source.text[body_start:]``; never fails."""
    from ..extract.roles import platforms_of, role_of  # noqa: PLC0415 - extract imports markdown

    lines = Lines(source, body_start)
    body = Span(body_start, len(source.text))
    parts = build(parser().parse(source.text[body_start:]), lines)
    root, headings = nest(parts, lines, body, role_of, platforms_of)
    return Tree(root, find_variants(root, headings, source))
