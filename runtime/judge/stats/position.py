"""How a judge treats positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .intervals import Interval, wilson

__all__ = ["BASELINE", "CANDIDATE", "TIE", "Position", "position"]

CANDIDATE, BASELINE, TIE = "candidate", "baseline", "tie"


@dataclass(frozen=True, slots=True)
class Position:
    """How often whoever stood first was chosen, and how often a verdict held when they swapped.

    Ties are left out of ``first_rate``, which is one half without bias. Intervals are Wilson's;
    that of ``first_rate`` takes the two orders of a pair for independent. A judge without bias
    prefers one of the answers, so that its two orders vary less: for it the interval is rather too
    wide.
    """

    first_rate: Interval
    consistency: Interval


def position(orders: Iterable[tuple[str, str]]) -> Position:
    """Return the position bias of a judge.

    Each pair of orders says who won with the candidate first, and with the candidate second:
    "candidate", "baseline", "tie", or "" where there is no valid verdict. Ties say nothing of the
    first place; a pair without two valid verdicts says nothing of consistency. Source: Zheng et
    al. 2023 (arXiv 2306.05685), section 3.3; Wang et al. 2023 (arXiv 2305.17926).

    Raises:
        ValueError: a verdict is none of the four.
    """
    first = decided = same = both = 0
    for ahead, behind in orders:
        for winner, in_front in ((ahead, CANDIDATE), (behind, BASELINE)):
            if winner not in (CANDIDATE, BASELINE, TIE, ""):
                msg = f"{winner!r} is no verdict: candidate, baseline, tie or nothing"
                raise ValueError(msg)
            if winner in (CANDIDATE, BASELINE):
                decided += 1
                first += winner == in_front
        if ahead and behind:
            both += 1
            same += ahead == behind
    return Position(wilson(first, decided), wilson(same, both))
