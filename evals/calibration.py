"""A judge is asked about a gold set, in both orders, through a journal; then it is told how it did.

Nothing is asked twice: a calibration that was ended goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from polyskill.platforms.deliver import atomic
from polyskill.runtime.judge.base import Call, Clocks, Model, Outcome
from polyskill.runtime.judge.calibration import (
    NEEDED,
    Calibration,
    JudgedItem,
    JudgedPair,
    calibrate,
)
from polyskill.runtime.judge.engine.budget import Budget, check_prices
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.key import cell_key
from polyskill.runtime.judge.engine.prices import Prices
from polyskill.runtime.judge.engine.progress import Progress
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.pairwise import PROMPT_VERSION, PairVerdict, pair_request, read_pair
from polyskill.runtime.judge.providers import Provider
from polyskill.runtime.judge.rubric import RubricVerdict, read_rubric, rubric_request

from .calibrating import Counts, Kept
from .gold import LabelledAnswer, Questions
from .grading import valid_reply
from .judging import TRIES, Judgement, Rows

__all__ = ["Asking", "Found", "ask", "journal_name"]

_MOST_MISSING = 0.1  # share of the questions without a valid reply


@dataclass(frozen=True)
class Asking:
    """How judges are asked. ``budget`` is in US dollars, for each gold set and judge."""

    open_provider: Callable[[Model], Provider]
    prices: Prices = field(default_factory=Prices)
    budget: float | None = None
    concurrency: int = 16
    clocks: Clocks = field(default_factory=Clocks)
    needed: int = NEEDED


@dataclass(frozen=True)
class Found:
    """How one judge did. ``stopped`` is "", "interrupted" or "budget"; ``cost`` is in US dollars.

    ``asked`` questions were put, ``valid`` of them have a reply that a judge may give.
    """

    judge: Model
    calibration: Calibration
    sensitivity: Counts
    specificity: Counts
    gold: str
    languages: tuple[str, ...]
    asked: int
    valid: int
    cost: float
    stopped: str = ""

    @property
    def invalid(self) -> bool:
        """Whether too much is missing to say anything of the judge."""
        return self.asked - self.valid > _MOST_MISSING * self.asked or not self.asked

    @property
    def usable(self) -> bool:
        """Whether the outcome is worth keeping: the calibration came to its end."""
        return not self.stopped and not self.invalid

    def kept(self, date: str, polyskill: str) -> Kept:
        """Return what is kept of it."""
        found = self.calibration
        return Kept(
            date=date,
            polyskill=polyskill,
            prompts=PROMPT_VERSION,
            gold=self.gold,
            n=found.n,
            accuracy=found.accuracy.value,
            low=found.accuracy.low,
            may_gate=found.may_gate,
            languages=self.languages,
            sensitivity=self.sensitivity,
            specificity=self.specificity,
        )


Read = Callable[[Any], Any]


def journal_name(judge: Model, questions: Questions) -> str:
    """Return what to call the folder of a calibration: the same for the same questions."""
    return (
        f"calibration-{cell_key(judge=judge.id, params=judge.params, gold=questions.digest)[:12]}"
    )


def ask(
    judge: Model,
    questions: Questions,
    journal_path: Path,
    asking: Asking,
    show: Callable[[Progress], None],
) -> Found:
    """Ask a judge what the journal does not have yet, and return how it did.

    Raises:
        BudgetUnknown: a budget is set, and the judge has no price.
        ModelError: the judge cannot be asked.
        MissingLibrary: a provider's library is not installed.
        JournalError, OSError: the journal cannot be used.
    """
    if asking.budget is not None:
        check_prices([judge], asking.prices)
    atomic.make_directory(journal_path.parent)
    atomic.write(journal_path.with_name(".gitignore"), b"*\n")
    asked = list(_asked(judge, questions))
    stopped = ""
    with Journal(journal_path) as journal:
        budget = Budget(asking.budget, journal.spent + journal.at_risk)
        for attempt in range(TRIES):
            summary = run_calls_sync(
                list(_calls(asked, _rows(journal), attempt)),
                journal=journal,
                open_provider=asking.open_provider,
                settings=Settings(concurrency=asking.concurrency, clocks=asking.clocks),
                prices=asking.prices,
                budget=budget,
                on_progress=show,
            )
            stopped = "interrupted" if summary.interrupted else "budget" if budget.closed else ""
            if stopped:
                break
        return _found(judge, questions, _rows(journal), budget.spent, stopped, asking.needed)


def _rows(journal: Journal) -> Rows:
    return {row["key"]: row for row in journal.replies()}


def _calls(asked: Sequence[tuple[Judgement, Read]], rows: Rows, attempt: int) -> Iterator[Call]:
    """Yield the calls of one try: the first for all, a later one where a reply was invalid.

    A try that ended in trouble is asked again by the engine.
    """
    for judgement, read in asked:
        before = (rows.get(judgement.call(one).key, {}) for one in range(attempt))
        if all(row.get("outcome") == Outcome.OK for row in before) and (
            not attempt or valid_reply(judgement, rows, read) is None
        ):
            yield judgement.call(attempt)


def _asked(judge: Model, questions: Questions) -> Iterator[tuple[Judgement, Read]]:
    for at in range(len(questions.pairs)):
        for one in _orders(judge, questions, at):
            yield one, read_pair
    for answer in questions.answers:
        yield _graded(judge, answer), partial(read_rubric, answer=answer.answer, items=answer.items)


def _orders(judge: Model, questions: Questions, at: int) -> tuple[Judgement, Judgement]:
    pair = questions.pairs[at]
    first, second = (
        Judgement(
            "pairwise",
            judge,
            pair_request(pair.question, one, other, lang=pair.lang),
            {"kind": "gold-pair", "judge": judge.id, "gold": pair.id, "order": order},
        )
        for order, (one, other) in enumerate(((pair.a, pair.b), (pair.b, pair.a)), 1)
    )
    return first, second


def _graded(judge: Model, answer: LabelledAnswer) -> Judgement:
    request = rubric_request(answer.question, answer.answer, answer.items, lang=answer.lang)
    meta = {"kind": "gold-answer", "judge": judge.id, "gold": answer.id}
    return Judgement("rubric", judge, request, meta)


def _found(
    judge: Model, questions: Questions, rows: Rows, cost: float, stopped: str, needed: int
) -> Found:
    pairs, opinions = [], []
    right: dict[bool, list[bool]] = {True: [], False: []}
    valid = 0
    for at, pair in enumerate(questions.pairs):
        said: list[PairVerdict | None] = [
            valid_reply(one, rows, read_pair) for one in _orders(judge, questions, at)
        ]
        valid += sum(one is not None for one in said)
        pairs.append(JudgedPair(pair, said[0], said[1]))
    for answer in questions.answers:
        read = partial(read_rubric, answer=answer.answer, items=answer.items)
        verdict: RubricVerdict | None = valid_reply(_graded(judge, answer), rows, read)
        valid += verdict is not None
        for number in range(len(answer.labels)):
            gold = answer.gold(number)
            if gold is not None:
                opinions.append(JudgedItem(gold, _met(verdict, number)))
        passed = _passes(answer, verdict)
        if answer.passes is not None and passed is not None:
            right[answer.passes].append(passed == answer.passes)
    return Found(
        judge,
        calibrate(pairs, opinions, needed=needed),
        Counts(sum(right[True]), len(right[True])),
        Counts(sum(right[False]), len(right[False])),
        questions.digest,
        questions.languages,
        2 * len(questions.pairs) + len(questions.answers),
        valid,
        cost,
        stopped,
    )


def _met(verdict: RubricVerdict | None, number: int) -> bool | None:
    """Return whether a criterion was found met, with evidence where it needs some."""
    if verdict is None or verdict.items[number].passed is None:
        return None
    return verdict.items[number].met


def _passes(answer: LabelledAnswer, verdict: RubricVerdict | None) -> bool | None:
    """Return whether the judge lets the answer pass; ``None`` where it gave no valid opinion."""
    if verdict is None:
        return None
    due = [
        one.passed
        for one, item in zip(verdict.items, answer.items, strict=True)
        if item.kind != "should"
    ]
    return None if None in due or not due else all(due)
