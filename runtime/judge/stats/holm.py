"""p-values of several comparisons at once.

statsmodels has both methods, at one and a half seconds of import and 20 ms a call. A gate that
checks its own false alarms asks thousands of times, so they are written out here; the tests hold
them to statsmodels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

__all__ = ["benjamini_hochberg", "holm"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values: at α, the chance of *any* false alarm in the family is ≤ α.

    The i-th smallest of m counts m - i + 1 times, and none less than a smaller one does. Source:
    Holm 1979. For the gate's family.

    Raises:
        ValueError: a p-value is not between 0 and 1.
    """
    order, m = _order(p_values), len(p_values)
    steps = [min(1.0, (m - rank) * p_values[at]) for rank, at in enumerate(order)]
    return _restore(order, list(accumulate(steps, max)))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values that bound the *share* of false findings. For exploration.

    The i-th smallest of m counts m/i times, and none more than a larger one does. Source: Benjamini
    and Hochberg 1995.

    Raises:
        ValueError: a p-value is not between 0 and 1.
    """
    order, m = _order(p_values)[::-1], len(p_values)
    steps = [min(1.0, p_values[at] * m / (m - rank)) for rank, at in enumerate(order)]
    return _restore(order, list(accumulate(steps, min)))


def _order(p_values: Sequence[float]) -> list[int]:
    for p in p_values:
        if not 0 <= p <= 1:
            msg = f"{p} is no p-value: it lies between 0 and 1"
            raise ValueError(msg)
    return sorted(range(len(p_values)), key=lambda at: p_values[at])


def _restore(order: Sequence[int], adjusted: Sequence[float]) -> list[float]:
    """Put values back where they came from."""
    placed = dict(zip(order, adjusted, strict=True))
    return [placed[at] for at in range(len(order))]
