"""The money of a run: set aside before each attempt, so that it can never be exceeded."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterable

from ..base import Model
from .prices import Prices

__all__ = ["Budget", "BudgetUnknown", "check_prices"]

_ROUNDING = 1e-9  # US dollars: what adding many small floats may be off by


class BudgetUnknown(ValueError):
    """A budget is set, but what a model costs is not known."""


def check_prices(models: Iterable[Model], prices: Prices) -> None:
    """See that every model has a price, before anything is sent.

    Raises:
        BudgetUnknown: a model has none; the message says how to add it.
    """
    for model in models:
        if prices.of(model) is None:
            msg = (
                f"a budget is set, but the price of {model.id} is not known: add it to a prices "
                f'file, as {{"{model.id}": {{"input": 3.0, "output": 15.0}}}} '
                "(US dollars per million tokens), or run without a budget"
            )
            raise BudgetUnknown(msg)


class Budget:
    """What may be spent, what is set aside, and what is spent; all in US dollars.

    The first attempt that could exceed the limit closes the budget: cheaper calls that would
    still fit are not made either, or else the cheap cells would be overrepresented in the results.
    """

    def __init__(self, limit: float | None, spent: float = 0.0) -> None:
        """Start with ``spent`` already used up, by earlier runs into the same journal.

        Raises:
            ValueError: the limit is negative or no number.
        """
        if limit is not None and not (math.isfinite(limit) and limit >= 0):
            msg = f"a budget must be a number of US dollars, 0 or more; not {limit!r}"
            raise ValueError(msg)
        self.limit = limit
        self.spent = spent
        self.reserved = 0.0
        self.closed = False
        self._held = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def _fits(self, worst: float) -> bool:
        return self.limit is None or (self.spent + self.reserved + worst <= self.limit + _ROUNDING)

    async def reserve(self, worst: float) -> bool:
        """Set aside what an attempt can cost at most; ``False``: the budget does not reach.

        Attempts in flight have more set aside than they will cost: while there are some, waits for
        what they give back.
        """
        while not self.closed and not self._fits(worst) and self._held:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        taken = self.take(worst)
        if not taken:
            self._wake()
        return taken

    def take(self, worst: float) -> bool:
        """Set aside as :meth:`reserve` does, but never wait; for many calls that go out as one."""
        if self.closed or not self._fits(worst):
            self.closed = True
            return False
        self.reserved += worst
        self._held += 1
        return True

    def adopt(self, worst: float) -> None:
        """Set aside what was counted as spent: a call of an earlier run that is still answered."""
        self.spent = max(0.0, self.spent - worst)
        self.reserved += worst
        self._held += 1

    def settle(self, worst: float, actual: float) -> None:
        """Give back what was set aside for an attempt, and note what it did cost."""
        self._held -= 1
        self.reserved = self.reserved - worst if self._held else 0.0
        self.spent += actual
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
