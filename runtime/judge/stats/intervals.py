"""Intervals for one rate and one mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from ..missing import need

__all__ = [
    "Interval",
    "clopper_pearson",
    "finite",
    "mean_t",
    "normal_quantile",
    "t_quantile",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate from ``n`` observations; ``None`` where too little is known to give one."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def finite(values: Sequence[float], what: str) -> tuple[float, ...]:
    """Return the values as floats.

    Raises:
        ValueError: one of them is not a finite number; the message names ``what`` and its place.
    """
    numbers = tuple(float(value) for value in values)
    for place, number in enumerate(numbers):
        if not math.isfinite(number):
            msg = f"{what}: value {place + 1} of {len(numbers)} is {number}, not a finite number"
            raise ValueError(msg)
    return numbers


def normal_quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability ``level`` (0 to 1).

    Raises:
        ValueError: ``level`` is not between 0 and 1.
    """
    return NormalDist().inv_cdf(_upper_tail(level))


def t_quantile(level: float, df: int) -> float:
    """Return t such that Student's t with ``df`` degrees of freedom lies within ±t.

    Raises:
        ValueError: ``level`` is not between 0 and 1.
    """
    return float(need("scipy.special", "eval").stdtrit(df, _upper_tail(level)))


def _upper_tail(level: float) -> float:
    if not 0 < level < 1:
        msg = f"a confidence level lies between 0 and 1, not at {level}"
        raise ValueError(msg)
    return (1 + level) / 2


def _check_counts(successes: float, n: int) -> None:
    if not 0 <= successes <= n:
        msg = f"{successes} of {n} is no rate: successes lie between 0 and the number of trials"
        raise ValueError(msg)


def wilson(successes: float, n: int, level: float = 0.95) -> Interval:
    """Return a rate with Wilson's score interval, the one to show.

    Source: Wilson 1927. Its mean coverage is the nominal one from 5 trials on (facts: evaluation,
    section 4.1), where the normal interval fails. Ties may count half in ``successes``.

    Raises:
        ValueError: the counts are impossible.
    """
    _check_counts(successes, n)
    if n == 0:
        return Interval(None, None, None, 0)
    rate, z = successes / n, normal_quantile(level)
    centre = rate + z * z / (2 * n)
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # at the ends the bound is the rate itself; rounding must not push it past
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return Interval(rate, low, high, n)


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return a rate with the exact interval, the one for a hard gate: it never covers too little.

    Source: Clopper and Pearson 1934, as quantiles of the beta distribution.

    Raises:
        ValueError: the counts are impossible.
        MissingLibrary: scipy is not installed.
    """
    _check_counts(successes, n)
    tail = 1 - _upper_tail(level)
    if n == 0:
        return Interval(None, None, None, 0)
    beta = need("scipy.special", "eval").betaincinv
    failures = n - successes
    low = float(beta(successes, failures + 1, tail)) if successes else 0.0
    high = float(beta(successes + 1, failures, 1 - tail)) if failures else 1.0
    return Interval(successes / n, low, high, n)


def mean_t(values: Sequence[float], level: float = 0.95) -> Interval:
    """Return a mean with Student's t interval.

    There is no interval around one value, nor around values that are all the same: a spread of
    zero says that too little was seen, not that nothing can vary.

    Raises:
        ValueError: a value is not finite.
        MissingLibrary: scipy is not installed.
    """
    numbers = finite(values, "values")
    n = len(numbers)
    if n == 0:
        return Interval(None, None, None, 0)
    mean = math.fsum(numbers) / n
    if n == 1 or len(set(numbers)) == 1:
        return Interval(mean, None, None, n)
    variance = math.fsum((number - mean) ** 2 for number in numbers) / (n - 1)
    half = t_quantile(level, n - 1) * math.sqrt(variance / n)
    return Interval(mean, mean - half, mean + half, n)
