"""Which section of one file is the translation of which section of the other."""

from __future__ import annotations

from collections.abc import Sequence

from ..document import BlockKind, Role, Section

__all__ = ["align"]

_LARGEST = 250_000  # comparisons; beyond it sections pair up by position
_ENOUGH = 2


def _shape(section: Section) -> list[BlockKind]:
    return [block.kind for block in section.blocks if block.kind is not BlockKind.COMMENT]


def _code(section: Section) -> set[str]:
    return {block.content for block in section.blocks if block.kind is BlockKind.FENCE}


def _score(one: Section, two: Section) -> int:
    """Return how much speaks for two sections being the same in two languages (0: nothing)."""
    a, b = one.heading, two.heading
    if a is None or b is None or a.level != b.level:
        return 0
    score = _ENOUGH
    if one.role is not Role.OTHER or two.role is not Role.OTHER:
        score += 4 if one.role is two.role else -1
    if a.number or b.number:
        score += 4 if a.number == b.number and a.number_style == b.number_style else -1
    score += 4 if {a.title.en, a.title.zh} & {b.title.en, b.title.zh} - {None} else 0
    score += 2 if _shape(one) == _shape(two) else 0
    score += 1 if len(one.sections) == len(two.sections) else 0
    score += 3 if _code(one) & _code(two) else 0
    return score


def align(
    one: Sequence[Section], two: Sequence[Section]
) -> list[tuple[Section | None, Section | None]]:
    """Pair the sections of two lists in order; what has no partner is paired with ``None``.

    The pairing is the one with the highest sum of scores among those that keep both orders.
    """
    rows, columns = len(one), len(two)
    if rows * columns > _LARGEST or rows == columns == 1:
        pairs: list[tuple[Section | None, Section | None]] = []
        for at in range(max(rows, columns)):
            a = one[at] if at < rows else None
            b = two[at] if at < columns else None
            same = a is not None and b is not None and _score(a, b) >= _ENOUGH
            pairs += [(a, b)] if same or a is None or b is None else [(a, None), (None, b)]
        return pairs
    scores = [[_score(a, b) for b in two] for a in one]
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            both = best[i + 1][j + 1] + scores[i][j] if scores[i][j] >= _ENOUGH else 0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    found: list[tuple[Section | None, Section | None]] = []
    i = j = 0
    while i < rows or j < columns:
        score = scores[i][j] if i < rows and j < columns else 0
        if score >= _ENOUGH and best[i][j] == best[i + 1][j + 1] + score:
            found.append((one[i], two[j]))
            i, j = i + 1, j + 1
        elif j == columns or (i < rows and best[i][j] == best[i + 1][j]):
            found.append((one[i], None))
            i += 1
        else:
            found.append((None, two[j]))
            j += 1
    return found
