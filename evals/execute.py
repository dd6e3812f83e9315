"""Carry a plan out: ask the models, then the judges, everything through one journal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from polyskill.runtime.judge.base import Call, Clocks, Model
from polyskill.runtime.judge.engine.budget import Budget, check_prices
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.prices import Prices
from polyskill.runtime.judge.engine.progress import Progress, Summary
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.pairwise import read_pair
from polyskill.runtime.judge.providers import Provider
from polyskill.runtime.judge.rubric import JudgeInvalid, read_rubric
from polyskill.runtime.judge.spec import find_key

from .folder import RunFolder
from .judging import TRIES, Judgement, Rows, answered, items_of, matches, pair_calls, rubric_calls
from .plan import AGENT, Plan

if TYPE_CHECKING:
    from .agents import Workplace

__all__ = ["Executed", "Executor", "Options"]

#: Who has a batch interface.
_BATCHED = ("anthropic", "anthropic-compatible")

Opener = Callable[[Model], Provider]
Show = Callable[[str, Progress], None]


@dataclass(frozen=True)
class Options:
    """How to carry a plan out.

    ``refresh`` says which replies to ask for again: "none", "errors" or "all"; ``reuse`` holds
    replies of other runs by key. ``batch`` uses the batch interface where a provider has one, and
    looks every ``poll`` seconds whether it is done. ``prefix`` is where the clients of agents are
    looked for first, as in ``polyskill verify``.
    """

    concurrency: int = 16
    clocks: Clocks = field(default_factory=Clocks)
    refresh: Literal["none", "errors", "all"] = "none"
    batch: bool = False
    poll: float = 60.0
    prefix: Path | None = None
    reuse: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Executed:
    """What was carried out: the replies by key, and whether something stopped it."""

    rows: Rows
    interrupted: bool = False
    over_budget: bool = False
    problems: tuple[str, ...] = ()


class Executor:
    """Carries plans out, one after the other, with one budget and one set of prices."""

    def __init__(
        self,
        open_provider: Opener,
        options: Options,
        prices: Prices,
        budget: float | None = None,
    ) -> None:
        self._open_provider = open_provider
        self._options = options
        self._prices = prices
        self.limit = budget
        self._spent = 0.0

    def check(self, plan: Plan) -> None:
        """See that a budget can be kept.

        Raises:
            BudgetUnknown: a model has no price.
        """
        if self.limit is not None:
            check_prices((*plan.models, *plan.judges), self._prices)

    def worst_case(self, plan: Plan) -> float | None:
        """Return what the answers of a plan can cost at most, in US dollars (``None``: unknown)."""
        costs = {call.key: self._worst(call) for call in _answers(plan)}
        known = [cost for cost in costs.values() if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    def _worst(self, call: Call) -> float | None:
        return self._prices.worst_case(call.request, call.model, batch=self._options.batch)

    def run(
        self,
        plan: Plan,
        folder: RunFolder,
        show: Show,
        *,
        judge_only: bool = False,
        workplaces: Sequence[Workplace] = (),
    ) -> Executed:
        """Ask what the journal does not have yet.

        Args:
            plan: what to ask; it is written into the folder first.
            folder: where the journal is.
            show: is told of the progress, with "answers" or "judgements".
            judge_only: no model under test is asked.
            workplaces: the projects of agents under test.

        Raises:
            BudgetUnknown: a model has no price.
            ModelError, AgentError: a model or an agent cannot be asked.
            JournalBusy, JournalFull, OSError: the journal cannot be used.
            EvalError: the folder cannot be written.
        """
        self.check(plan)
        if not folder.journal.exists():  # what has been asked needs no key to be read
            for model in (*plan.models, *plan.judges):
                if model.provider != AGENT:
                    find_key(model)
        folder.save_plan(plan)
        with Journal(folder.journal) as journal:
            budget = Budget(self.limit, self._spent + journal.spent + journal.at_risk)
            try:
                opener = partial(self._open, folder, workplaces)
                return self._run(plan, journal, budget, show, opener, judge_only=judge_only)
            finally:
                self._spent = budget.spent

    def _run(
        self,
        plan: Plan,
        journal: Journal,
        budget: Budget,
        show: Show,
        opener: Opener,
        *,
        judge_only: bool,
    ) -> Executed:
        problems = tuple(f"{p.kind} line {p.line}" for p in journal.problems)
        phases: list[tuple[str, Callable[[], Iterator[Call]]]] = []
        if not judge_only:
            phases.append(("answers", partial(_answers, plan)))
        phases += [
            ("judgements", partial(_judgements, plan, journal, attempt))
            for attempt in range(TRIES if plan.judges else 0)
        ]
        for name, calls in phases:
            summary = self._ask(list(calls()), journal, budget, partial(show, name), opener)
            if summary.interrupted or budget.closed:
                return Executed(_rows(journal), summary.interrupted, budget.closed, problems)
        return Executed(_rows(journal), problems=problems)

    def _ask(
        self,
        calls: list[Call],
        journal: Journal,
        budget: Budget,
        show: Callable[[Progress], None],
        opener: Opener,
    ) -> Summary:
        """Ask, through the batch interface what can be asked there and the rest after it."""
        options = self._options
        shared: dict[str, Any] = {
            "journal": journal,
            "settings": Settings(
                concurrency=options.concurrency, clocks=options.clocks, refresh=options.refresh
            ),
            "prices": self._prices,
            "budget": budget,
            "on_progress": show,
            "reuse": options.reuse,
        }
        # A batch that an earlier run handed in is paid for: it is collected in any case.
        batched = [
            call
            for call in calls
            if (options.batch and call.model.provider in _BATCHED) or journal.batch_of(call.key)
        ]
        if batched:
            from polyskill.runtime.judge.engine.batch import run_batch_sync  # noqa: PLC0415
            from polyskill.runtime.judge.providers import batch  # noqa: PLC0415

            done = run_batch_sync(batched, batches=batch, poll=options.poll, **shared)
            if done.stopped:
                return done
            asked = {call.key for call in batched}
            calls = [call for call in calls if call.key not in asked]
        return run_calls_sync(calls, open_provider=opener, **shared)

    def _open(self, folder: RunFolder, workplaces: Sequence[Workplace], model: Model) -> Provider:
        if model.provider != AGENT:
            return self._open_provider(model)
        from polyskill.platforms.verify import Options as Where  # noqa: PLC0415

        from .agents import open_agent  # noqa: PLC0415  (what runs clients)

        return open_agent(
            model,
            workplaces,
            os.environ,
            keep=folder.keep_transcript,
            options=Where(prefix=self._options.prefix),
        )


def _rows(journal: Journal) -> Rows:
    return {row["key"]: row for row in journal.replies()}


def _answers(plan: Plan) -> Iterator[Call]:
    for cell in plan.cells():
        yield plan.answer_call(cell)


def _questions(plan: Plan, rows: Rows) -> Iterator[tuple[Judgement, Callable[[Any], object]]]:
    """Yield every question to a judge, with what reads its reply."""
    if "rubric" in plan.settings.judging:
        for cell in plan.cells():
            row = rows.get(plan.answer_call(cell).key)
            if row is None or not answered(row):
                continue
            text, items = str(row["text"]), items_of(cell.case)
            for judge in plan.judges:
                if judgement := rubric_calls(cell, text, judge):
                    yield judgement, partial(read_rubric, answer=text, items=items)
    if "pairwise" in plan.settings.judging:
        for match in matches(plan, rows):
            for judge in plan.judges if not match.tied else ():
                for judgement in pair_calls(match, judge):
                    yield judgement, read_pair


def _judgements(plan: Plan, journal: Journal, attempt: int) -> Iterator[Call]:
    """Yield the calls of one try: the first one for all, a later one where those before failed.

    A try that ended in trouble is asked again by the engine, so only replies that a judge may not
    give lead to another try.
    """
    rows = _rows(journal)
    for judgement, read in _questions(plan, rows):
        if all(_invalid(rows.get(judgement.call(one).key), read) for one in range(attempt)):
            yield judgement.call(attempt)


def _invalid(row: Mapping[str, Any] | None, read: Callable[[Any], object]) -> bool:
    if row is None or row.get("outcome") != "ok":
        return False
    try:
        read(row.get("data"))
    except JudgeInvalid:
        return True
    return False
