"""The lines of a body, by the numbers that the Markdown tokens use."""

from __future__ import annotations

import re

from ..source import Source, Span

__all__ = ["Lines", "blank", "raw_lines"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def raw_lines(text: str) -> list[str]:
    """Return the lines of ``text`` with their endings; only CR and LF end a line."""
    return _LINE.findall(text)


def blank(prefix: str) -> str:
    """Return what stands before the next lines of a block that begins after ``prefix``.

    Quote marks and white space stay, a list marker becomes spaces.
    """
    return "".join(char if char in "> \t" else " " for char in prefix)


class Lines:
    """Line ``n`` of a body (from 0) ↔ its text and its offsets in the source."""

    def __init__(self, source: Source, body_start: int) -> None:
        self.source = source
        starts = source.line_starts
        if body_start:
            starts = (body_start, *(start for start in starts if start > body_start))
        self.starts = starts
        self.end = len(source.text)

    def start(self, number: int) -> int:
        """Return the offset at which a line begins (the end of the text for lines beyond it)."""
        return self.starts[number] if number < len(self.starts) else self.end

    def span(self, first: int, last: int) -> Span:
        """Return the span of lines ``[first, last)`` with their line endings."""
        return Span(self.start(first), self.start(last))

    def text(self, number: int) -> str:
        """Return a line without its line ending."""
        return self.source.text[self.start(number) : self.start(number + 1)].rstrip("\r\n")
