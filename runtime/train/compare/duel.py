"""The comparison: both models answer, a judge compares, all is kept in journals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from ...judge.answers import Answers, Entry
from ...judge.base import Call, Clocks, Model, Outcome, Request
from ...judge.engine.budget import Budget
from ...judge.engine.journal import Journal
from ...judge.engine.key import cell_key, request_digest
from ...judge.engine.progress import Progress
from ...judge.engine.run import Settings, run_calls_sync
from ...judge.providers import Provider, open_provider
from ...judge.stats.intervals import Interval, wilson
from ...judge.stats.lengthcontrol import length_controlled
from ...judge.stats.paired import Unit
from ...judge.stats.verdict import Decision, Trial, decide
from ...judge.verdicts import Verdict, judge_answers
from .local import Generator, LocalProvider, load_generator
from .prompts import Prompt
from .subjects import Subject

__all__ = ["Comparison", "Options", "compare", "to_json"]

_PATIENT = Clocks(attempt=1e7, stall=1e7, total=1e8)  # this machine takes what it takes
Show = Callable[[str, Progress], None]
Load = Callable[[Subject], Generator]


@dataclass(frozen=True)
class Options:
    """How models answer, and how they are judged.

    ``budget`` is in US dollars for all calls together; ``margin`` is the loss of win rate that is
    small enough to accept, between 0 and ½; ``batch`` is how many prompts a model of this machine
    answers at once.
    """

    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    batch: int = 8
    concurrency: int = 16
    budget: float | None = None
    margin: float = 0.05


@dataclass(frozen=True)
class Comparison:
    """What came of it, for the candidate.

    ``win_rate`` has a 95 % interval; ``equal_lengths`` is the win rate with the influence of the
    answers' lengths taken out (Dubois et al. 2024, arXiv 2404.04475, section 3), in characters and
    without the difficulty of prompts, which two models do not show. ``consistency`` is how often
    both orders named one winner, of the pairs that were asked about. ``unanswered`` prompts lack an
    answer of a model, ``unjudged`` a valid verdict: both count as missing, never as a tie. ``cut``
    counts answers that reached the longest length, ``characters`` the mean length of answers:
    (baseline, candidate).
    ``stopped`` is "" unless it ended before its time ("interrupted", "budget").
    """

    baseline: str
    candidate: str
    judge: str
    prompts: int
    win_rate: Interval
    equal_lengths: Interval
    decision: Decision
    consistency: Interval
    unanswered: int
    unjudged: int
    same: int
    cut: tuple[int, int]
    characters: tuple[float, float]
    cost: float
    stopped: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _Answered:
    texts: dict[str, str]
    cut: int
    stopped: str


def compare(
    baseline: Subject,
    candidate: Subject,
    prompts: Sequence[Prompt],
    judge: Model,
    out: Path,
    options: Options,
    *,
    show: Show = lambda _phase, _now: None,
    opened: Callable[[Model], Provider] = open_provider,
    load: Load | None = None,
) -> Comparison:
    """Let both models answer and a judge compare; what ``out`` holds already is not asked again.

    Raises:
        TrainError: a model of this machine cannot be loaded.
        MissingLibrary: a library is not installed.
        BudgetUnknown: a budget is set, and a model has no price.
        JournalError: the journals in ``out`` cannot be written.
        ModelError: a key is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    generator = load or (
        lambda subject: load_generator(subject, temperature=options.temperature, seed=options.seed)
    )
    answered: list[_Answered] = []
    with Journal.open(out / "answers.jsonl") as journal:
        for subject in (baseline, candidate):
            if answered and answered[-1].stopped:
                answered.append(_Answered({}, 0, answered[-1].stopped))
                continue
            answered.append(_answers(subject, prompts, journal, options, show, opened, generator))
        spent = journal.spent + journal.at_risk
    ours, theirs = answered[1], answered[0]
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
    verdicts: tuple[Verdict, ...] = ()
    stopped, cost = ours.stopped or theirs.stopped, spent
    if entries and not stopped:
        with Journal.open(out / "judge.jsonl") as journal:
            judged = judge_answers(
                Answers(entries, pairs=True),
                judge,
                journal,
                opened,
                budget=None if options.budget is None else max(0.0, options.budget - spent),
                concurrency=options.concurrency,
                margin=options.margin,
                on_progress=lambda now: show("judgements", now),
            )
        verdicts, stopped, cost = judged.verdicts, judged.stopped, spent + judged.cost
    return _added_up(
        (baseline.model.id, candidate.model.id, judge.id),
        len(prompts),
        verdicts,
        (theirs, ours),
        (cost, stopped, options.margin),
    )


def _answers(
    subject: Subject,
    prompts: Sequence[Prompt],
    journal: Journal,
    options: Options,
    show: Show,
    opened: Callable[[Model], Provider],
    load: Load,
) -> _Answered:
    params: dict[str, Any] = {}
    if options.temperature or subject.local:
        params["temperature"] = options.temperature
    model = Model(subject.model.provider, subject.model.name, subject.model.base_url, params)
    digest = subject.digest()
    calls = {each.id: _call(each, model, digest, options) for each in prompts}

    def provider(asked: Model) -> Provider:
        if not subject.local:
            return opened(asked)
        return LocalProvider(asked, lambda: load(subject), batch=options.batch)

    settings = (
        Settings(concurrency=options.batch, clocks=_PATIENT, max_attempts=1)
        if subject.local
        else Settings(concurrency=options.concurrency)
    )
    limit = None if subject.local else options.budget
    summary = run_calls_sync(
        list(calls.values()),
        journal=journal,
        open_provider=provider,
        settings=settings,
        budget=Budget(limit, journal.spent + journal.at_risk),
        on_progress=lambda now: show("answers", now),
    )
    texts: dict[str, str] = {}
    cut = 0
    for name, call in calls.items():
        row = journal.reply(call.key)
        outcome = row["outcome"] if row is not None else ""
        whole = outcome in (Outcome.OK, Outcome.REFUSAL)
        at_limit = outcome == Outcome.TRUNCATED and bool(row and row.get("stop_reason"))
        if row is not None and (whole or at_limit):
            texts[name] = str(row.get("text") or "")
            cut += at_limit
    return _Answered(texts, cut, summary.stopped)


def _call(prompt: Prompt, model: Model, digest: str, options: Options) -> Call:
    request = Request(prompt.messages, prompt.system, max_tokens=options.max_tokens)
    key = cell_key(
        kind="answer",
        request=request_digest(request, model),
        weights=digest,
        seed=options.seed if options.temperature else 0,
    )
    return Call(key, model, request, {"id": prompt.id})


def _added_up(
    names: tuple[str, str, str],
    prompts: int,
    verdicts: tuple[Verdict, ...],
    answered: tuple[_Answered, _Answered],
    rest: tuple[float, str, float],
) -> Comparison:
    cost, stopped, margin = rest
    known = [(each.entry, each.score) for each in verdicts if each.score is not None]
    units = tuple(Unit(entry.id, (0.5,), (score,), entry.cluster) for entry, score in known)
    missing = (prompts - len(known)) / prompts if prompts else 0.0
    decision = decide(Trial(units, margin=margin, missing=missing, reach=0.5))
    half = decision.difference
    level = length_controlled(
        [score for _, score in known],
        [float(len(entry.candidate)) for entry, _ in known],
        [float(len(entry.baseline or "")) for entry, _ in known],
    )
    asked = [each.consistent for each in verdicts if each.reasons and each.consistent is not None]
    shared = set(answered[0].texts) & set(answered[1].texts)
    lengths = [
        fmean(len(each.texts[name]) for name in shared) if shared else 0.0 for each in answered
    ]
    return Comparison(
        *names,
        prompts=prompts,
        win_rate=Interval(_up(half.value), _up(half.low), _up(half.high), half.n),
        equal_lengths=level.rate,
        decision=decision,
        consistency=wilson(sum(asked), len(asked)),
        unanswered=prompts - len(shared),
        unjudged=len(shared) - len(known),
        same=sum(each.score is not None and not each.reasons for each in verdicts),
        cut=(answered[0].cut, answered[1].cut),
        characters=(lengths[0], lengths[1]),
        cost=cost,
        stopped=stopped,
        verdicts=verdicts,
    )


def _up(difference: float | None) -> float | None:
    """Return the win rate of a difference from one half, held between 0 and 1."""
    return None if difference is None else min(1.0, max(0.0, difference + 0.5))


def to_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON, with the answers and the judge's reasons."""
    whole = asdict(found)
    whole["decision"]["verdict"] = found.decision.verdict.value
    whole["verdicts"] = [
        {
            "id": each.entry.id,
            "prompt": each.entry.prompt,
            "baseline": each.entry.baseline,
            "candidate": each.entry.candidate,
            "score": each.score,
            "consistent": each.consistent,
            "reasons": list(each.reasons),
        }
        for each in found.verdicts
    ]
    return whole
