"""Text in columns: Chinese, Japanese and Korean characters are two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["clip", "pad", "plain", "width", "wrap"]

_NO_START = frozenset("，。、；：？！）》」』】〉”’…—,.;:?!)]}%")  # never first on a line
_NO_END = frozenset("（《「『【〈“‘([{")  # never last on a line
_JOINTS = frozenset("-/_")
_ELLIPSIS = "…"


def _cells(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 1


def width(text: str) -> int:
    """Return how many columns a line of text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def plain(text: str) -> str:
    """Return text of a skill as one line that is safe to print: no control characters."""
    from polyskill.compiler.checks.printable import printable

    return printable(" ".join(text.split()))


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill up with blanks, on the left side if the text shall stand ``right``."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def clip(text: str, columns: int) -> str:
    """Cut a line to at most ``columns`` columns; an ellipsis tells that something is missing."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        used += _cells(char)
        if used > columns - 1:
            break
        kept += char
    return kept.rstrip() + _ELLIPSIS


def _units(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may break: words, blanks, single wide characters.

    A compound (``read-only``, ``a/b``) may break after its hyphen or slash.
    """
    unit = ""
    for char in text:
        wide = _cells(char) == 2
        last = unit[-1:]
        inside = last in _JOINTS and unit[-2:-1].isalnum() and char.isalnum()
        glued = not inside and (
            not unit
            or char in _NO_START
            or last in _NO_END
            or (not wide and char != " " and last != " " and _cells(last) != 2)
            or (char == " " and last == " ")
        )
        if not glued:
            yield unit
            unit = ""
        unit += char
    if unit:
        yield unit


def _fit(unit: str, columns: int) -> Iterator[str]:
    """Yield a unit that is wider than a whole line in pieces that fit."""
    piece, used = "", 0
    for char in unit:
        cells = _cells(char)
        if piece and used + cells > columns:
            yield piece
            piece, used = "", 0
        piece += char
        used += cells
    yield piece


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most ``columns`` columns (at least one, maybe empty, line)."""
    columns = max(columns, 2)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for unit in _units(paragraph):
            cells = width(unit.rstrip())
            if line and used + cells > columns:
                lines.append(line.rstrip())
                line, used = "", 0
            if not line:
                unit = unit.lstrip()  # noqa: PLW2901
            for piece in [unit] if width(unit) <= columns else _fit(unit, columns):
                if line and used + width(piece.rstrip()) > columns:
                    lines.append(line.rstrip())
                    line, used = "", 0
                line += piece
                used += width(piece)
        lines.append(line.rstrip())
    return lines
