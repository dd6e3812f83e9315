"""The gate's decision on a comparison, or on a family of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import reasons
from .bounded import cases_for_margin, interval_within, lower_bound
from .exact import OneSided, sign_flip
from .holm import holm
from .intervals import Interval
from .paired import ROUNDING, PairedMean, Unit, paired_mean, totals
from .reasons import Reason

__all__ = ["Decision", "Trial", "Verdict", "decide", "decide_family"]


class Verdict(StrEnum):
    """What a comparison shows. Only ``REGRESSED`` is a failure of the candidate."""

    IMPROVED = "improved"
    NO_REGRESSION = "no-regression"
    REGRESSED = "regressed"
    UNDERPOWERED = "underpowered"
    INVALID = "invalid"


@dataclass(frozen=True)
class Trial:
    """A candidate against a baseline, and what the gate asks of it.

    ``margin`` is the loss that is small enough to accept, ``alpha`` the chance of a false alarm
    (and of overlooking a loss of the margin), ``missing`` the share of comparisons without a
    result and ``max_missing`` how much of that a verdict bears, all between 0 and 1. ``reach`` is
    how far a difference can go: 1 for scores from 0 to 1, ½ for :func:`.paired.preference`.

    Raises:
        ValueError: a setting is out of its range, or a difference goes beyond ``reach``.
    """

    units: tuple[Unit, ...]
    margin: float = 0.05
    alpha: float = 0.05
    missing: float = 0.0
    max_missing: float = 0.1
    reach: float = 1.0

    def __post_init__(self) -> None:
        for name, value, most in (
            ("margin", self.margin, self.reach),
            ("alpha", self.alpha, 0.5),
        ):
            if not 0 < value < most:
                msg = f"{name} is {value}; it must lie between 0 and {most}"
                raise ValueError(msg)
        for name, value in (("missing", self.missing), ("max_missing", self.max_missing)):
            if not 0 <= value <= 1:
                msg = f"{name} is {value}; it must lie between 0 and 1"
                raise ValueError(msg)
        for unit in self.units:
            if abs(unit.difference) > self.reach + ROUNDING:
                msg = f"{unit.key}: a difference of {unit.difference} is beyond {self.reach}"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and what it rests on.

    ``difference`` is candidate less baseline with a 95 % interval: Student's t on clusters, or
    the score interval of :mod:`.bounded` where all came out the same. The p-values are one-sided
    and exact; ``*_adjusted`` are after Holm. ``n`` counts independent cases (clusters), ``wins``,
    ``ties`` and ``losses`` are of them. ``needed`` is how many of them would settle whether a loss
    of the margin is there, with 80 % power.
    """

    verdict: Verdict
    difference: Interval
    n: int
    wins: int
    ties: int
    losses: int
    reason: Reason
    p_better: float | None = None
    p_worse: float | None = None
    p_better_adjusted: float | None = None
    p_worse_adjusted: float | None = None
    needed: int | None = None


def decide(trial: Trial) -> Decision:
    """Return the verdict on one comparison (:func:`decide_family`)."""
    return decide_family([trial])[0]


def decide_family(trials: Sequence[Trial]) -> list[Decision]:
    """Return the verdicts on comparisons that pass or fail together.

    * invalid: nothing was compared, or more is missing than ``max_missing``;
    * regressed: the mean is negative and the sign-flip test's p, after Holm, at most ``alpha``;
    * improved: the mean is positive, p after Holm at most ``alpha``, and the interval above 0;
    * no regression: a loss of ``margin`` is ruled out at 1 - ``alpha``, one-sided, by the bound of
      :mod:`.bounded`, which also counts losses too rare to have been seen (Student's t passed a
      loss of the margin in up to 14 of 100 suites, not 5), and not all cases came out the same;
    * underpowered: otherwise.

    If the arms are exchangeable, the chance that any of the family is called regressed is at most
    ``alpha`` (Holm 1979 on an exact test). "No regression" needs no adjustment: it is claimed of
    the family only where all of its members show it (an intersection-union test, Berger 1982).

    Raises:
        MissingLibrary: numpy or scipy is not installed.
    """
    weighed = [_weigh(trial) for trial in trials]
    tested = [place for place, found in enumerate(weighed) if found.valid]
    better = holm([weighed[place].chance.better for place in tested])
    worse = holm([weighed[place].chance.worse for place in tested])
    adjusted = {
        place: OneSided(up, down) for place, up, down in zip(tested, better, worse, strict=True)
    }
    return [
        _judge(trial, found, adjusted[place]) if found.valid else _invalid(trial, found)
        for place, (trial, found) in enumerate(zip(trials, weighed, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the units of a trial show, before any verdict."""

    valid: bool
    mean: PairedMean | None
    chance: OneSided
    wins: int = 0
    ties: int = 0
    losses: int = 0


def _weigh(trial: Trial) -> _Found:
    units = trial.units
    if not units:
        return _Found(False, None, OneSided(1.0, 1.0))
    moved = totals([unit.difference for unit in units], [unit.group for unit in units])
    wins = sum(total > ROUNDING for total in moved)
    losses = sum(total < -ROUNDING for total in moved)
    valid = trial.missing <= trial.max_missing
    chance = sign_flip(moved) if valid else OneSided(1.0, 1.0)
    ties = len(moved) - wins - losses
    return _Found(valid, paired_mean(units), chance, wins, ties, losses)


def _invalid(trial: Trial, found: _Found) -> Decision:
    mean = found.mean
    if mean is None:
        interval, n = Interval(None, None, None, 0), 0
    else:
        interval, n = interval_within(mean, -trial.reach, trial.reach), mean.n
    if trial.missing > trial.max_missing:
        reason = reasons.too_much_missing(trial.missing, trial.max_missing)
    else:
        reason = reasons.nothing_compared()
    return Decision(Verdict.INVALID, interval, n, found.wins, found.ties, found.losses, reason)


def _judge(trial: Trial, found: _Found, adjusted: OneSided) -> Decision:
    mean = found.mean
    assert mean is not None
    interval = interval_within(mean, -trial.reach, trial.reach)
    # with one case the variance is unknown: this is then the least that could do
    needed = cases_for_margin(mean.variance or 0.0, trial.margin, trial.reach, trial.alpha)
    verdict, reason = _conclude(trial, mean, interval, adjusted, needed)
    return Decision(
        verdict,
        interval,
        mean.n,
        found.wins,
        found.ties,
        found.losses,
        reason,
        found.chance.better,
        found.chance.worse,
        adjusted.better,
        adjusted.worse,
        needed,
    )


def _conclude(
    trial: Trial, mean: PairedMean, interval: Interval, p: OneSided, needed: int
) -> tuple[Verdict, Reason]:
    if mean.mean < -ROUNDING and p.worse <= trial.alpha:
        return Verdict.REGRESSED, reasons.regressed(mean.mean, mean.n, p.worse)
    above = interval.low is not None and interval.low > 0
    if mean.mean > ROUNDING and p.better <= trial.alpha and above:
        return Verdict.IMPROVED, reasons.improved(mean.mean, mean.n, p.better)
    low = lower_bound(mean, -trial.reach, trial.alpha)
    if low is None:
        return Verdict.UNDERPOWERED, reasons.one_case(needed)
    if not mean.variance:
        enough = math.ceil(math.log2(1 / trial.alpha))  # the sign test on cases that all agree
        difference = mean.mean if abs(mean.mean) > ROUNDING else 0.0
        reason = reasons.same_everywhere(difference, mean.n, needed, enough)
        return Verdict.UNDERPOWERED, reason
    if low > -trial.margin:
        return Verdict.NO_REGRESSION, reasons.no_regression(low, trial.margin, 1 - trial.alpha)
    return Verdict.UNDERPOWERED, reasons.too_few(low, trial.margin, mean.n, needed)
