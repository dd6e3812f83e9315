"""How many calls a provider gets at once: as many as it takes without complaint.

Additive increase, multiplicative decrease, with a slow start until the first complaint, as TCP
does it (RFC 5681, section 3.1): one complaint halves the limit however many calls in flight meet
with it, since they all saw the same congestion.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Limiter"]

_START = 4


class Limiter:
    """The slots of one provider at one address. Times are in seconds of the running loop's clock.

    ``limit`` is how many calls may be in flight now, from 1 to ``maximum``.
    """

    def __init__(self, maximum: int, start: int = _START) -> None:
        self.maximum = maximum
        self.limit = max(1, min(start, maximum))
        self.in_flight = 0
        self._slow_start = True
        self._successes = 0  # since the limit last changed
        self._era = 0  # counts decreases: a call that began in an earlier era does not count again
        self._resume_at = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def pause_left(self) -> float:
        """Return how long the provider still wants to be left alone, in seconds."""
        return max(0.0, self._resume_at - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def slot(self, patience: float | None = None) -> AsyncIterator[int | None]:
        """Wait for a slot and for the end of a pause, and hold the slot.

        Gives the era to hand to :meth:`succeeded` or :meth:`complained`; ``None`` where the pause
        that is left is longer than ``patience`` (seconds): then nothing was waited for.
        """
        await self._take()
        try:
            while (left := self.pause_left()) > 0:  # it can grow while we sleep
                if patience is not None and left > patience:
                    yield None
                    return
                await asyncio.sleep(left)
            yield self._era
        finally:
            self.in_flight -= 1
            self._wake()

    async def _take(self) -> None:
        if self.in_flight < self.limit and not self._waiting:
            self.in_flight += 1
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # the slot was ours already
                self.in_flight -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self.in_flight < self.limit:
            waiting = self._waiting.popleft()
            if not waiting.done():
                self.in_flight += 1
                waiting.set_result(None)

    def succeeded(self, era: int) -> None:
        """Note a call that the provider took: the limit grows by one per window of them."""
        if era != self._era or self.limit >= self.maximum:
            return
        self._successes += 1
        if self._slow_start or self._successes >= self.limit:
            self.limit += 1
            self._successes = 0
            self._wake()

    def complained(self, era: int, retry_after: float | None = None) -> None:
        """Note a rate limit or an overload: the limit is halved, and all wait if asked to.

        ``retry_after`` is in seconds.
        """
        if retry_after is not None and retry_after > 0:
            now = asyncio.get_running_loop().time()
            self._resume_at = max(self._resume_at, now + retry_after)
        if era == self._era:
            self._era += 1
            self._slow_start = False
            self._successes = 0
            self.limit = max(1, self.limit // 2)
