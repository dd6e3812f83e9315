"""A file of answers judged: every question asked once, kept in a journal, and added up.

Pairs are asked in both orders. A judge that did not answer as a judge must is asked a second time;
what then has no verdict is missing, which is never a tie and never a lost pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .answers import Answers, Entry
from .base import Call, Model, Outcome, Request
from .engine.budget import Budget
from .engine.journal import Journal
from .engine.key import cell_key, request_digest
from .engine.progress import Progress
from .engine.run import Settings, run_calls_sync
from .pairwise import PairVerdict, merge, pair_request, read_pair, trivially_tied
from .providers import Provider
from .rubric import JudgeInvalid, read_rubric, rubric_request, score
from .stats.bounded import interval_within
from .stats.intervals import Interval
from .stats.paired import Unit, clustered_mean
from .stats.position import BASELINE, CANDIDATE, TIE
from .stats.verdict import Decision, Trial, decide

__all__ = ["Bench", "Judged", "Verdict", "as_data", "ask_judges", "judge_answers", "mean_of"]

_TRIES = 2
# who won, by the place of the winner, with the candidate's answer shown first and shown second
_WON_AHEAD = {"first": CANDIDATE, "second": BASELINE, "tie": TIE}
_WON_BEHIND = {"first": BASELINE, "second": CANDIDATE, "tie": TIE}

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one entry.

    ``score`` is from 0 to 1: of a pair 1 where the candidate won in both orders, ½ for a tie; of a
    single answer the weighted share of its criteria that passed. ``None``: no valid verdict.
    ``consistent`` is whether both orders agree (``None`` for single answers and missing ones).
    ``reasons`` are of the criteria, or of both orders ("" of one without a valid verdict).
    ``first`` and ``second`` say who won with the candidate's answer shown first, and shown second:
    "candidate", "baseline", "tie", or "" where nothing valid was said or nothing was asked.
    """

    entry: Entry
    score: float | None
    consistent: bool | None = None
    reasons: tuple[str, ...] = ()
    passed: tuple[bool | None, ...] = ()
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What several judges found: for each judge its verdicts, one an entry.

    ``stopped`` is empty unless something ended the run before its time.
    """

    verdicts: tuple[tuple[Verdict, ...], ...]
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts, and what they add up to.

    ``mean`` is the win rate or the mean score with its 95 % interval (Student's t on clusters);
    ``decision`` says what a comparison in pairs shows (``None`` for single answers). ``stopped``
    is empty unless something ended the run before its time.
    """

    verdicts: tuple[Verdict, ...]
    mean: Interval
    decision: Decision | None
    missing: int
    cost: float
    stopped: str = ""


@dataclass(frozen=True)
class _Question:
    entry: Entry
    request: Request
    judge: Model
    kind: str

    def call(self, attempt: int) -> Call:
        parts: dict[str, Any] = {
            "kind": self.kind,
            "request": request_digest(self.request, self.judge),
        }
        if attempt:
            parts["attempt"] = attempt
        return Call(cell_key(**parts), self.judge, self.request, {"id": self.entry.id})


def _questions(entry: Entry, judge: Model) -> tuple[_Question, ...]:
    """Return what must be asked of one entry: nothing for two answers that are the same."""
    if entry.baseline is None:
        request = rubric_request(
            entry.prompt, entry.candidate, entry.items, lang=entry.lang, reference=entry.reference
        )
        return (_Question(entry, request, judge, "rubric"),)
    if trivially_tied(entry.candidate, entry.baseline):
        return ()
    orders = ((entry.candidate, entry.baseline), (entry.baseline, entry.candidate))
    return tuple(
        _Question(
            entry,
            pair_request(
                entry.prompt,
                *order,
                items=entry.items,
                lang=entry.lang,
                reference=entry.reference,
            ),
            judge,
            "pairwise",
        )
        for order in orders
    )


def _reader(question: _Question) -> Read:
    if question.kind == "pairwise":
        return read_pair
    entry = question.entry
    return lambda data: read_rubric(data, entry.candidate, entry.items)


def _valid(question: _Question, journal: Journal) -> Any:
    """Return what the first try of a judge says that can be read; else ``None``."""
    for attempt in range(_TRIES):
        row = journal.reply(question.call(attempt).key)
        if row is not None and row.get("outcome") == Outcome.OK:
            try:
                return _reader(question)(row.get("data"))
            except JudgeInvalid:
                continue
    return None


def _answered_badly(question: _Question, journal: Journal) -> bool:
    row = journal.reply(question.call(0).key)
    answered = row is not None and row.get("outcome") == Outcome.OK
    return answered and _valid(question, journal) is None


def _verdict(entry: Entry, asked: Sequence[_Question], journal: Journal) -> Verdict:
    found = [_valid(question, journal) for question in asked]
    if entry.baseline is not None and not asked:
        return Verdict(entry, 0.5, True)
    if entry.baseline is not None:
        return _pair_verdict(entry, *found)
    if None in found:
        return Verdict(entry, None)
    items = found[0].items
    passed = tuple(one.passed for one in items)
    return Verdict(
        entry, score(entry.items, passed), None, tuple(one.reason for one in items), passed
    )


def _pair_verdict(entry: Entry, ahead: PairVerdict | None, behind: PairVerdict | None) -> Verdict:
    first = "" if ahead is None else _WON_AHEAD[ahead.winner]
    second = "" if behind is None else _WON_BEHIND[behind.winner]
    said = tuple("" if one is None else one.reason for one in (ahead, behind))
    reasons = said if first or second else ()
    if ahead is None or behind is None:
        return Verdict(entry, None, None, reasons, (), first, second)
    both = merge(ahead, behind)
    return Verdict(entry, both.score, both.consistent, reasons, (), first, second)


def ask_judges(
    answers: Answers,
    judges: Sequence[Model],
    journal: Journal,
    open_provider: Callable[[Model], Provider],
    *,
    budget: float | None = None,
    concurrency: int = 16,
    on_progress: Callable[[Progress], None] | None = None,
) -> Bench:
    """Ask each of ``judges`` what the journal does not hold yet, all of them at once.

    Args:
        answers: what is judged.
        judges: who judges; each once.
        journal: where replies are kept: judging the same again costs nothing.
        open_provider: makes a judge's provider.
        budget: the most to spend on all judges together, in US dollars, with what the journal has
            cost already.
        concurrency: calls in flight.
        on_progress: told how far it is.

    Raises:
        BudgetUnknown: a budget is set, and a judge has no price.
        JournalError: the journal cannot be written.
        MissingLibrary: a provider's library is not installed.
    """
    asked = [[_questions(entry, judge) for entry in answers.entries] for judge in judges]
    purse = Budget(budget, journal.spent + journal.at_risk)
    stopped = ""
    for attempt in range(_TRIES):
        questions = [
            question
            for groups in zip(*asked, strict=True)  # pair by pair: what is cut short is whole
            for group in groups
            for question in group
            if not attempt or _answered_badly(question, journal)
        ]
        if not questions or stopped:
            break
        summary = run_calls_sync(
            [question.call(attempt) for question in questions],
            journal=journal,
            open_provider=open_provider,
            settings=Settings(concurrency=concurrency),
            budget=purse,
            on_progress=on_progress,
        )
        stopped = summary.stopped
    return Bench(
        tuple(
            tuple(
                _verdict(entry, group, journal)
                for entry, group in zip(answers.entries, groups, strict=True)
            )
            for groups in asked
        ),
        stopped,
    )


def judge_answers(
    answers: Answers,
    judge: Model,
    journal: Journal,
    open_provider: Callable[[Model], Provider],
    *,
    budget: float | None = None,
    concurrency: int = 16,
    margin: float = 0.05,
    on_progress: Callable[[Progress], None] | None = None,
) -> Judged:
    """Ask ``judge`` what the journal does not hold yet, and add up.

    Args:
        answers: what is judged.
        judge: who judges.
        journal: where replies are kept: judging the same again costs nothing.
        open_provider: makes the judge's provider.
        budget: the most to spend, in US dollars, with what the journal has cost already.
        concurrency: calls in flight.
        margin: the loss in win rate that is small enough to be called none.
        on_progress: told how far it is.

    Raises:
        BudgetUnknown: a budget is set, and the judge has no price.
        JournalError: the journal cannot be written.
        MissingLibrary: the provider's or a statistics library is not installed.
    """
    bench = ask_judges(
        answers,
        [judge],
        journal,
        open_provider,
        budget=budget,
        concurrency=concurrency,
        on_progress=on_progress,
    )
    return _added_up(bench.verdicts[0], answers.pairs, margin, journal.spent, bench.stopped)


def mean_of(verdicts: Sequence[Verdict]) -> Interval:
    """Return the mean score, of pairs the win rate, with its 95 % interval on clusters.

    Raises:
        MissingLibrary: scipy is not installed.
    """
    known = list(_scored(verdicts))
    if not known:
        return Interval(None, None, None, 0)
    groups = [(bool(entry.cluster), entry.cluster or entry.id) for entry, _ in known]
    return interval_within(clustered_mean([value for _, value in known], groups), 0.0, 1.0)


def _added_up(
    verdicts: tuple[Verdict, ...], pairs: bool, margin: float, cost: float, stopped: str
) -> Judged:
    known = list(_scored(verdicts))
    missing = len(verdicts) - len(known)
    decision = None
    if pairs:
        units = tuple(Unit(entry.id, (0.5,), (value,), entry.cluster) for entry, value in known)
        trial = Trial(units, margin=margin, missing=missing / len(verdicts), reach=0.5)
        decision = decide(trial)
    return Judged(verdicts, mean_of(verdicts), decision, missing, cost, stopped)


def _scored(verdicts: Sequence[Verdict]) -> Iterator[tuple[Entry, float]]:
    for one in verdicts:
        if one.score is not None:
            yield one.entry, one.score


def as_data(one: Verdict) -> Mapping[str, Any]:
    """Return a verdict as plain JSON."""
    return {
        "id": one.entry.id,
        "score": one.score,
        "consistent": one.consistent,
        "reasons": list(one.reasons),
        "passed": list(one.passed),
    }
