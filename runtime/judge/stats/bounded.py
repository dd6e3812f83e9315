"""Score intervals for a mean that cannot leave known bounds: Wilson's idea for differences.

Wilson asks of each possible rate whether the data would be odd if it were true, with the spread
that *it* implies, not the spread that was seen. For values between bounds the same question needs
a distribution with the supposed mean L: the observed one, mixed with as much unseen weight at the
worst value ``a`` as moves the mean m down to L. With s² the observed variance, n the number of
observations, w = m - a and x = m - L, that mixture's variance is s² + x·(w - s²/w) - x². For
values that are 0 or 1 it is L(1 - L), and the interval is Wilson's own (a test holds them
together). Like Wilson's, and unlike Student's t, it does not collapse when all values were the
same, and it holds its level where losses are rare but large (a test enumerates it).
"""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

from .intervals import Interval, normal_quantile
from .paired import PairedMean, paired_t

__all__ = ["bounded_interval", "cases_for_margin", "interval_within", "lower_bound"]


def _reach(variance: float, width: float, z: float, n: int) -> float:
    """How far the bound lies from the mean: the root of n·x² = z²·(s² + x·c - x²)."""
    if width <= 0:
        return 0.0
    c = width - variance / width
    half = z * z * c / 2
    root = math.sqrt(half * half + (n + z * z) * z * z * variance)
    return min(width, (half + root) / (n + z * z))


def bounded_interval(
    mean: PairedMean, low: float = -1.0, high: float = 1.0, level: float = 0.95
) -> Interval:
    """Return the mean difference with a score interval inside of ``low`` and ``high``.

    With one cluster its variance is unknown, and there is no interval.

    Raises:
        ValueError: the mean lies outside of the bounds, or ``level`` is no level.
    """
    _check(mean, low, high)
    if mean.variance is None:
        return Interval(mean.mean, None, None, mean.n)
    z = normal_quantile(level)
    return Interval(
        mean.mean,
        mean.mean - _reach(mean.variance, mean.mean - low, z, mean.n),
        mean.mean + _reach(mean.variance, high - mean.mean, z, mean.n),
        mean.n,
    )


def interval_within(mean: PairedMean, low: float, high: float) -> Interval:
    """Return a mean with Student's t interval, cut at the ends of the scale.

    Without spread, where Student's t has nothing to say, it is :func:`bounded_interval`.

    Raises:
        ValueError: the mean lies outside of the scale.
        MissingLibrary: scipy is not installed.
    """
    if not mean.variance:
        return bounded_interval(mean, low, high)
    found = paired_t(mean)
    assert found.low is not None
    assert found.high is not None
    return replace(found, low=max(found.low, low), high=min(found.high, high))


def lower_bound(mean: PairedMean, low: float = -1.0, alpha: float = 0.05) -> float | None:
    """Return what the true mean exceeds with confidence 1 - ``alpha``, one-sided.

    ``None`` with fewer than two clusters.

    Raises:
        ValueError: the mean lies below ``low``, or ``alpha`` is no level.
    """
    _check(mean, low, math.inf)
    if mean.variance is None:
        return None
    z = normal_quantile(1 - 2 * alpha)
    return mean.mean - _reach(mean.variance, mean.mean - low, z, mean.n)


def cases_for_margin(
    variance: float, margin: float, reach: float = 1.0, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Return how many independent cases settle whether a loss of ``margin`` is there.

    That many show, with probability ``power``, that arms without a difference are not ``margin``
    apart, by :func:`lower_bound` with values from -``reach`` to ``reach``:
    n = (z_α·√v₀ + z_β·√s²)² / margin², with v₀ the variance where the mean is -margin (the usual
    form for score tests: Miller 2024, section 5, with the variance of each hypothesis in its
    place). Without any observed variance it is still what rules out unseen losses.

    Raises:
        ValueError: ``margin`` is not between 0 and ``reach``.
    """
    if not 0 < margin < reach:
        msg = f"the margin lies between 0 and {reach}, not at {margin}"
        raise ValueError(msg)
    supposed = variance + margin * (reach - variance / reach) - margin**2
    z_alpha, z_beta = NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(power)
    parts = z_alpha * math.sqrt(supposed) + z_beta * math.sqrt(variance)
    return max(2, math.ceil((parts / margin) ** 2))


def _check(mean: PairedMean, low: float, high: float) -> None:
    slack = 1e-9
    if not low - slack <= mean.mean <= high + slack:
        msg = f"the mean {mean.mean} is not between {low} and {high}"
        raise ValueError(msg)
