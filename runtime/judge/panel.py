"""Several judges: what most of them say, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Literal

from .stats.agreement import krippendorff_alpha

__all__ = ["agreement", "majority", "mean_score"]


def majority(opinions: Iterable[bool | None]) -> bool | None:
    """Return what most of those with an opinion say; ``None`` if they are split or have none."""
    said = [opinion for opinion in opinions if opinion is not None]
    for_it = sum(said)
    return None if 2 * for_it == len(said) else 2 * for_it > len(said)


def mean_score(scores: Iterable[float | None]) -> float | None:
    """Return the mean of the judges' scores of a pair; ``None`` if no judge gave one."""
    given = [score for score in scores if score is not None]
    return fmean(given) if given else None


def agreement(
    opinions: Iterable[Sequence[bool | float | None]],
    metric: Literal["nominal", "ordinal", "interval"] = "nominal",
) -> float | None:
    """Return Krippendorff's alpha of the judges' opinions; each sequence is of one thing.

    Yes and no are "nominal", scores of pairs (0, ½, 1) and magnitudes "ordinal". ``None`` where
    nothing was judged twice, or where all opinions are the same.
    """
    things = [[None if one is None else float(one) for one in row] for row in opinions]
    return krippendorff_alpha(things, metric)
