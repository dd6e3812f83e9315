"""Measure what a student kept of a skill: three arms answer, a judge grades, all is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from ...judge.base import Model
from ...judge.engine.budget import check_prices
from ...judge.engine.journal import Journal
from ...judge.engine.prices import Prices
from ...judge.stats.bounded import interval_within
from ...judge.stats.intervals import Interval
from ...judge.stats.paired import clustered_mean
from ..compare.answering import Answered, Options, Show, Source, answers
from ..compare.duel import Comparison, compare
from ..compare.prompts import Prompt
from ..compare.subjects import Subject
from ..rewards.cases import SkillCase
from ..skill_weights import closure
from .arms import ARMS, BASE, STUDENT, TAUGHT, key_of, prompts_of
from .found import Found, Row, Standing
from .scope import Scope
from .scores import Judge, Scores, scores_of
from .words import reason_of

__all__ = ["Question", "measure"]

_MOST_MISSING = 0.1  # as a gate of `polyskill eval` bears
_NOTHING = Interval(None, None, None, 0)


@dataclass(frozen=True)
class Question:
    """Whose, what, and by whom: ``texts`` are the skill's by language; no judge, only checks."""

    base: Subject
    student: Subject
    skill: str
    texts: Mapping[str, str]
    scope: Scope
    known: bool
    judge: Model | None = None
    others: Sequence[Prompt] = ()

    @property
    def paid(self) -> list[Model]:
        """The models that do not answer on this machine."""
        models = [each.model for each in (self.base, self.student) if not each.local]
        return models + ([self.judge] if self.judge else [])


def measure(
    question: Question,
    out: Path,
    options: Options,
    *,
    show: Show = lambda _phase, _now: None,
    source: Source | None = None,
) -> Found:
    """Let base and student answer and grade it; what ``out`` holds already is not asked again.

    Raises:
        TrainError: a model of this machine cannot be loaded.
        MissingLibrary: a library is not installed.
        BudgetUnknown: a budget is set, and a model has no price.
        JournalError: the journals in ``out`` cannot be written.
    """
    source = source or Source()
    if options.budget is not None:  # before anything is paid
        check_prices(question.paid, Prices())
    out.mkdir(parents=True, exist_ok=True)
    every = (*question.scope.cases, *question.scope.outside)
    with Journal.open(out / "answers.jsonl") as journal:
        asked = [*prompts_of(BASE, every, {}), *prompts_of(TAUGHT, every, question.texts)]
        answered = [answers(question.base, asked, journal, options, show, source)]
        if not answered[0].stopped:
            asked = [*prompts_of(STUDENT, every, {})]
            answered.append(answers(question.student, asked, journal, options, show, source))
        spent = journal.spent + journal.at_risk
    texts = {key: text for each in answered for key, text in each.texts.items()}
    stopped = answered[-1].stopped
    scores = Scores({})
    if not stopped:
        with Journal.open(out / "judge.jsonl") as journal:
            judge = _judge(question.judge, options, spent, show, source)
            scores = scores_of(question.scope, question.texts, texts, judge, journal)
        stopped = scores.stopped
    cost = spent + scores.cost
    others = None
    if question.judge and question.others and not stopped:
        others = _others(question, out / "others", _less(options, cost), show, source)
        stopped, cost = others.stopped, cost + others.cost
    return _added_up(question, answered, texts, scores, (others, cost, stopped))


def _judge(
    model: Model | None, options: Options, spent: float, show: Show, source: Source
) -> Judge | None:
    if model is None:
        return None
    return Judge(
        model,
        source.opened,
        _less(options, spent).budget,
        options.concurrency,
        lambda now: show("judgements", now),
    )


def _less(options: Options, spent: float) -> Options:
    if options.budget is None:
        return options
    return replace(options, budget=max(0.0, options.budget - spent))


def _others(
    question: Question, out: Path, options: Options, show: Show, source: Source
) -> Comparison:
    assert question.judge is not None
    return compare(
        question.base,
        question.student,
        question.others,
        (question.judge,),
        out,
        options,
        show=show,
        opened=source.opened,
        load=source.load,
    )


def _added_up(
    question: Question,
    answered: Sequence[Answered],
    texts: Mapping[str, str],
    scores: Scores,
    rest: tuple[Comparison | None, float, str],
) -> Found:
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
