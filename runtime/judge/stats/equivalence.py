"""Are two arms, or two languages, the same to within a margin?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..missing import need
from .bounded import bounded_interval
from .intervals import Interval
from .paired import PairedMean, Unit, paired_mean

__all__ = ["Equivalence", "equivalence"]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether a paired difference lies within ±margin.

    ``interval`` is at the level 1 - 2α, as belongs to two one-sided tests; ``equivalent`` is
    whether it lies inside of the margin, and ``different`` whether it leaves out 0. Both can be
    true (a difference that is sure but small), and neither (too few cases). ``p`` is the larger of
    the two one-sided t tests, ``None`` with fewer than two cases or without variance.
    """

    interval: Interval
    margin: float
    p: float | None
    equivalent: bool
    different: bool


def equivalence(
    units: Sequence[Unit], margin: float = 0.05, alpha: float = 0.05, reach: float = 1.0
) -> Equivalence:
    """Return the two one-sided tests (TOST) on the units' mean difference.

    Source: Schuirmann 1987, on clusters. The interval is the score interval of :mod:`.bounded`,
    because Student's t takes cases that happen to agree for proof; equivalence takes both, the
    interval inside of the margin and, where there is a p, p ≤ α. ``reach`` is as in
    :class:`.verdict.Trial`.

    Raises:
        ValueError: no units, or ``margin`` or ``alpha`` out of range.
        MissingLibrary: scipy is not installed.
    """
    if not 0 < margin < reach or not 0 < alpha < 0.5:
        msg = f"a margin of {margin} (0 to {reach}) or an α of {alpha} (0 to 0.5) is impossible"
        raise ValueError(msg)
    mean = paired_mean(units)
    interval = bounded_interval(mean, -reach, reach, 1 - 2 * alpha)
    if interval.low is None or interval.high is None:
        return Equivalence(interval, margin, None, equivalent=False, different=False)
    p = _tost(mean, margin)
    inside = -margin < interval.low and interval.high < margin
    return Equivalence(
        interval,
        margin,
        p,
        equivalent=inside and (p is None or p <= alpha),
        different=interval.low > 0 or interval.high < 0,
    )


def _tost(mean: PairedMean, margin: float) -> float | None:
    if not mean.standard_error:
        return None
    cdf = need("scipy.special", "eval").stdtr
    below = cdf(mean.n - 1, -(mean.mean + margin) / mean.standard_error)
    above = cdf(mean.n - 1, (mean.mean - margin) / mean.standard_error)
    return float(max(below, above))
