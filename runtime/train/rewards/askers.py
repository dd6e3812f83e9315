"""Who grades: a provider's model through the judge's engine, or a model of this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ...judge.base import Call, Model, Outcome, Request
from ...judge.engine.budget import Budget
from ...judge.engine.journal import Journal
from ...judge.engine.key import cell_key, request_digest
from ...judge.engine.run import Settings, run_calls_sync
from ...judge.providers import Provider, open_provider
from ...judge.spec import ModelError, find_key, parse_model
from .base import RewardError

__all__ = ["Asker", "LocalAsker", "ProviderAsker", "Said"]

#: The arguments of the tool, or a text; ``None`` where there is no answer.
Said = Mapping[str, Any] | str | None


class Asker(Protocol):
    """Answers requests; ``structured`` if it answers with the tool that a request names."""

    structured: bool

    def ask(self, requests: Sequence[Request], attempt: int = 0) -> list[Said]:
        """Return an answer for each request; ``attempt`` counts askings anew of the same."""
        ...


class LocalAsker:
    """Asks a model of this process, such as the frozen initial policy.

    ``generate`` takes (system, user) pairs and returns the texts.
    """

    structured = False

    def __init__(self, generate: Callable[[Sequence[tuple[str, str]]], list[str]]) -> None:
        self._generate = generate

    def ask(self, requests: Sequence[Request], attempt: int = 0) -> list[Said]:
        """Generate an answer for each request; ``attempt`` makes no difference."""
        asked = [(request.system, request.messages[-1].text) for request in requests]
        return list(self._generate(asked)) if asked else []


class ProviderAsker:
    """Asks a provider's model, many requests at once, each once: replies are kept in a journal.

    Each process of a run has a journal of its own (``NAME.jsonl``, ``NAME-1.jsonl`` …), so that a
    resumed run does not pay twice.

    Args:
        model: the model as users write it (see :mod:`...judge.spec`).
        journal: the file of the journal, for the first process.
        concurrency: the most requests in flight.
        budget: the most that may be spent, in US dollars; ``None`` is without limit.
        opened: makes the provider of a model.

    Raises:
        RewardError: the model cannot be used; the message says why.
    """

    structured = True

    def __init__(
        self,
        model: str,
        journal: Path,
        *,
        concurrency: int = 16,
        budget: float | None = None,
        opened: Callable[[Model], Provider] = open_provider,
    ) -> None:
        try:
            self._model = parse_model(model)
            find_key(self._model)
        except ModelError as error:
            raise RewardError(error.text["en"], error.text["zh"]) from error
        rank = int(os.environ.get("RANK", "0") or 0)
        self._journal = journal.with_stem(f"{journal.stem}-{rank}") if rank else journal
        self._settings = Settings(concurrency=concurrency)
        self._budget = Budget(budget)
        self._opened = opened

    def ask(self, requests: Sequence[Request], attempt: int = 0) -> list[Said]:
        """Ask what the journal does not hold; trouble with a call gives ``None`` for it.

        Raises:
            KeyboardInterrupt: Ctrl-C, after the calls in flight ended in good order.
            RewardError: the provider rejects what it is asked (a wrong model, key or parameter),
                or the budget is spent: going on without grades would train nothing.
        """
        calls = [self._call(request, attempt) for request in requests]
        self._journal.parent.mkdir(parents=True, exist_ok=True)
        with Journal.open(self._journal) as journal:
            summary = run_calls_sync(
                calls,
                journal=journal,
                open_provider=self._opened,
                settings=self._settings,
                budget=self._budget,
            )
            if summary.interrupted:
                raise KeyboardInterrupt
            rows = [journal.reply(call.key) for call in calls]
        if summary.stopped == "budget":
            raise RewardError(
                f"the budget for {self._model.id} is spent; raise the reward's `budget`, and go on "
                "with --resume: what was graded is kept",
                f"{self._model.id} 的预算已用完；请提高该奖励的 `budget`，并用 --resume "
                "继续：已评分的内容会保留",
            )
        if calls and all(row and row.get("outcome") == Outcome.REJECTED for row in rows):
            why = str((rows[0] or {}).get("detail") or "rejected")
            raise RewardError(
                f"{self._model.id} rejects every request: {why}",
                f"{self._model.id} 拒绝了所有请求：{why}",
            )
        return [_said(row) for row in rows]

    def _call(self, request: Request, attempt: int) -> Call:
        parts = {"kind": "reward", "request": request_digest(request, self._model)}
        again: dict[str, Any] = {"attempt": attempt} if attempt else {}
        return Call(cell_key(**parts, **again), self._model, request, {"kind": "reward"})


def _said(row: Mapping[str, Any] | None) -> Said:
    if row is None or row.get("outcome") != Outcome.OK:
        return None
    data = row.get("data")
    return data if isinstance(data, Mapping) else str(row.get("text") or "")
