"""Statistics that a few wild points cannot bend: medians, trends by ranks, slopes by pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import NormalDist, median

__all__ = ["Slope", "downward", "noise", "running_median", "scale", "slope", "thin"]

#: A normal distribution's standard deviation in units of its median absolute deviation.
_MAD = 1.4826
_EXACT = 40  # up to so many points the distribution of Kendall's S is counted, not approximated
_MOST = 200  # points that are compared pairwise; longer series are thinned to so many


@dataclass(frozen=True, slots=True)
class Slope:
    """The change per step, with an interval: ``low`` ≤ ``value`` ≤ ``high``."""

    value: float
    low: float
    high: float


def scale(values: Sequence[float]) -> float:
    """Return the spread of ``values`` as a standard deviation, by the median absolute deviation.

    0 for fewer than two values.
    """
    if len(values) < 2:
        return 0.0
    middle = median(values)
    return _MAD * median(abs(value - middle) for value in values)


def noise(values: Sequence[float]) -> float:
    """Return the standard deviation of the noise around a smooth curve, whatever its trend.

    From the differences of neighbours (von Neumann 1941), taken robustly; 0 for fewer than three
    values.
    """
    if len(values) < 3:
        return 0.0
    steps = [after - before for before, after in pairwise(values)]
    return scale(steps) / math.sqrt(2)


def running_median(values: Sequence[float], width: int) -> list[float]:
    """Return the median around each value; at the ends the window is cut, not shifted."""
    half = width // 2
    return [median(values[max(0, at - half) : at + half + 1]) for at in range(len(values))]


def thin(
    steps: Sequence[float], values: Sequence[float], most: int = _MOST
) -> tuple[list[float], list[float]]:
    """Return at most ``most`` points: the medians of stretches of equal number."""
    if len(values) <= most:
        return list(steps), list(values)
    edges = [round(at * len(values) / most) for at in range(most + 1)]
    spans = list(pairwise(edges))
    return (
        [median(steps[low:high]) for low, high in spans],
        [median(values[low:high]) for low, high in spans],
    )


@cache
def _kendall(n: int) -> tuple[int, ...]:
    """Return how many orders of ``n`` values have 0, 1, 2 … inversions (Kendall 1938)."""
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for at, count in enumerate(counts):
            for more in range(size):
                longer[at + more] += count
        counts = longer
    return tuple(counts)


def downward(values: Sequence[float]) -> float:
    """Return the one-sided p-value of Mann and Kendall's test: a falling trend against none.

    Exact without ties and up to 40 values, else by the normal approximation with the correction for
    ties (Mann 1945; Kendall 1975). 1.0 for fewer than three values or where all are equal.
    """
    _, kept = thin(range(len(values)), values)
    n = len(kept)
    if n < 3:
        return 1.0
    score = sum(
        (later > earlier) - (later < earlier)
        for at, earlier in enumerate(kept)
        for later in kept[at + 1 :]
    )
    ties = [kept.count(value) for value in set(kept)]
    if n <= _EXACT and max(ties) == 1:
        counts = _kendall(n)
        inversions = (n * (n - 1) // 2 - score) // 2
        return sum(counts[inversions:]) / math.factorial(n)
    variance = n * (n - 1) * (2 * n + 5) - sum(tie * (tie - 1) * (2 * tie + 5) for tie in ties)
    if variance <= 0:
        return 1.0
    return NormalDist().cdf((score + 1) / math.sqrt(variance / 18))


def slope(steps: Sequence[float], values: Sequence[float], level: float = 0.9) -> Slope:
    """Return the median of the slopes of all pairs, with Sen's interval (Theil 1950, Sen 1968).

    Series of more than 200 points are thinned to medians first. Without two distinct steps the
    slope is 0 within an infinite interval.
    """
    at, of = thin(steps, values)
    slopes = sorted(
        (of[j] - of[i]) / (at[j] - at[i])
        for i in range(len(at))
        for j in range(i + 1, len(at))
        if at[j] != at[i]
    )
    if not slopes:
        return Slope(0.0, -math.inf, math.inf)
    n = len(at)
    reach = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    low, high = math.floor((len(slopes) - reach) / 2), math.ceil((len(slopes) + reach) / 2)
    return Slope(
        median(slopes),
        slopes[low] if low >= 0 else -math.inf,
        slopes[high] if high < len(slopes) else math.inf,
    )
