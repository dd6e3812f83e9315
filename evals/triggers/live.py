"""Carry a trigger eval out: every call through a journal, then the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from polyskill.runtime.judge.base import Model
from polyskill.runtime.judge.engine.budget import Budget
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.prices import Prices
from polyskill.runtime.judge.engine.progress import Progress, Summary
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.providers import Provider

from .catalogue import Catalogue, TriggerCase
from .choose import calls
from .report import Limits, TriggerReport
from .scores import read

__all__ = ["Asked", "ask"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: each case of each model, ``repeats`` times; and what must come of it."""

    catalogue: Catalogue
    cases: tuple[TriggerCase, ...]
    models: tuple[Model, ...]
    repeats: int = 1
    limits: Limits = field(default_factory=Limits)


def ask(
    asked: Asked,
    journal: Path,
    open_provider: Callable[[Model], Provider],
    *,
    settings: Settings | None = None,
    prices: Prices | None = None,
    budget: float | None = None,
    show: Callable[[Progress], None] | None = None,
) -> tuple[TriggerReport, Summary]:
    """Ask what the journal does not hold yet, and report on all of it.

    Args:
        asked: the cases and models.
        journal: the file of the journal; its folder must exist. Replies in it that this run does
            not ask for (other cases, an older description) have no part in the report.
        open_provider: makes the provider of a model.
        settings: how the engine goes about it.
        prices: what models cost.
        budget: what may be spent on this journal, in US dollars.
        show: is told of the progress.

    Raises:
        ValueError: a case is of a skill that is not in the catalogue.
        BudgetUnknown: a budget is set, and a model has no price.
        JournalError: the journal cannot be used.
        ModelError, MissingLibrary: a model cannot be asked.
    """
    wanted = list(calls(asked.catalogue, asked.cases, asked.models, asked.repeats))
    keys = {call.key for call in wanted}
    with Journal(journal) as opened:
        summary = run_calls_sync(
            wanted,
            journal=opened,
            open_provider=open_provider,
            settings=settings,
            prices=prices,
            budget=Budget(budget, opened.spent + opened.at_risk),
            on_progress=show,
        )
        rows = [row for row in opened.replies() if row["key"] in keys]
    return read(rows, asked.catalogue.names, asked.limits), summary
