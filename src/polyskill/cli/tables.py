"""Tables for people: as narrow as what is in them, and never wider than the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .output import columns, echo, styled
from .text import pad, width, wrap

__all__ = ["Column", "print_table", "table"]

_GAP = 2
_NARROWEST = 12  # a column is not squeezed below this to make room for others


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand ``right``; only a column that may ``wrap`` is ever squeezed."""

    heading: str
    right: bool = False
    wrap: bool = False


def _widths(layout: Sequence[Column], rows: Sequence[Sequence[str]], room: int | None) -> list[int]:
    found = [width(column.heading) for column in layout]
    for row in rows:
        for at, cell in enumerate(row):
            found[at] = max(found[at], *(width(line) for line in cell.split("\n")))
    if room is None:
        return found
    over = sum(found) + _GAP * (len(found) - 1) - room
    while over > 0:
        soft = [at for at, column in enumerate(layout) if column.wrap and found[at] > _NARROWEST]
        if not soft:
            break
        widest = max(soft, key=lambda at: found[at])
        others = [found[at] for at in soft if at != widest]
        step = min(over, found[widest] - max([_NARROWEST, *others]) or 1)
        found[widest] -= step
        over -= step
    return found


def table(
    layout: Sequence[Column], rows: Sequence[Sequence[str]], *, room: int | None = None
) -> list[str]:
    """Return the lines of a table: a heading, a rule, the rows; no blanks at the ends of lines.

    Args:
        layout: the columns.
        rows: one text a column; a text may have several lines. Empty columns are left out.
        room: how wide the table may be; ``None``: as wide as it needs.
    """
    used = [
        at for at, column in enumerate(layout) if column.heading or any(row[at] for row in rows)
    ]
    layout, rows = [layout[at] for at in used], [[row[at] for at in used] for row in rows]
    widths = _widths(layout, rows, room)
    lines = []
    headings = [column.heading for column in layout]
    if any(headings):
        lines += [_line(layout, widths, headings), (" " * _GAP).join("─" * size for size in widths)]
    for row in rows:
        cells = [
            wrap(cell, size) if column.wrap else cell.split("\n")
            for column, size, cell in zip(layout, widths, row, strict=True)
        ]
        for at in range(max(map(len, cells))):
            lines.append(
                _line(layout, widths, [cell[at] if at < len(cell) else "" for cell in cells])
            )
    return lines


def _line(layout: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    parts = [
        pad(cell, size, right=column.right)
        for column, size, cell in zip(layout, widths, cells, strict=True)
    ]
    return (" " * _GAP).join(parts).rstrip()


def print_table(
    layout: Sequence[Column], rows: Iterable[Sequence[str]], *, indent: int = 0
) -> None:
    """Print a table to standard output; it fits the terminal, or ``COLUMNS`` if that is set."""
    room = columns()
    lines = table(layout, list(rows), room=None if room is None else room - indent)
    heading = any(column.heading for column in layout)
    for at, line in enumerate(lines):
        style = ("bold" if at == 0 else "dim") if heading and at < 2 else ""
        echo(" " * indent + styled(line, style))
