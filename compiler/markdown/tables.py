"""The cells of a table row."""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["cells"]

_PIPE = re.compile(r"(?<!\\)\|")


def cells(row: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each cell's text in ``row`` (a row without container prefix).

    As in GitHub's tables, a pipe parts cells even inside a code span, unless it is escaped.
    """
    bounds = [-1, *(match.start() for match in _PIPE.finditer(row)), len(row)]
    found = []
    for before, after in pairwise(bounds):
        text = row[before + 1 : after]
        start = before + 1 + len(text) - len(text.lstrip())
        found.append((start, max(start, before + 1 + len(text.rstrip()))))
    # The pipes at both ends of the row frame it, they part nothing.
    if len(found) > 1 and found[0][0] == found[0][1]:
        del found[0]
    if len(found) > 1 and found[-1][0] == found[-1][1]:
        del found[-1]
    return tuple(found)
