"""Which section of a translation is which section of the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..document import Document, Role, Section

__all__ = ["Aligned", "align"]

# Above this many pairs of sections the trees are compared one by one from the start.
_MOST_CELLS = 250_000
_GAP = -1.0


@dataclass(frozen=True, slots=True)
class Aligned:
    """A section and its counterpart; one of them is ``None`` where there is none."""

    first: Section | None
    second: Section | None


def align(first: Document, second: Document) -> list[Aligned]:
    """Pair the sections of two documents, in order.

    Titles are in different languages, so what counts is the order, the level, the role, the
    number and the emoji of a heading, and the code and figures below it. Where both trees have
    the same levels in the same order, sections are paired one to one.
    """
    left, right = list(first.tree.root.walk()), list(second.tree.root.walk())
    if [_level(one) for one in left] == [_level(one) for one in right]:
        return [Aligned(a, b) for a, b in zip(left, right, strict=True)]
    roots = [Aligned(left[0], right[0])]
    left, right = left[1:], right[1:]
    if len(left) * len(right) > _MOST_CELLS:
        paired = [Aligned(a, b) for a, b in zip(left, right, strict=False)]
        short = min(len(left), len(right))
        rest = [Aligned(a, None) for a in left[short:]] + [Aligned(None, b) for b in right[short:]]
        return roots + paired + rest
    return roots + _best(left, right)


def _level(section: Section) -> int:
    return section.heading.level if section.heading else 0


def _likeness(one: Section, other: Section) -> float:
    """Return how likely two sections are the same; below two gaps they are not."""
    a, b = one.heading, other.heading
    if a is None or b is None:
        return 2 * _GAP
    score = 1.0 if a.level == b.level else -0.5
    if one.role is not Role.OTHER or other.role is not Role.OTHER:
        score += 2.0 if one.role is other.role else -1.5
    if a.number or b.number:
        score += 1.0 if a.number == b.number else -0.5
    if a.emoji or b.emoji:
        score += 1.5 if a.emoji == b.emoji else -1.0
    kinds = [[block.kind for block in section.blocks] for section in (one, other)]
    score += 1.0 if kinds[0] == kinds[1] else -0.5
    score += 0.5 if len(one.sections) == len(other.sections) else -0.25
    titles = {a.title.en or "", a.title.zh or ""} & {b.title.en or "", b.title.zh or ""} - {""}
    return score + (2.0 if titles else 0.0)


def _best(left: Sequence[Section], right: Sequence[Section]) -> list[Aligned]:
    """Return the alignment of two sequences with the highest sum of likenesses."""
    rows, columns = len(left), len(right)
    table = [[_GAP * column for column in range(columns + 1)]]
    likeness = [[_likeness(one, other) for other in right] for one in left]
    for row in range(1, rows + 1):
        above = table[-1]
        line = [_GAP * row]
        for column in range(1, columns + 1):
            paired = above[column - 1] + likeness[row - 1][column - 1]
            line.append(max(paired, above[column] + _GAP, line[-1] + _GAP))
        table.append(line)
    found: list[Aligned] = []
    row, column = rows, columns
    while row or column:
        here = table[row][column]
        if row and column and here == table[row - 1][column - 1] + likeness[row - 1][column - 1]:
            row, column = row - 1, column - 1
            found.append(Aligned(left[row], right[column]))
        elif row and here == table[row - 1][column] + _GAP:
            row -= 1
            found.append(Aligned(left[row], None))
        else:
            column -= 1
            found.append(Aligned(None, right[column]))
    found.reverse()
    return found
