"""Paired differences between two arms, and how sure their mean is."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from .intervals import Interval, finite, t_quantile

__all__ = [
    "Components",
    "PairedMean",
    "Unit",
    "clustered_mean",
    "components",
    "paired_mean",
    "paired_t",
    "preference",
    "totals",
]

#: Scores are sums of a few rational weights: differences below this are rounding, not findings.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Unit:
    """What both arms scored on one case: a tuple of repeats each, in the order of the repeats.

    Units of one ``cluster`` (a case in two languages, say) are not independent of each other; an
    empty ``cluster`` is the unit's own. Where one arm has more repeats than the other, the last
    ones are left out: the exact test needs arms that could change places, and a mean of three
    cannot change places with a mean of two.

    Raises:
        ValueError: an arm has no score, or one that is not finite.
    """

    key: str
    baseline: tuple[float, ...]
    candidate: tuple[float, ...]
    cluster: str = ""

    def __post_init__(self) -> None:
        for arm, scores in (("baseline", self.baseline), ("candidate", self.candidate)):
            if not scores:
                msg = f"{self.key}: the {arm} has no score; leave the case out, as missing"
                raise ValueError(msg)
            finite(scores, f"{self.key}, {arm}")

    @property
    def repeats(self) -> int:
        """How many repeats both arms have."""
        return min(len(self.baseline), len(self.candidate))

    @property
    def difference(self) -> float:
        """Mean of the candidate less mean of the baseline, over the repeats that both have."""
        k = self.repeats
        return (math.fsum(self.candidate[:k]) - math.fsum(self.baseline[:k])) / k

    @property
    def group(self) -> tuple[bool, str]:
        """The cluster, never mistaken for another unit's key."""
        return (True, self.cluster) if self.cluster else (False, self.key)


def preference(key: str, scores: Sequence[float], cluster: str = "") -> Unit:
    """Return pairwise scores of the candidate (1 won, 0 lost, ½ tied) as a unit.

    Its difference is the win rate less one half, so it reaches from -½ to ½.
    """
    return Unit(key, (0.5,) * len(scores), tuple(scores), cluster)


@dataclass(frozen=True, slots=True)
class PairedMean:
    """The mean of ``units`` differences in ``n`` independent clusters.

    ``variance`` is that of one cluster (so that the mean's is ``variance / n``), ``None`` with
    fewer than two clusters and exactly 0 where all clusters came out the same.
    """

    mean: float
    variance: float | None
    n: int
    units: int

    @property
    def standard_error(self) -> float | None:
        """The standard error of the mean, ``None`` where it is unknown."""
        return None if self.variance is None else math.sqrt(self.variance / self.n)


@dataclass(frozen=True, slots=True)
class Components:
    """Variance of the differences between cases, and of each arm's scores within a case."""

    between: float
    baseline: float
    candidate: float


def totals(values: Sequence[float], clusters: Sequence[Hashable]) -> list[float]:
    """Return the sum of the values in each cluster, in the order of first appearance."""
    sums: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        sums.setdefault(cluster, []).append(value)
    return [math.fsum(group) for group in sums.values()]


def clustered_mean(values: Sequence[float], clusters: Sequence[Hashable]) -> PairedMean:
    """Return the mean of the values with a standard error that knows of clusters.

    Source: Miller 2024 (arXiv 2411.00640), section 2.2:
    SE² = 1/N² · Σ over clusters of (Σ over the cluster of (d - mean))², here times G/(G-1) for G
    clusters, which makes it the usual s²/n where each cluster has one value.

    Raises:
        ValueError: there is no value, or one that is not finite.
    """
    numbers = finite(values, "differences")
    count = len(numbers)
    if count == 0:
        msg = "there is no pair to take a mean of"
        raise ValueError(msg)
    mean = math.fsum(numbers) / count
    sums = totals([number - mean for number in numbers], clusters)
    n = len(sums)
    if n < 2:
        return PairedMean(mean, None, n, count)
    if all(abs(part) <= ROUNDING for part in sums):
        return PairedMean(mean, 0.0, n, count)
    error = math.fsum(part * part for part in sums) / count**2 * n / (n - 1)
    return PairedMean(mean, error * n, n, count)


def paired_mean(units: Sequence[Unit]) -> PairedMean:
    """Return the mean difference of the units (:func:`clustered_mean`)."""
    return clustered_mean([unit.difference for unit in units], [unit.group for unit in units])


def paired_t(mean: PairedMean, level: float = 0.95) -> Interval:
    """Return the mean with Student's t interval on n-1 degrees of freedom.

    There is none with one cluster or without variance; :func:`.bounded.bounded_interval` has one.

    Raises:
        MissingLibrary: scipy is not installed.
    """
    if not mean.standard_error:
        return Interval(mean.mean, None, None, mean.n)
    half = t_quantile(level, mean.n - 1) * mean.standard_error
    return Interval(mean.mean, mean.mean - half, mean.mean + half, mean.n)


def components(units: Sequence[Unit]) -> Components | None:
    """Split the variance of the differences into that between cases and that within them.

    Source: Miller 2024, sections 3 and 5: Var(d) = ω² + σ²_A/K_A + σ²_B/K_B, with ω² never below
    0. ``None`` with fewer than two units, or where no unit has two repeats of each arm.
    """
    repeated = [unit for unit in units if unit.repeats > 1]
    if len(units) < 2 or not repeated:
        return None
    baseline = _within([unit.baseline[: unit.repeats] for unit in repeated])
    candidate = _within([unit.candidate[: unit.repeats] for unit in repeated])
    differences = [unit.difference for unit in units]
    total = clustered_mean(differences, range(len(units))).variance or 0.0
    noise = math.fsum((baseline + candidate) / unit.repeats for unit in units) / len(units)
    return Components(max(0.0, total - noise), baseline, candidate)


def _within(groups: Sequence[Sequence[float]]) -> float:
    """Pooled variance of the values around the mean of their group."""
    squares = []
    for group in groups:
        mean = math.fsum(group) / len(group)
        squares += [(value - mean) ** 2 for value in group]
    return math.fsum(squares) / (len(squares) - len(groups))
