"""How a judge treats positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .bounded import bounded_interval
from .intervals import Interval, wilson
from .paired import clustered_mean

__all__ = ["Position", "position"]

CANDIDATE, BASELINE, TIE = "candidate", "baseline", "tie"


@dataclass(frozen=True, slots=True)
class Position:
    """How often whoever stood first was chosen, and how often a verdict held when they swapped.

    Ties are left out of ``first_rate``, which is one half without bias; its ``n`` counts pairs.
    The intervals are Wilson's, that of ``first_rate`` clustered by pair: a judge that prefers an
    answer chooses it in both places, so that the two orders of a pair are not independent.
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
    first: list[float] = []
    pairs: list[int] = []
    same = both = 0
    for number, (ahead, behind) in enumerate(orders):
        for winner, in_front in ((ahead, CANDIDATE), (behind, BASELINE)):
            if winner not in (CANDIDATE, BASELINE, TIE, ""):
                msg = f"{winner!r} is no verdict: candidate, baseline, tie or nothing"
                raise ValueError(msg)
            if winner in (CANDIDATE, BASELINE):
                first.append(float(winner == in_front))
                pairs.append(number)
        if ahead and behind:
            both += 1
            same += ahead == behind
    rate = Interval(None, None, None, 0)
    if first:
        rate = bounded_interval(clustered_mean(first, pairs), 0.0, 1.0)
    return Position(rate, wilson(same, both))
