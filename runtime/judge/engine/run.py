"""A run: every call asked once, its reply kept before anything is made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..base import INFRASTRUCTURE, Call, Model, Outcome, Reply
from ..providers.base import Provider
from .attempts import Answer
from .budget import Budget, check_prices
from .journal import Journal
from .lanes import Lane, Lanes, Member
from .prices import Prices
from .progress import Meter, Progress, Summary
from .rows import now, reply_row, start_row
from .selection import Settings, needed_calls

__all__ = ["Settings", "run_calls", "run_calls_sync"]

_WAKES = 0.2  # seconds between looks for a signal
_UNSYNCED = 256  # replies that wait for the disk: more are not asked for until it has caught up


async def run_calls(
    calls: Iterable[Call],
    *,
    journal: Journal,
    open_provider: Callable[[Model], Provider],
    settings: Settings | None = None,
    prices: Prices | None = None,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    reuse: Mapping[str, Mapping[str, Any]] | None = None,
) -> Summary:
    """Ask what the journal does not hold yet; the replies are then in the journal.

    ``calls`` may be lazy and long: few are looked at ahead. A cancelled run (Ctrl-C) cancels the
    calls in flight, closes the providers and returns a summary that says "interrupted"; what it had
    got is in the journal, and the next run goes on from there.

    Args:
        calls: what is asked; of calls with one key the first counts.
        journal: where replies go, and are looked up.
        open_provider: makes the provider of a model that must be asked, when its first call is
            seen; with a list of calls, before anything is sent.
        settings: how the run goes.
        prices: what models cost; the published prices if not given.
        budget: what may be spent; give one budget to all runs that share it.
        on_progress: told how far the run is, at most ten times a second.
        reuse: final rows of other journals by key, taken over instead of asking.

    Raises:
        BudgetUnknown: a budget is set, and a model has no price.
        BatchesOpen: a call is in a batch that was handed in and not collected; with a list of
            calls, before anything is sent. See :meth:`.journal.Journal.batch_of`.
        JournalFull: the disk took no more rows; all before are kept.
        JournalError: the journal cannot be written.
        Exception: whatever a provider raised: that is a defect of the provider.
    """
    run = _Run(
        calls,
        journal=journal,
        open_provider=open_provider,
        settings=settings or Settings(),
        prices=prices or Prices(),
        budget=budget or Budget(None),
        on_progress=on_progress,
        reuse=reuse or {},
    )
    return await run.go()


def run_calls_sync(calls: Iterable[Call], **arguments: Any) -> Summary:
    """Run :func:`run_calls` in an event loop of its own; takes the same arguments.

    The first Ctrl-C ends the run in good order, with a summary; a second one does so at once.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed a second time.
        RuntimeError: there is a running event loop already; await ``run_calls`` there.
        Exception: what :func:`run_calls` raises.
    """
    return asyncio.run(_listening(run_calls(calls, **arguments)))


async def _listening(run: Coroutine[Any, Any, Summary]) -> Summary:
    """Await a run in a loop that wakes often enough to hear of Ctrl-C.

    The system may hand the signal to any thread of the process; Python then acts on it in the main
    thread, but only when that wakes, which in a loop with nothing to do may be minutes later.
    """

    async def wake() -> None:
        while True:
            await asyncio.sleep(_WAKES)

    pulse = asyncio.create_task(wake())
    try:
        return await run
    finally:
        pulse.cancel()


class _Run:
    """One run: its calls, its tasks, and why it stopped."""

    def __init__(
        self,
        calls: Iterable[Call],
        *,
        journal: Journal,
        open_provider: Callable[[Model], Provider],
        settings: Settings,
        prices: Prices,
        budget: Budget,
        on_progress: Callable[[Progress], None] | None,
        reuse: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._settings = settings
        self._prices = prices
        self._budget = budget
        self._lanes = Lanes(
            open_provider,
            concurrency=settings.concurrency,
            purse=budget,
            clocks=settings.clocks,
            max_attempts=settings.max_attempts,
            seed=settings.seed,
        )
        self._meter = Meter(on_progress, self._lanes.load)
        self._needed = needed_calls(calls, journal, settings, reuse, self._meter)
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[None]] = set()  # the rest only waits for the disk
        self._changed = asyncio.Event()
        self._broken: BaseException | None = None
        self._stopped = ""

    async def go(self) -> Summary:
        try:
            self._prepare()
            await self._ask_all()
        except asyncio.CancelledError:
            self._stopped = "interrupted"
        finally:
            await self._end()
            self._meter.tell_now()
        if self._broken is not None:
            raise self._broken
        if self._budget.closed:
            self._stopped = self._stopped or "budget"
        return self._meter.summary(self._stopped, self._lanes.rejected())

    def _prepare(self) -> None:
        if not isinstance(self._calls, Sequence):
            return
        needed = list(self._needed)
        self._needed = iter(needed)
        self._meter.total = self._meter.kept + self._meter.reused + len(needed)
        models = {id(call.model): call.model for call in needed}
        self._check(needed)
        self._lanes.prepare(models.values())

    def _check(self, calls: Sequence[Call]) -> None:
        if self._budget.limit is not None:
            check_prices((call.model for call in calls), self._prices)
        if self._journal.batches:
            self._journal.check_batches(call.key for call in calls)

    async def _ask_all(self) -> None:
        stream = self._priced()
        more = True
        while True:
            self._changed.clear()
            if self._broken is not None or (self._stopped and not self._tasks):
                return
            if not self._stopped:
                more = more and self._lanes.fill(stream)
                self._start()
            if not self._tasks and (self._stopped or not more):
                return
            if self._tasks:
                await self._changed.wait()

    def _priced(self) -> Iterator[Call]:
        for call in self._needed:
            self._check([call])
            yield call

    def _start(self) -> None:
        """Start as many calls as the providers take; the rest waits."""
        for lane in self._lanes:
            while lane.busy < lane.asker.limiter.limit and len(self._tasks) < self._room():
                found = self._lanes.take(lane)
                if found is None:
                    break
                member, call = found
                if why := member.breaker.open_because:
                    self._not_asked(call, Reply(Outcome.REJECTED, detail=f"not asked: {why}"))
                    continue
                lane.busy += 1
                task = asyncio.create_task(self._one(lane, member, call))
                self._tasks.add(task)
                self._asking.add(task)
                task.add_done_callback(self._done)

    def _room(self) -> int:
        return _UNSYNCED + sum(lane.busy for lane in self._lanes)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._asking.discard(task)  # one that was cancelled before its first step
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = self._broken or error
        self._changed.set()

    async def _one(self, lane: Lane, member: Member, call: Call) -> None:
        model, journal = call.model, self._journal
        worst = self._prices.worst_case(call.request, model)

        def begin(attempts: int, before: float) -> None:
            reserved = None if worst is None else before + worst
            journal.write(start_row(call.key, model.id, attempt=attempts, reserved=reserved))

        try:
            answer = await lane.asker.ask(
                member.provider,
                call.request,
                worst=worst or 0.0,
                price=lambda usage: self._prices.cost(usage, model) or 0.0,
                begin=begin,
            )
        except Exception as error:  # told before the next call is started
            self._broken = self._broken or error
            raise
        finally:
            lane.busy -= 1
            self._asking.difference_update([asyncio.current_task()])
            self._changed.set()
        if answer.attempts:
            member.breaker.note(answer.reply)
        if self._settings.fail_fast and answer.reply.outcome in INFRASTRUCTURE:
            self._stopped = self._stopped or "fail-fast"
        await self._keep(call, answer)

    async def _keep(self, call: Call, answer: Answer) -> None:
        reply = answer.reply
        if not answer.attempts:
            self._not_asked(call, reply)
            return
        cost = None if self._prices.of(call.model) is None else answer.cost
        row = reply_row(
            call.key,
            call.model.id,
            reply,
            at=now(),
            cost=cost,
            attempts=answer.attempts,
            seconds=answer.seconds,
            meta=call.meta,
        )
        if answer.uncertain:
            row["uncertain"] = answer.uncertain
        await self._journal.append(row)
        self._meter.ended(reply.outcome, reply.usage, cost, sent=True)

    def _not_asked(self, call: Call, reply: Reply) -> None:
        row = reply_row(
            call.key,
            call.model.id,
            reply,
            at=now(),
            cost=0.0,
            attempts=0,
            seconds=0.0,
            meta=call.meta,
        )
        self._journal.write(row)
        self._meter.ended(reply.outcome, reply.usage, 0.0, sent=False)

    async def _end(self) -> None:
        for task in self._asking:
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._lanes.aclose()
