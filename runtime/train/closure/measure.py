"""Measure what a student kept of a skill: three arms answer, a judge grades, all is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...judge.base import Model
from ...judge.engine.budget import check_prices
from ...judge.engine.journal import Journal
from ...judge.engine.prices import Prices
from ..compare.answering import Options, Show, Source, answers
from ..compare.duel import compare
from ..compare.outcome import Comparison
from .arms import BASE, STUDENT, TAUGHT, prompts_of
from .found import Found
from .question import Question
from .scores import Judge, Scores, scores_of
from .total import add_up

__all__ = ["measure"]


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
    return add_up(question, answered, texts, scores, (others, cost, stopped))


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
