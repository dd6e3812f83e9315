"""A text file exactly as it was read: bytes ↔ text without loss, offsets ↔ lines and columns."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Edit", "Position", "Source", "Span", "apply_edits", "decode"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of characters in :attr:`Source.text`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, counted from 1 as editors do; columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` with ``text``."""

    span: Span
    text: str


@dataclass(frozen=True)
class Source:
    """The text of one file, with all that is needed to write back the very same bytes.

    ``text`` holds no byte-order mark (``bom`` says that there was one) and keeps its line endings
    as they are. Bytes that are not UTF-8 are kept as lone surrogates (``surrogateescape``), so
    they are reported and never mangled; ``invalid_at`` is the offset of the first one.
    """

    path: str
    text: str
    bom: bool = False
    encoding: str = "utf-8"
    invalid_at: int | None = None

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; LF, CR LF and CR each end a line."""
        starts, text, at = [0], self.text, 0
        if "\r" not in text:
            while (at := text.find("\n", at)) >= 0:
                at += 1
                starts.append(at)
            return tuple(starts)
        while at < len(text):
            char = text[at]
            at += 1
            if char == "\r" and text[at : at + 1] == "\n":
                at += 1
            if char in "\r\n":
                starts.append(at)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """Return the line and column of a character offset."""
        line = bisect_right(self.line_starts, offset) - 1
        return Position(line + 1, offset - self.line_starts[line] + 1)

    def line_span(self, first: int, last: int) -> Span:
        """Return the span of lines ``[first, last)``, counted from 0, with their line endings."""
        starts = self.line_starts
        begin = starts[first] if first < len(starts) else len(self.text)
        end = starts[last] if last < len(starts) else len(self.text)
        return Span(begin, end)

    def slice(self, span: Span) -> str:
        """Return the exact text of ``span``."""
        return self.text[span.start : span.end]

    @property
    def newline(self) -> str:
        """The line ending that the file uses first (LF if it has none)."""
        at = self.text.find("\n")
        if at > 0 and self.text[at - 1] == "\r":
            return "\r\n"
        return "\r" if at < 0 and "\r" in self.text else "\n"

    def encode(self, text: str | None = None) -> bytes:
        """Return ``text`` (this file's own by default) as the bytes that this file would hold."""
        body = (self.text if text is None else text).encode(self.encoding, "surrogateescape")
        return codecs.BOM_UTF8 + body if self.bom else body


def decode(raw: bytes, path: str) -> Source:
    """Decode the bytes of a text file; never fails and never loses a byte."""
    if raw.startswith(_UTF16):
        # As Latin-1 each byte is one character: nothing is lost, and the rules report the file.
        return Source(path, raw.decode("latin-1"), encoding="latin-1", invalid_at=0)
    bom = raw.startswith(codecs.BOM_UTF8)
    body = raw[3:] if bom else raw
    try:
        return Source(path, body.decode("utf-8"), bom)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        return Source(path, body.decode("utf-8", "surrogateescape"), bom, invalid_at=len(before))


def apply_edits(text: str, edits: list[Edit]) -> str:
    """Apply non-overlapping edits to ``text``.

    Raises:
        ValueError: two edits overlap, or one lies outside the text.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < at or edit.span.end > len(text) or edit.span.end < edit.span.start:
            msg = f"edit {edit.span} overlaps another or leaves the text of {len(text)} characters"
            raise ValueError(msg)
        parts += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)
