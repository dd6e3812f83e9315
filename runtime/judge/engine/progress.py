"""How far a run is: counted as calls end, told at most ten times a second."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..base import INFRASTRUCTURE, Outcome, Usage

__all__ = ["Meter", "Progress", "Summary"]

_EVERY = 0.1  # seconds
_WINDOW = 30.0  # seconds over which the rate is taken: concurrency changes during a run


@dataclass(frozen=True, slots=True)
class Progress:
    """A run at one moment.

    ``done`` of ``total`` calls have ended (``total`` is ``None`` where it is not known), ``ok`` of
    them with something that the model said, ``trouble`` without. ``cost`` is in US dollars, of
    this run; ``rate`` in calls per second; ``eta`` in seconds, ``None`` where it is not known.
    ``concurrency`` is how many calls may be in flight now.
    """

    done: int
    total: int | None
    ok: int
    trouble: int
    cost: float
    rate: float
    eta: float | None
    in_flight: int
    concurrency: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    ``asked`` calls were sent, ``kept`` had a final reply in the journal, ``reused`` came from
    elsewhere, ``merged`` were calls with the key of another. ``outcomes`` counts how the calls of
    this run ended, kept ones not among them; ``cost`` is in US dollars, ``unpriced`` counts replies
    of models without a price. ``stopped`` is why not everything was asked: "", "interrupted",
    "budget" or "fail-fast"; ``rejected`` maps models that were given up to the reason.
    """

    asked: int = 0
    kept: int = 0
    reused: int = 0
    merged: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0
    stopped: str = ""
    rejected: Mapping[str, str] = field(default_factory=dict)

    @property
    def interrupted(self) -> bool:
        """Whether the run was ended from outside."""
        return self.stopped == "interrupted"


class Meter:
    """Counts, and tells ``on_progress``."""

    def __init__(
        self, on_progress: Callable[[Progress], None] | None, load: Callable[[], tuple[int, int]]
    ) -> None:
        """``load`` gives how many calls are in flight, and how many may be."""
        self.total: int | None = None
        self.asked = self.kept = self.reused = self.merged = self.unpriced = 0
        self.outcomes: Counter[str] = Counter()
        self.usage = Usage()
        self.cost = 0.0
        self.started = time.monotonic()
        self._on_progress = on_progress
        self._load = load
        self._told_at = -_EVERY
        self._later: asyncio.TimerHandle | None = None
        self._recent: deque[tuple[float, int]] = deque()

    def ended(self, outcome: Outcome, usage: Usage, cost: float | None, *, sent: bool) -> None:
        """Count a call that has ended."""
        self.outcomes[outcome.value] += 1
        if sent:
            self.asked += 1
            self.usage += usage
            if cost is None:
                self.unpriced += 1
            else:
                self.cost += cost
        self.tell()

    def tell(self) -> None:
        """Tell how far the run is: now, or, if that was told a moment ago, a moment later."""
        if self._on_progress is None or self._later is not None:
            return
        wait = self._told_at + _EVERY - time.monotonic()
        if wait <= 0:
            self.tell_now()
        else:
            self._later = asyncio.get_running_loop().call_later(wait, self.tell_now)

    def tell_now(self) -> None:
        """Tell how far the run is."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._on_progress is not None:
            self._told_at = time.monotonic()
            self._on_progress(self._progress(self._told_at))

    def _progress(self, now: float) -> Progress:
        self._recent.append((now, self.asked))
        while len(self._recent) > 2 and now - self._recent[0][0] > _WINDOW:
            self._recent.popleft()
        then, before = self._recent[0]
        if then == now:
            then, before = self.started, 0
        rate = (self.asked - before) / (now - then) if now > then else 0.0
        trouble = sum(self.outcomes[outcome.value] for outcome in INFRASTRUCTURE)
        done = self.kept + self.reused + sum(self.outcomes.values())
        eta = None
        if self.total is not None and rate > 0:
            eta = max(0, self.total - done) / rate
        in_flight, concurrency = self._load()
        return Progress(
            done=done,
            total=self.total,
            ok=done - trouble,
            trouble=trouble,
            cost=self.cost,
            rate=rate,
            eta=eta,
            in_flight=in_flight,
            concurrency=concurrency,
        )

    def summary(self, stopped: str, rejected: Mapping[str, str]) -> Summary:
        """Return what the run did."""
        return Summary(
            asked=self.asked,
            kept=self.kept,
            reused=self.reused,
            merged=self.merged,
            outcomes=dict(self.outcomes),
            usage=self.usage,
            cost=self.cost,
            unpriced=self.unpriced,
            seconds=time.monotonic() - self.started,
            stopped=stopped,
            rejected=dict(rejected),
        )
