"""Which share of a skill's effect a student has without it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from ...judge.stats.intervals import Interval
from ...judge.stats.ratio import fieller

__all__ = ["closure"]


def closure(
    student: Sequence[float],
    base: Sequence[float],
    taught: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Interval:
    """Return which share of a skill's effect a student has without it, with an interval.

    It is (student - base) / (taught - base) of the mean scores on the same cases: ``base`` without
    the skill, ``taught`` the same model with it. 1 is all of it, 0 nothing, below 0 harm. The
    interval is Fieller's, as the effect itself is uncertain; where the effect could be none, there
    is no interval.

    Raises:
        ValueError: lengths differ, there is no case, or a score is not finite.
        MissingLibrary: scipy is not installed.
    """
    gained = [one - other for one, other in zip(student, base, strict=True)]
    effect = [one - other for one, other in zip(taught, base, strict=True)]
    return fieller(gained, effect, clusters, level)
