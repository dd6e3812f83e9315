"""Intervals of the figures of a trigger eval, at 95 %.

Repeats of one case are not independent of each other. So the size of a sample is its number of
cases, not of answers: exact for one repeat, and on the safe side for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import correlation

from polyskill.runtime.judge.stats.intervals import wilson

from ..results import Estimate

__all__ = ["difference", "f1", "rate"]

_ROUNDING = 1e-9


def rate(right: float, total: float, cases: int) -> Estimate:
    """Return ``right / total`` with the Wilson interval (Wilson 1927) of ``cases`` trials.

    ``value`` is ``None`` where there was nothing to count.
    """
    if total <= 0 or cases <= 0:
        return Estimate()
    low, high = _wilson(right / total, cases)
    return Estimate(right / total, low, high, cases)


def _wilson(share: float, n: int) -> tuple[float, float]:
    found = wilson(min(share * n, n), n)  # rounding must not make more hits than trials
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def f1(right: float, wrong: float, missed: float, cases: int) -> Estimate:
    """Return F1 = 2·TP / (2·TP + FP + FN).

    F1 is no share of trials, but J = TP / (TP + FP + FN) is one, and F1 = 2J / (1 + J) (Hand,
    Christen and Kirielle 2021): so its interval is the Wilson interval of J, transformed.
    """
    found = rate(right, right + wrong + missed, cases)
    if found.value is None or found.low is None or found.high is None:
        return found
    value, low, high = (2 * part / (1 + part) for part in (found.value, found.low, found.high))
    return Estimate(value, low, high, found.n)


def difference(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return mean(second) − mean(first) of shares that are paired case by case.

    The interval joins the two Wilson intervals with the correlation of the pairs (Newcombe 1998,
    Statistics in Medicine 17:2635, the square-and-add method for paired proportions). It is never
    of width zero, which a t interval of equal differences would be.

    Raises:
        ValueError: the sequences differ in length.
    """
    n = len(first)
    if n != len(second):
        msg = f"{n} values and {len(second)} are no pairs"
        raise ValueError(msg)
    if n == 0:
        return Estimate()
    p1, p2 = sum(first) / n, sum(second) / n
    (l1, u1), (l2, u2) = _wilson(p1, n), _wilson(p2, n)
    varied = min(max(side) - min(side) for side in (first, second)) > _ROUNDING
    phi = correlation(first, second) if varied else 0.0
    below = (p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2
    above = (u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2
    gap = p2 - p1
    return Estimate(gap, gap - sqrt(max(below, 0)), gap + sqrt(max(above, 0)), n)
