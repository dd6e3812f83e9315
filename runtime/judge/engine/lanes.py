"""Who is asked next: every provider at its own pace, its models in turn."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from ..base import Call, Clocks, Model
from ..providers.base import Provider
from .attempts import Asker, Purse
from .breaker import Breaker
from .key import canonical
from .limiter import Limiter

__all__ = ["Lane", "Lanes", "Member"]

_AHEAD = 1024  # calls looked at ahead, so that one provider's long queue does not hide another's


class Member:
    """A model in a run: its provider, its breaker, its calls that wait."""

    def __init__(self, model: Model, provider: Provider) -> None:
        self.model = model
        self.provider = provider
        self.breaker = Breaker()
        self.waiting: deque[Call] = deque()


class Lane:
    """A provider at an address: its models share one limit. ``busy`` counts calls being asked."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.busy = 0
        self._members: deque[Member] = deque()

    def add(self, member: Member) -> None:
        """Let a model take its turns in this lane."""
        self._members.append(member)

    def next(self) -> tuple[Member, Call] | None:
        """Return the next call, from the models in turn; ``None``: none waits."""
        for _ in range(len(self._members)):
            member = self._members[0]
            self._members.rotate(-1)
            if member.waiting:
                return member, member.waiting.popleft()
        return None


class Lanes:
    """All lanes of a run, fed from one stream of calls."""

    def __init__(
        self,
        open_provider: Callable[[Model], Provider],
        *,
        concurrency: int,
        purse: Purse,
        clocks: Clocks,
        max_attempts: int,
        seed: int | None,
    ) -> None:
        self._open_provider = open_provider
        self._concurrency = concurrency
        self._purse = purse
        self._clocks = clocks
        self._max_attempts = max_attempts
        self._random = random.Random(seed)
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._members: dict[tuple[str, str], Member] = {}
        self._waiting = 0

    def __iter__(self) -> Iterator[Lane]:
        return iter(list(self._lanes.values()))

    def member(self, model: Model) -> Member:
        """Return what belongs to a model; its provider is opened when it is first seen."""
        name = (model.id, canonical(model.params) if model.params else "")
        member = self._members.get(name)
        if member is None:
            member = self._members[name] = Member(model, self._open_provider(model))
            address = (model.provider, model.base_url)
            if address not in self._lanes:
                limiter = Limiter(self._concurrency)
                self._lanes[address] = Lane(
                    Asker(limiter, self._purse, self._clocks, self._max_attempts, self._random)
                )
            self._lanes[address].add(member)
        return member

    def prepare(self, models: Iterable[Model]) -> None:
        """Open the providers of these models now, so that a missing key or library shows early."""
        for model in models:
            self.member(model)

    def fill(self, calls: Iterator[Call]) -> bool:
        """Take calls from the stream until enough wait; ``False``: the stream has ended."""
        while self._waiting < _AHEAD:
            call = next(calls, None)
            if call is None:
                return False
            self.member(call.model).waiting.append(call)
            self._waiting += 1
        return True

    def take(self, lane: Lane) -> tuple[Member, Call] | None:
        """Return the next call of a lane, if any waits."""
        found = lane.next()
        if found is not None:
            self._waiting -= 1
        return found

    def load(self) -> tuple[int, int]:
        """Return how many calls are in flight, and how many may be."""
        limiters = [lane.asker.limiter for lane in self]
        return sum(one.in_flight for one in limiters), sum(one.limit for one in limiters)

    def rejected(self) -> dict[str, str]:
        """Return the models that were given up, with the reason."""
        members = self._members.values()
        return {one.model.id: why for one in members if (why := one.breaker.open_because)}

    async def aclose(self) -> None:
        """Close all providers, each one whatever the others do.

        Raises:
            Exception: what the first that failed raised.
        """
        closing = (member.provider.aclose() for member in self._members.values())
        for result in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
