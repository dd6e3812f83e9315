"""One call asked until it is answered, or until asking again makes no sense."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..base import Clocks, Outcome, Reply, Request, Usage
from ..providers.base import Provider
from .limiter import Limiter

__all__ = ["NO_MONEY", "Answer", "Asker", "Purse"]

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds
_GRACE = 5.0  # seconds after which a provider that overlooks its own clock is stopped
_MALFORMED_ATTEMPTS = 3
_AGAIN = frozenset(
    {
        Outcome.RATE_LIMITED,
        Outcome.TIMEOUT,
        Outcome.SERVER,
        Outcome.TRANSPORT,
        Outcome.MALFORMED,
    }
)
NO_MONEY = Reply(Outcome.BUDGET, detail="not asked: it could have cost more than is left")


class Purse(Protocol):
    """Where the money of an attempt comes from; see :class:`.budget.Budget`."""

    async def reserve(self, worst: float) -> bool:
        """Set money aside (US dollars); ``False``: there is not enough left."""
        ...

    def settle(self, worst: float, actual: float) -> None:
        """Give back what was set aside, less what was spent."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended after ``attempts`` attempts and ``seconds`` seconds.

    The reply's usage is that of all attempts. ``cost`` is what they cost by what the provider told
    of each, ``uncertain`` what it may have billed beyond that; both in US dollars.
    """

    reply: Reply
    attempts: int
    seconds: float
    cost: float
    uncertain: float


@dataclass(frozen=True)
class Asker:
    """Asks requests of one lane; holds what its calls have in common."""

    limiter: Limiter
    purse: Purse
    clocks: Clocks
    max_attempts: int
    random: random.Random

    async def ask(
        self,
        provider: Provider,
        request: Request,
        *,
        worst: float,
        price: Callable[[Usage], float],
        begin: Callable[[int, float], None],
    ) -> Answer:
        """Ask until there is an answer, the attempts are used up, or the total clock has run out.

        The total clock starts with the first attempt: waiting for its turn is no fault of the call.
        ``begin`` is called right before each attempt, with the number of attempts before it, and
        what those may have cost.

        Args:
            provider: who is asked; an exception out of it is a defect, and passes through.
            request: what is asked.
            worst: the most that one attempt can cost, in US dollars.
            price: turns the usage of one attempt into US dollars, 0 where that is not known; a
                long prompt has its own price, so that the sum of all attempts has none.
            begin: told before each attempt.
        """
        loop = asyncio.get_running_loop()
        started: float | None = None
        last = NO_MONEY
        used = Usage()
        paid = uncertain = 0.0
        attempts = malformed = 0
        while True:
            elapsed = loop.time() - started if started is not None else 0.0
            async with self.limiter.slot(self.clocks.total - elapsed) as era:
                if era is None:
                    last = self._gave_up(last, attempts, "the pause it asked for is too long")
                    break
                if not await self.purse.reserve(worst):
                    if attempts:
                        last = self._gave_up(last, attempts, "no money is left for another attempt")
                    break
                if started is None:
                    started = loop.time()
                left = self.clocks.total - (loop.time() - started)
                if left <= 0:
                    self.purse.settle(worst, 0.0)
                    last = self._gave_up(last, attempts, "the total time is used up")
                    break
                cost = worst  # what stays set aside if the attempt is cut off
                try:
                    begin(attempts, paid + uncertain)
                    last = await self._attempt(provider, request, left)
                    told = price(last.usage)
                    cost = max(worst, told) if _may_cost_more(last) else told
                finally:
                    self.purse.settle(worst, cost)
                attempts += 1
                paid += told
                uncertain += cost - told
                used += last.usage
                self._tell(era, last)
            malformed += last.outcome is Outcome.MALFORMED
            if not (last.outcome in _AGAIN or last.cut) or malformed >= _MALFORMED_ATTEMPTS:
                break
            if attempts >= self.max_attempts:
                break
            wait = self._backoff(attempts)
            if loop.time() + wait - started >= self.clocks.total:
                last = self._gave_up(last, attempts, "the total time is used up")
                break
            await asyncio.sleep(wait)
        seconds = loop.time() - started if started is not None else 0.0
        return Answer(replace(last, usage=used), attempts, seconds, paid, uncertain)

    async def _attempt(self, provider: Provider, request: Request, left: float) -> Reply:
        clocks = replace(self.clocks, attempt=min(self.clocks.attempt, left))
        try:
            async with asyncio.timeout(clocks.attempt + _GRACE) as backstop:
                return await provider.complete(request, clocks)
        except TimeoutError:
            if not backstop.expired():
                raise
            return Reply(Outcome.TIMEOUT, detail=f"no reply within {clocks.attempt:g} s (attempt)")

    def _tell(self, era: int, reply: Reply) -> None:
        overloaded = reply.outcome is Outcome.RATE_LIMITED or (
            reply.outcome is Outcome.SERVER
            and (reply.status in (503, 529) or reply.retry_after is not None)
        )
        if overloaded:
            self.limiter.complained(era, reply.retry_after)
        elif reply.final:
            self.limiter.succeeded(era)

    def _backoff(self, attempts: int) -> float:
        """Return the wait before the next attempt, in seconds: exponential, with full jitter.

        Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
        """
        ceiling = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempts - 1))
        return self.random.uniform(0.0, ceiling)

    @staticmethod
    def _gave_up(last: Reply, attempts: int, why: str) -> Reply:
        if not attempts:
            return Reply(Outcome.RATE_LIMITED, detail=f"not asked: {why}")
        return replace(last, detail=f"{last.detail}; not asked again: {why}".lstrip("; "))


def _may_cost_more(reply: Reply) -> bool:
    """Whether the provider may have billed more than it told: it tells all only with the end."""
    if reply.outcome is Outcome.TRANSPORT:
        return bool(reply.status)  # there was a connection, and an answer on its way
    if reply.outcome in (Outcome.TIMEOUT, Outcome.MALFORMED, Outcome.TRUNCATED):
        return not reply.stop_reason or reply.usage == Usage()
    return False
