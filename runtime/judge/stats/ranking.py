"""Many arms or models on one scale: Bradley-Terry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..missing import need
from .intervals import normal_quantile
from .logistic import Fit, fit, pseudo_inverse

__all__ = ["Match", "Ranking", "Rating", "rank"]

#: Elo's scale: 400 points are odds of ten to one, and the mean of a group stands at 1,000.
ELO_SCALE, ELO_MEAN = 400 / math.log(10), 1000.0
#: Where the data have no maximum: strengths are normal around 0 with this standard deviation in
#: logits (odds of 12 to 1 against the mean), the scale of Gelman et al. 2008's default prior.
PRIOR_SD = 2.5


@dataclass(frozen=True, slots=True)
class Match:
    """``first`` scored ``score`` (1 won, 0 lost, ½ tied) against ``second``.

    Matches of one ``cluster`` (the case) are not independent; an empty one is a match alone.
    """

    first: str
    second: str
    score: float
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """A player's strength in logits against the mean of its group, with its interval.

    Groups are numbered from 0; strengths of different groups cannot be compared. ``low`` and
    ``high`` are ``None`` where too little is known.
    """

    name: str
    strength: float
    low: float | None
    high: float | None
    matches: int
    group: int

    @property
    def elo(self) -> float:
        """The strength on Elo's scale."""
        return ELO_MEAN + ELO_SCALE * self.strength

    @property
    def elo_interval(self) -> tuple[float, float] | None:
        """The interval on Elo's scale."""
        if self.low is None or self.high is None:
            return None
        return ELO_MEAN + ELO_SCALE * self.low, ELO_MEAN + ELO_SCALE * self.high


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ratings by group, the strongest first.

    ``regularised`` is whether a prior was needed because somebody never lost, or never won,
    against some others: then the strengths are drawn towards the mean, and the intervals are
    those of the prior with the data. ``groups`` is how many sets of players never met.
    """

    ratings: tuple[Rating, ...]
    groups: int
    regularised: bool


def rank(matches: Sequence[Match], level: float = 0.95) -> Ranking:
    """Return the Bradley-Terry strengths of all who played: P(i beats j) = σ(θ_i - θ_j).

    Maximum likelihood (Bradley and Terry 1952; ties count half), which exists where within each
    group no set of players won all its matches against the rest (Ford 1957); else with a normal
    prior, and ``regularised``. Intervals are Wald's with a variance clustered by case.

    Raises:
        ValueError: somebody played against themselves, or a score is not between 0 and 1.
        MissingLibrary: numpy or scipy is not installed.
    """
    for match in matches:
        if match.first == match.second or not 0 <= match.score <= 1:
            msg = f"no match: {match.first} against {match.second}, score {match.score}"
            raise ValueError(msg)
    names = sorted({name for match in matches for name in (match.first, match.second)})
    if not names:
        return Ranking((), 0, regularised=False)
    np = need("numpy", "eval")
    place = {name: at for at, name in enumerate(names)}
    design, beats = np.zeros((len(matches), len(names))), np.zeros((len(names), len(names)))
    for row, match in enumerate(matches):
        i, j = place[match.first], place[match.second]
        design[row, i], design[row, j] = 1, -1
        beats[i, j] += match.score
        beats[j, i] += 1 - match.score
    groups, group_of, separated = _structure(beats)
    ridge = 1 / PRIOR_SD**2 if separated else 0.0
    found = fit(design, [match.score for match in matches], ridge)
    errors = _errors(np, found, matches, separated)
    z = normal_quantile(level)
    played = np.abs(design).sum(axis=0)
    ratings = []
    for at, name in enumerate(names):
        strength, error = float(found.coefficients[at]), errors[at]
        low, high = (None, None) if error is None else (strength - z * error, strength + z * error)
        ratings.append(Rating(name, strength, low, high, int(played[at]), int(group_of[at])))
    ratings.sort(key=lambda rating: (rating.group, -rating.strength, rating.name))
    return Ranking(tuple(ratings), groups, separated)


def _structure(beats: Any) -> tuple[int, Any, bool]:
    """Return the number of groups, the group of each player, and whether a maximum is lacking."""
    parts = need("scipy.sparse.csgraph", "eval").connected_components
    groups, group_of = parts(beats > 0, directed=True, connection="weak")
    rings, _ = parts(beats > 0, directed=True, connection="strong")
    return int(groups), group_of, bool(rings > groups)


def _errors(np: Any, found: Fit, matches: Sequence[Match], separated: bool) -> list[float | None]:
    """Return standard errors: of the posterior with a prior, else by White's clustered sandwich."""
    inverse = pseudo_inverse(found.information)
    if separated:
        return [float(value) for value in np.sqrt(np.diag(inverse))]
    sums: dict[object, Any] = {}
    for row, match in enumerate(matches):
        cluster = match.cluster or row
        sums[cluster] = sums.get(cluster, 0) + found.scores[row]
    g = len(sums)
    if g < 2:
        return [None] * len(inverse)
    totals = np.array(list(sums.values()))
    variance = np.diag(inverse @ (totals.T @ totals) @ inverse) * g / (g - 1)
    # no variance at all (all tied, say) is too little seen, not certainty
    return [math.sqrt(value) if value > 1e-12 else None for value in map(float, variance)]
