"""Lines of a damaged front matter: which of them look like keys, which like Markdown."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from ..source import Source

__all__ = ["Line", "is_markdown", "key_of", "read_lines"]

# No front matter is longer; the bound keeps a hostile file from being read over and over.
_MAX_LINES = 5_000
_MAX_CHARS = 1 << 20

# A key at the start of a line: one to three words without punctuation, or a quoted one.
_WORD = r"[^\s:#,;.!?(){}\[\]\"'`|<>*&@%/-][^\s:#,;!?(){}\[\]\"'`|<>*&]{0,60}"
_KEY = re.compile(
    rf"""(?:"(?P<double>[^"\\]{{1,80}})"|'(?P<single>[^']{{1,80}})'"""
    rf"|(?P<plain>{_WORD}(?: {_WORD}){{0,2}}))[ \t]*:(?=\s|$)"
)
_MARKDOWN = re.compile(r"#{1,6}(?:\s|$)|```|~~~|>\s|\||!\[|\*\*|[*+]\s|\d{1,3}[.)]\s|<[A-Za-z!/]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line: where it begins, where the next one begins, and its text without line ending."""

    start: int
    next: int
    text: str

    @property
    def end(self) -> int:
        """Offset of the line ending."""
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        """How many spaces and tabs stand before the text."""
        return len(self.text) - len(self.text.lstrip(" \t"))

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.text.strip()


def read_lines(source: Source, begin: int = 0, end: int | None = None) -> list[Line]:
    """Return the lines of ``source`` from ``begin`` to ``end``, as far as a bound allows.

    ``begin`` is the start of a line; the last line may be cut at ``end``.
    """
    text, starts = source.text, source.line_starts
    stop = min(len(text) if end is None else end, begin + _MAX_CHARS)
    first = bisect_left(starts, begin)
    lines: list[Line] = []
    for index in range(first, min(len(starts), first + _MAX_LINES)):
        start = starts[index]
        if start >= stop:
            break
        after = min(starts[index + 1] if index + 1 < len(starts) else len(text), stop)
        lines.append(Line(start, after, text[start:after].rstrip("\r\n")))
    return lines


def key_of(line: Line) -> tuple[str, int] | None:
    """Return the key at the head of ``line`` and the offset behind its colon."""
    match = _KEY.match(line.text, line.indent)
    if match is None:
        return None
    key = match["plain"] or match["double"] or match["single"]
    return key, line.start + match.end()


def is_markdown(line: Line) -> bool:
    """Whether ``line`` begins like a heading, a fence, a quote, a table, a list or a tag.

    Hyphens do not count: lists of YAML begin with them, too.
    """
    return _MARKDOWN.match(line.text) is not None
