"""The answers and their scores added up to what may be said of a student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from ...judge.stats.bounded import interval_within
from ...judge.stats.intervals import Interval
from ...judge.stats.paired import clustered_mean
from ..compare.answering import Answered
from ..compare.outcome import Comparison
from ..rewards.cases import SkillCase
from .arms import ARMS, BASE, STUDENT, TAUGHT, key_of
from .found import Found, Row, Standing
from .question import Question
from .scores import Scores
from .share import closure
from .words import reason_of

__all__ = ["add_up"]

_MOST_MISSING = 0.1  # as a gate of `polyskill eval` bears
_NOTHING = Interval(None, None, None, 0)


def add_up(
    question: Question,
    answered: Sequence[Answered],
    texts: Mapping[str, str],
    scores: Scores,
    rest: tuple[Comparison | None, float, str],
) -> Found:
    """Return what was found; ``rest``: the comparison on other prompts, the cost, what stopped it.

    Raises:
        MissingLibrary: scipy is not installed.
    """
    scope = question.scope
    inside, clusters = _complete(scope.cases, scores)
    outside, groups = _complete(scope.outside, scores)
    effect = _difference(inside[TAUGHT], inside[BASE], clusters)
    graded = len(clusters)
    missing = 1 - graded / len(scope.cases)
    share = closure(inside[STUDENT], inside[BASE], inside[TAUGHT], clusters) if graded else _NOTHING
    standing = _standing(share, effect, missing)
    if standing is not Standing.MEASURED:
        share = Interval(None if standing is Standing.INVALID else share.value, None, None, share.n)
    others, cost, stopped = rest
    seen = len(scope.seen) if question.known else None
    return Found(
        question.base.model.id,
        question.student.model.id,
        question.skill,
        question.judge.id if question.judge else "",
        standing,
        reason_of(standing, share, effect, missing),
        share,
        {arm: _mean(inside[arm], clusters) for arm in ARMS},
        effect,
        _difference(inside[STUDENT], inside[BASE], clusters),
        {arm: _mean(outside[arm], groups) for arm in ARMS},
        _difference(outside[STUDENT], outside[BASE], groups),
        cases=graded,
        ungraded=len(scope.cases) - graded,
        seen=seen,
        near=len(scope.near),
        saved=_saved(scope.cases, answered[0].read),
        cut=sum(each.cut for each in answered),
        others=others,
        cost=cost,
        stopped=stopped,
        rows=tuple(_row(case, texts, scores) for case in (*scope.cases, *scope.outside)),
    )


def _standing(share: Interval, effect: Interval, missing: float) -> Standing:
    if not effect.n or missing > _MOST_MISSING:
        return Standing.INVALID
    if effect.low is None or effect.high is None or effect.low <= 0 <= effect.high:
        return Standing.NO_EFFECT
    if effect.high < 0:
        return Standing.HARMFUL
    return Standing.UNIFORM if share.low is None else Standing.MEASURED


def _complete(
    cases: Sequence[SkillCase], scores: Scores
) -> tuple[dict[str, list[float]], list[str]]:
    """Return the scores by arm of the cases that have one in every arm, and their clusters."""
    found: dict[str, list[float]] = {arm: [] for arm in ARMS}
    clusters: list[str] = []
    for case in cases:
        row = [scores.values.get(key_of(arm, case)) for arm in ARMS]
        known = [value for value in row if value is not None]
        if len(known) == len(ARMS):
            clusters.append(case.id)
            for arm, value in zip(ARMS, known, strict=True):
                found[arm].append(value)
    return found, clusters


def _mean(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    return _interval(values, clusters, 0.0)


def _difference(
    ours: Sequence[float], theirs: Sequence[float], clusters: Sequence[str]
) -> Interval:
    return _interval([a - b for a, b in zip(ours, theirs, strict=True)], clusters, -1.0)


def _interval(values: Sequence[float], clusters: Sequence[str], low: float) -> Interval:
    return interval_within(clustered_mean(values, clusters), low, 1.0) if values else _NOTHING


def _saved(cases: Sequence[SkillCase], read: Mapping[str, int]) -> float | None:
    known = [
        read[key_of(TAUGHT, case)] - read[key_of(BASE, case)]
        for case in cases
        if read.get(key_of(TAUGHT, case)) and read.get(key_of(BASE, case))
    ]
    return fmean(known) if known else None


def _row(case: SkillCase, texts: Mapping[str, str], scores: Scores) -> Row:
    keys = {arm: key_of(arm, case) for arm in ARMS}
    return Row(
        case.id,
        case.lang,
        case.outside,
        case.prompt,
        {arm: texts[key] for arm, key in keys.items() if key in texts},
        {arm: scores.values.get(key) for arm, key in keys.items()},
    )
