"""What a model says to prompts, kept in a journal: on this machine, or at a provider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...judge.base import Call, Clocks, Model, Outcome, Request
from ...judge.engine.budget import Budget
from ...judge.engine.journal import Journal
from ...judge.engine.key import cell_key, request_digest
from ...judge.engine.progress import Progress
from ...judge.engine.run import Settings, run_calls_sync
from ...judge.providers import Provider, open_provider
from .local import Generator, LocalProvider, load_generator
from .prompts import Prompt
from .subjects import Subject

__all__ = ["Answered", "Options", "Show", "Source", "answers"]

_PATIENT = Clocks(attempt=1e7, stall=1e7, total=1e8)  # this machine takes what it takes
Show = Callable[[str, Progress], None]


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
class Source:
    """Where answers come from: what opens a provider, and what loads a model of this machine."""

    opened: Callable[[Model], Provider] = open_provider
    load: Callable[[Subject], Generator] | None = None

    def loader(self, options: Options) -> Callable[[Subject], Generator]:
        """Return what loads a model; by default :func:`.local.load_generator`."""
        return self.load or (
            lambda subject: load_generator(
                subject, temperature=options.temperature, seed=options.seed
            )
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers by the id of their prompt.

    ``cut`` counts those that reached the longest length, ``read`` has the tokens of each prompt
    where they are known, ``stopped`` is as that of :class:`..engine.run.Summary`.
    """

    texts: dict[str, str]
    cut: int
    read: dict[str, int]
    stopped: str


def answers(
    subject: Subject,
    prompts: Sequence[Prompt],
    journal: Journal,
    options: Options,
    show: Show,
    source: Source,
) -> Answered:
    """Let a model answer what the journal does not hold yet.

    Raises:
        TrainError: a model of this machine cannot be loaded.
        MissingLibrary: a library is not installed.
        BudgetUnknown: a budget is set, and the model has no price.
        JournalError: the journal cannot be written.
    """
    params: dict[str, Any] = {}
    if options.temperature or subject.local:
        params["temperature"] = options.temperature
    model = Model(subject.model.provider, subject.model.name, subject.model.base_url, params)
    digest = subject.digest()
    calls = {each.id: _call(each, model, digest, options) for each in prompts}
    load = source.loader(options)

    def provider(asked: Model) -> Provider:
        if not subject.local:
            return source.opened(asked)
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
    read: dict[str, int] = {}
    cut = 0
    for name, call in calls.items():
        row = journal.reply(call.key)
        if row is None:
            continue
        whole = row["outcome"] in (Outcome.OK, Outcome.REFUSAL)
        at_limit = row["outcome"] == Outcome.TRUNCATED and bool(row.get("stop_reason"))
        if whole or at_limit:
            texts[name] = str(row.get("text") or "")
            cut += at_limit
            read[name] = _read(row)
    return Answered(texts, cut, read, summary.stopped)


def _read(row: Any) -> int:
    """Return all tokens of a prompt, those from a cache, too."""
    usage = row.get("usage") or {}
    return sum(int(usage.get(key) or 0) for key in ("input", "cache_read", "cache_write"))


def _call(prompt: Prompt, model: Model, digest: str, options: Options) -> Call:
    request = Request(prompt.messages, prompt.system, max_tokens=options.max_tokens)
    key = cell_key(
        kind="answer",
        request=request_digest(request, model),
        weights=digest,
        seed=options.seed if options.temperature else 0,
    )
    return Call(key, model, request, {"id": prompt.id})
