"""The way from a Markdown source to its tree."""

from __future__ import annotations

import re
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
# Each quote looks at all the lines that may continue it, so a deep one before many lines costs
# their product: then the bound is lower.
_MANY_LINES, _FEW_LEVELS = 1_000, 8
_DEEP = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){9}")  # one more


@cache
def parser(nesting: int = MAX_NESTING) -> MarkdownIt:
    """Return the block parser: CommonMark and tables, no inline rules.

    Link reference definitions stay paragraphs, so that no line of a source is without a block.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and needed only once a body is read

    made = MarkdownIt("commonmark", {"maxNesting": nesting}).enable("table")
    made.core.ruler.disable(["inline", "text_join"])
    made.block.ruler.disable(["reference"])
    return made


def _bound(text: str) -> int:
    """Return how deep to look into the containers of ``text``."""
    if text.count("\n") + text.count("\r") < _MANY_LINES:
        return MAX_NESTING
    return _FEW_LEVELS if any(map(_DEEP.match, text.splitlines())) else MAX_NESTING


def parse(source: Source, body_start: int = 0) -> Tree:
    """Read the Markdown of ``source.text[body_start:]``; never fails."""
    from ..extract.roles import platforms_of, role_of  # noqa: PLC0415 - extract imports markdown

    lines = Lines(source, body_start)
    body = Span(body_start, len(source.text))
    text = source.text[body_start:]
    parts = build(parser(_bound(text)).parse(text), lines)
    root, headings = nest(parts, lines, body, role_of, platforms_of)
    return Tree(root, find_variants(root, headings, source))
