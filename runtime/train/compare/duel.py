"""The comparison: both models answer, judges compare, all is kept in journals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...judge.answers import Answers, Entry
from ...judge.base import Model
from ...judge.engine.budget import check_prices
from ...judge.engine.journal import Journal
from ...judge.engine.prices import Prices
from ...judge.providers import Provider, open_provider
from ...judge.verdicts import Bench, ask_judges
from .answering import Answered, Options, Show, Source, answers
from .doubts import doubts
from .judges import check_judges
from .local import Generator
from .outcome import Comparison, add_up, to_json
from .prompts import Prompt
from .subjects import Subject

__all__ = ["Comparison", "Options", "compare", "to_json"]


def compare(
    baseline: Subject,
    candidate: Subject,
    prompts: Sequence[Prompt],
    judges: Sequence[Model],
    out: Path,
    options: Options,
    *,
    show: Show = lambda _phase, _now: None,
    opened: Callable[[Model], Provider] = open_provider,
    load: Callable[[Subject], Generator] | None = None,
) -> Comparison:
    """Let both models answer and judges compare; what ``out`` holds already is not asked again.

    Raises:
        TrainError: a model of this machine cannot be loaded; there is no judge, or one twice.
        MissingLibrary: a library is not installed.
        BudgetUnknown: a budget is set, and a model has no price.
        JournalError: the journals in ``out`` cannot be written.
        ModelError: a key is missing.
    """
    check_judges(judges)
    if options.budget is not None:  # before anything is paid, also by models that answer first
        paid = [each.model for each in (baseline, candidate) if not each.local]
        check_prices([*paid, *judges], Prices())
    out.mkdir(parents=True, exist_ok=True)
    source = Source(opened, load)
    answered: list[Answered] = []
    with Journal.open(out / "answers.jsonl") as journal:
        for subject in (baseline, candidate):
            if answered and answered[-1].stopped:
                answered.append(Answered({}, 0, {}, answered[-1].stopped))
                continue
            answered.append(answers(subject, prompts, journal, options, show, source))
        spent = journal.spent + journal.at_risk
    theirs, ours = answered
    entries = tuple(
        Entry(
            each.id,
            each.question,
            candidate=ours.texts[each.id],
            baseline=theirs.texts[each.id],
            reference=each.reference,
            lang=each.lang,
            cluster=each.cluster,
        )
        for each in prompts
        if each.id in ours.texts and each.id in theirs.texts
    )
    stopped, cost = ours.stopped or theirs.stopped, spent
    bench = Bench(((),) * len(judges))
    costs: dict[str, float | None] = {each.id: 0.0 for each in judges}
    if entries and not stopped:
        with Journal.open(out / "judge.jsonl") as journal:
            bench = ask_judges(
                Answers(entries, pairs=True),
                judges,
                journal,
                opened,
                budget=None if options.budget is None else max(0.0, options.budget - spent),
                concurrency=options.concurrency,
                on_progress=lambda now: show("judgements", now),
            )
            stopped, cost = bench.stopped, spent + journal.spent
            costs |= _costs(judges, journal)
    found = add_up(
        (baseline.model.id, candidate.model.id),
        costs,
        bench.verdicts,
        (theirs, ours),
        prompts=len(prompts),
        margin=options.margin,
        cost=cost,
        stopped=stopped,
    )
    return replace(found, doubts=doubts(found, judges, (baseline.model, candidate.model)))


def _costs(judges: Sequence[Model], journal: Journal) -> dict[str, float | None]:
    """Return what each judge's replies cost; ``None`` where one that was paid for has no price."""
    costs: dict[str, float | None] = {each.id: 0.0 for each in judges}
    for row in journal.replies():
        name, cost = row.get("model"), row.get("cost")
        if name in costs and (known := costs[name]) is not None:
            costs[name] = None if cost is None else known + cost
    return costs
