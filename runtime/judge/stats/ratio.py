"""What an added point of score costs."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from .intervals import Interval, t_quantile
from .paired import clustered_mean

__all__ = ["cost_per_point", "fieller"]


def fieller(
    numerators: Sequence[float],
    denominators: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Interval:
    """Return the ratio of two means over the same units, with Fieller's interval.

    Source: Fieller 1954: all r for which mean(a) - r·mean(b) is compatible with 0, given the
    variances and the covariance of the means (clustered, on G-1 degrees of freedom). Where the
    mean of the denominators is compatible with 0, that set is unbounded, and there is no interval;
    where it is 0, there is no ratio. Nor is there an interval where every cluster has the same
    ratio: without any spread the set would be one point, which no number of units can show.

    Raises:
        ValueError: lengths differ, there is no unit, or a value is not finite.
        MissingLibrary: scipy is not installed.
    """
    groups = range(len(numerators)) if clusters is None else clusters
    above, below = clustered_mean(numerators, groups), clustered_mean(denominators, groups)
    n = above.n
    if below.mean == 0:
        return Interval(None, None, None, n)
    ratio = above.mean / below.mean
    if above.variance is None or below.variance is None:
        return Interval(ratio, None, None, n)
    rest = [a - ratio * b for a, b in zip(numerators, denominators, strict=True)]
    if not clustered_mean(rest, groups).variance:
        return Interval(ratio, None, None, n)
    # Var(a + b) = Var(a) + Var(b) + 2·Cov(a, b), for clustered variances as well
    both = clustered_mean([a + b for a, b in zip(numerators, denominators, strict=True)], groups)
    covariance = ((both.variance or 0.0) - above.variance - below.variance) / 2 / n
    t2 = t_quantile(level, n - 1) ** 2
    # the roots of A·r² - 2B·r + C = 0
    a = below.mean**2 - t2 * below.variance / n
    b = above.mean * below.mean - t2 * covariance
    c = above.mean**2 - t2 * above.variance / n
    if a <= 0:
        return Interval(ratio, None, None, n)
    half = math.sqrt(max(0.0, b * b - a * c))
    return Interval(ratio, (b - half) / a, (b + half) / a, n)


def cost_per_point(
    costs: Sequence[float],
    gains: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Interval:
    """Return US dollars per added point of score (of 100).

    ``costs`` are dollars and ``gains`` scores from 0 to 1, each candidate less baseline, of the
    same units. Without a gain on average there is nothing that was bought, and no value.

    Raises:
        ValueError: as :func:`fieller`.
        MissingLibrary: scipy is not installed.
    """
    found = fieller(costs, [100 * gain for gain in gains], clusters, level)
    if math.fsum(gains) <= 0:
        return Interval(None, None, None, found.n)
    return found
