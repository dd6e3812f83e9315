"""Agreement between judges, or between a judge and people, beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Literal

from .intervals import finite

__all__ = ["cohen_kappa", "krippendorff_alpha"]


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Return Cohen's κ = (p_o - p_e)/(1 - p_e) of two raters' labels of the same things.

    Source: Cohen 1960. ``None`` without labels, or where both gave one and the same label
    throughout, so that chance alone explains everything.

    Raises:
        ValueError: the raters labelled different numbers of things.
    """
    n = len(first)
    if n != len(second):
        msg = f"one rater has {n} labels, the other {len(second)}"
        raise ValueError(msg)
    if n == 0:
        return None
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    one, two = Counter(first), Counter(second)
    together = sum(one[label] * two[label] for label in one)
    if together == n * n:
        return None
    expected = together / n**2
    return (observed - expected) / (1 - expected)


def krippendorff_alpha(
    things: Sequence[Sequence[float | None]],
    metric: Literal["nominal", "ordinal", "interval"] = "nominal",
) -> float | None:
    """Return Krippendorff's α = 1 - D_o/D_e for any number of raters, some values missing.

    ``things`` holds, for each thing rated, the raters' values; ``None`` is a missing one, and the
    lengths may differ. Categories are given as numbers. Source: Krippendorff 2011, "Computing
    Krippendorff's alpha-reliability". The ordinal difference between two values is the distance of
    their middle ranks, so that both it and the interval metric reduce to sums of squares.

    ``None`` where nothing was rated twice, or where all values are the same.

    Raises:
        ValueError: a value is not finite, or the metric is unknown.
    """
    if metric not in ("nominal", "ordinal", "interval"):
        msg = f"{metric!r} is no metric: nominal, ordinal or interval"
        raise ValueError(msg)
    rated = [finite([v for v in row if v is not None], "ratings") for row in things]
    rated = [row for row in rated if len(row) > 1]
    counts = Counter(value for row in rated for value in row)
    if len(counts) < 2:
        return None
    if metric == "ordinal":
        ranks = _middle_ranks(counts)
        rated = [tuple(ranks[value] for value in row) for row in rated]
        counts = Counter(value for row in rated for value in row)
    total = counts.total()
    observed = sum(_disagreement(Counter(row), metric) / (len(row) - 1) for row in rated) / total
    expected = _disagreement(counts, metric) / (total * (total - 1))
    return 1 - observed / expected


def _middle_ranks(counts: Counter[float]) -> dict[float, float]:
    ranks, below = {}, 0
    for value in sorted(counts):
        ranks[value] = below + counts[value] / 2
        below += counts[value]
    return ranks


def _disagreement(counts: Counter[float], metric: str) -> float:
    """Sum of squared differences over all ordered pairs of the values counted."""
    n = counts.total()
    if metric == "nominal":
        return n * n - sum(count * count for count in counts.values())
    mean = sum(value * count for value, count in counts.items()) / n
    return 2 * n * sum(count * (value - mean) ** 2 for value, count in counts.items())
