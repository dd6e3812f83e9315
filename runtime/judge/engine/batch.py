"""A run through a provider's batch interface: handed in at once, collected whenever, paid once.

What was handed in is in the journal before it is waited for. A run that is ended, by kill −9 too,
leaves its batches to the next one, which collects them instead of asking again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from ..base import Call, Model, Outcome, Reply, Request
from .attempts import NO_MONEY
from .budget import Budget, check_prices
from .journal import Journal
from .key import canonical
from .prices import Prices
from .progress import Meter, Progress, Summary
from .rows import VERSION, now, reply_row, start_row
from .selection import Settings, needed_calls

__all__ = ["BatchProvider", "run_batch", "run_batch_sync"]

_UNSYNCED = 256  # replies that share a sync at most
_LOOKS = 3  # looks in vain at one batch before its calls are asked anew
#: Trouble on our way to the batch: it says nothing of the calls in it.
_OUR_SIDE = frozenset({Outcome.TRANSPORT, Outcome.MALFORMED})


class BatchProvider(Protocol):
    """The two doors of ``providers.batch``."""

    def complete_batch(
        self,
        model: Model,
        requests: Mapping[str, Request],
        *,
        poll: float,
        on_submitted: Callable[[str, tuple[str, ...]], None],
    ) -> AsyncIterator[tuple[str, Reply]]:
        """Hand in requests and yield (key, reply)."""
        ...

    def resume_batch(
        self,
        model: Model,
        batch: str,
        requests: Mapping[str, Request],
        *,
        poll: float,
        on_submitted: Callable[[str, tuple[str, ...]], None],
    ) -> AsyncIterator[tuple[str, Reply]]:
        """Collect a batch that was handed in, and yield (key, reply)."""
        ...


async def run_batch(
    calls: Iterable[Call],
    *,
    journal: Journal,
    batches: BatchProvider,
    settings: Settings | None = None,
    prices: Prices | None = None,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    reuse: Mapping[str, Mapping[str, Any]] | None = None,
    poll: float = 60.0,
) -> Summary:
    """Do what :func:`.run.run_calls` does, through batches, which cost less and take longer.

    All calls are held in memory. Of ``settings``, what is about attempts and concurrency does not
    apply. A budget must cover the worst case of all calls of a batch, since they run together.

    Args:
        calls: what is asked; of calls with one key the first counts.
        journal: where replies go, and which batches are open.
        batches: the module ``providers.batch``, or one like it.
        settings: which replies are asked for again.
        prices: what models cost; the published prices if not given.
        budget: what may be spent.
        on_progress: told how far the run is.
        reuse: final rows of other journals by key, taken over instead of asking.
        poll: seconds between two looks at a batch.

    Raises:
        BudgetUnknown: a budget is set, and a model has no price.
        JournalError: the journal cannot be written.
        Exception: what ``batches`` raises: no key, no library, no batches at this provider.
    """
    run = _BatchRun(journal, batches, prices or Prices(), budget or Budget(None), poll)
    meter = Meter(on_progress, run.load)
    needed = needed_calls(calls, journal, settings or Settings(), reuse or {}, meter)
    return await run.go(list(needed), meter)


def run_batch_sync(calls: Iterable[Call], **arguments: Any) -> Summary:
    """Run :func:`run_batch` in an event loop of its own; takes the same arguments.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed a second time.
        Exception: what :func:`run_batch` raises.
    """
    return asyncio.run(run_batch(calls, **arguments))


class _BatchRun:
    """The batches of one run."""

    def __init__(
        self,
        journal: Journal,
        batches: BatchProvider,
        prices: Prices,
        budget: Budget,
        poll: float,
    ) -> None:
        self._journal = journal
        self._batches = batches
        self._prices = prices
        self._budget = budget
        self._poll = poll
        self._waiting: dict[str, float] = {}  # what is set aside per key
        self._batch_of: dict[str, str] = {}
        self._answered: set[str] = set()  # batches that gave an answer: they did end
        self._started = time.monotonic()

    def load(self) -> tuple[int, int]:
        """Return how many calls are in flight; in a batch, as many may be."""
        return len(self._waiting), len(self._waiting)

    async def go(self, calls: list[Call], meter: Meter) -> Summary:
        self._meter = meter
        meter.total = meter.kept + meter.reused + len(calls)
        if self._budget.limit is not None:
            check_prices((call.model for call in calls), self._prices)
        stopped = ""
        tasks: list[asyncio.Task[None]] = []
        try:
            for stream, asked in self._streams({call.key: call for call in calls}):
                tasks.append(asyncio.create_task(self._collect(stream, asked)))
            await asyncio.gather(*tasks)
        except asyncio.CancelledError:
            stopped = "interrupted"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for worst in self._waiting.values():  # they may be answered all the same
                self._budget.settle(worst, worst)
            meter.tell_now()
        if self._budget.closed:
            stopped = stopped or "budget"
        return meter.summary(stopped, {})

    def _streams(
        self, calls: dict[str, Call]
    ) -> Iterator[tuple[AsyncIterator[tuple[str, Reply]], dict[str, Call]]]:
        """Yield what is collected and what is handed in, each with its calls by key."""
        for batch, row in list(self._journal.batches.items()):
            asked = {key: calls.pop(key) for key in sorted(row.keys) if key in calls}
            if not asked:
                continue
            for key in asked:
                worst = self._journal.risk(key)
                self._budget.adopt(worst)
                self._waiting[key], self._batch_of[key] = worst, batch
            model = next(iter(asked.values())).model
            requests = {key: call.request for key, call in asked.items()}
            stream = self._batches.resume_batch(
                model, batch, requests, poll=self._poll, on_submitted=self._submitted(model)
            )
            yield stream, asked
        groups: dict[tuple[str, str], dict[str, Call]] = {}
        for call in calls.values():
            group = (call.model.id, canonical(call.model.params))
            groups.setdefault(group, {})[call.key] = call
        for group_calls in groups.values():
            asked = {key: call for key, call in group_calls.items() if self._begin(call)}
            if asked:
                yield self._hand_in(asked), asked

    def _begin(self, call: Call) -> bool:
        """Set money aside for a call, and note that it is sent; ``False``: there is not enough."""
        worst = self._prices.worst_case(call.request, call.model, batch=True)
        if not self._budget.take(worst or 0.0):
            self._journal.write(self._row(call, NO_MONEY, 0.0, attempts=0))
            self._meter.ended(Outcome.BUDGET, NO_MONEY.usage, 0.0, sent=False)
            return False
        self._journal.write(start_row(call.key, call.model.id, attempt=0, reserved=worst))
        self._waiting[call.key] = worst or 0.0
        return True

    def _hand_in(self, asked: Mapping[str, Call]) -> AsyncIterator[tuple[str, Reply]]:
        model = next(iter(asked.values())).model
        requests = {key: call.request for key, call in asked.items()}
        return self._batches.complete_batch(
            model, requests, poll=self._poll, on_submitted=self._submitted(model)
        )

    def _submitted(self, model: Model) -> Callable[[str, tuple[str, ...]], None]:
        """Return what notes a batch of a model, in place of an earlier one of the same calls."""

        def note(batch: str, keys: tuple[str, ...]) -> None:
            row = {"v": VERSION, "t": "batch", "id": batch, "model": model.id, "keys": list(keys)}
            self._journal.write({**row, "at": now()})
            self._batch_of.update(dict.fromkeys(keys, batch))

        return note

    async def _collect(
        self, stream: AsyncIterator[tuple[str, Reply]], asked: Mapping[str, Call]
    ) -> None:
        trouble: dict[str, Reply] = {}
        keeping: list[asyncio.Task[None]] = []
        async for key, reply in stream:
            if key not in asked or key not in self._waiting:
                continue
            if not reply.final:
                trouble[key] = reply
                continue
            self._answered.add(self._batch_of.get(key, ""))
            keeping.append(asyncio.create_task(self._keep(asked[key], reply)))
            if len(keeping) == _UNSYNCED:
                await asyncio.gather(*keeping)
                keeping.clear()
        await asyncio.gather(*keeping)
        for batch in sorted({self._batch_of.get(key, "") for key in trouble} - {""}):
            self._journal.write({"v": VERSION, "t": "batch-look", "id": batch})
        looks = {batch: row.looks for batch, row in self._journal.batches.items()}
        for key, reply in trouble.items():
            await self._keep(asked[key], reply, looks.get(self._batch_of.get(key, ""), 0))

    async def _keep(self, call: Call, reply: Reply, looks: int = 0) -> None:
        """Keep a reply. Trouble with a batch that may still hold an answer leaves it open."""
        batch, worst = self._batch_of.get(call.key, ""), self._waiting.pop(call.key)
        cost = self._prices.cost(reply.usage, call.model, batch=True)
        row = self._row(call, reply, cost, attempts=1)
        ended = batch in self._answered and reply.outcome not in _OUR_SIDE
        still_open = bool(batch) and not reply.final and not ended and looks < _LOOKS
        uncertain = 0.0
        if still_open or (not batch and reply.outcome in (Outcome.TRANSPORT, Outcome.TIMEOUT)):
            uncertain = worst  # it may have been handed in, and be paid
        if not still_open:
            row |= {"batch": batch, "uncertain": uncertain}
        await self._journal.append(row)
        if still_open:
            self._journal.write(start_row(call.key, call.model.id, attempt=1, reserved=worst))
        self._budget.settle(worst, (cost or 0.0) + uncertain)
        self._meter.ended(reply.outcome, reply.usage, cost, sent=True)

    def _row(
        self, call: Call, reply: Reply, cost: float | None, *, attempts: int
    ) -> dict[str, Any]:
        return reply_row(
            call.key,
            call.model.id,
            reply,
            at=now(),
            cost=cost,
            attempts=attempts,
            seconds=time.monotonic() - self._started,
            meta=call.meta,
        )
