"""The sections of a document without its blocks: several times cheaper than the whole tree.

Only fences, HTML blocks and headings are looked for. A ``#`` heading in the first column ends
every list, quote and paragraph, so it is a section's beginning wherever it is in none of the two;
headings that are underlined or indented are overlooked. Where tags begin a line (what they end
depends on the block before), or an indented fence holds text in the first column (which may be the
end of a list), the document is parsed as a whole.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ..document import Section
from ..source import Source, Span
from .blocks import Parts
from .lines import Lines
from .parse import parse
from .sections import nest

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["outline"]

_TAG = re.compile(r"^[ \t]*</?[A-Za-z]", re.MULTILINE)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and needed only for long bodies

    made = MarkdownIt("commonmark")
    made.core.ruler.enableOnly(["normalize", "block"])
    made.block.ruler.enableOnly(["fence", "html_block", "heading", "paragraph"])
    return made


def _ambiguous(token: Token, lines: Lines) -> bool:
    if token.type not in ("fence", "html_block") or not token.map:
        return False
    first, last = token.map
    if lines.text(first)[:1] not in (" ", "\t"):
        return False
    return any(lines.text(number)[:1].strip() for number in range(first + 1, last))


def outline(source: Source) -> Section:
    """Return the root section of a source; its sections have titles and roles, but no blocks."""
    from ..extract.roles import platforms_of, role_of  # noqa: PLC0415 - extract imports markdown

    if _TAG.search(source.text):
        return parse(source).root
    tokens = _parser().parse(source.text)
    lines = Lines(source, 0)
    if any(_ambiguous(token, lines) for token in tokens):
        return parse(source).root
    parts = [
        Parts((token.map[0], token.map[1]), None, (int(token.tag[1:]), tokens[at + 1].content))
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and lines.text(token.map[0])[:1] == "#"
    ]
    body = Span(0, len(source.text))
    root, _ = nest(parts, lines, body, role_of, platforms_of)
    return root
