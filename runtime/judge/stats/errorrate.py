"""A pass rate corrected for the judge's known errors."""

from __future__ import annotations

import math

from .intervals import Interval, normal_quantile

__all__ = ["corrected_rate"]


def corrected_rate(
    passed: float,
    n: int,
    sensitivity: tuple[int, int],
    specificity: tuple[int, int],
    level: float = 0.95,
) -> Interval:
    """Return the true pass rate behind ``passed`` of ``n`` verdicts of a judge that errs.

    ``passed`` need not be whole: of a case that was asked several times, a share may have passed.

    ``sensitivity`` is how many of how many good answers of a gold set the judge passed,
    ``specificity`` how many of how many bad ones it failed. The estimate is that of Rogan and
    Gladen 1978, (p + sp - 1)/(se + sp - 1), kept between 0 and 1; the interval is that of Lang and
    Reiczigel 2014 (Preventive Veterinary Medicine 113), which counts the gold set's own
    uncertainty. Nothing is known where there are no verdicts or no gold of both kinds, or where the
    judge does no better than chance (se + sp ≤ 1).

    Raises:
        ValueError: counts are impossible.
    """
    for k, size in ((passed, n), sensitivity, specificity):
        if not 0 <= k <= size:
            msg = f"{k} of {size} is impossible"
            raise ValueError(msg)
    (hits, good), (rejections, bad) = sensitivity, specificity
    unknown = Interval(None, None, None, n)
    if min(n, good, bad) == 0:
        return unknown
    gain = hits / good + rejections / bad - 1
    if gain <= 0:
        return unknown
    estimate = (passed / n + rejections / bad - 1) / gain
    z = normal_quantile(level)
    # the paper's adjusted counts: z²/2 pseudo-verdicts of each kind, one error of each kind in gold
    weight = n + z * z
    p = (passed + z * z / 2) / weight
    se, sp = (hits + 1) / (good + 2), (rejections + 1) / (bad + 2)
    youden = se + sp - 1
    if youden <= 0:
        return Interval(_share(estimate), None, None, n)
    centre = (p + sp - 1) / youden
    noise_se, noise_sp = se * (1 - se) / (good + 2), sp * (1 - sp) / (bad + 2)
    shift = 2 * z * z * (centre * noise_se - (1 - centre) * noise_sp)
    variance = p * (1 - p) / weight + centre**2 * noise_se + (1 - centre) ** 2 * noise_sp
    half = z * math.sqrt(variance) / youden
    low, high = _share(centre + shift - half), _share(centre + shift + half)
    value = _share(estimate)
    return Interval(value, min(low, value), max(high, value), n)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
