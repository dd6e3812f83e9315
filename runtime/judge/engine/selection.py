"""Which of the calls of a run are asked, and which have their reply already."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..base import Call, Clocks, Outcome
from .journal import Journal
from .progress import Meter
from .rows import is_final

__all__ = ["Settings", "needed_calls"]


@dataclass(frozen=True)
class Settings:
    """How a run goes.

    ``concurrency`` is the most calls in flight per provider and address, ``max_attempts`` the most
    attempts per call. ``refresh`` says what is asked although the journal has a final reply:
    "none", "errors" (refusals and truncated answers), or "all"; ``again`` names further keys to
    ask again (cells that failed a check, say). With ``fail_fast`` no call is started any more once
    one ended in infrastructure trouble. ``seed`` makes the waits between attempts repeatable.
    """

    concurrency: int = 16
    max_attempts: int = 5
    clocks: Clocks = field(default_factory=Clocks)
    refresh: Literal["none", "errors", "all"] = "none"
    again: Container[str] = field(default=frozenset())
    fail_fast: bool = False
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.concurrency < 1 or self.max_attempts < 1:
            msg = "concurrency and max_attempts must be 1 or more"
            raise ValueError(msg)


def needed_calls(
    calls: Iterable[Call],
    journal: Journal,
    settings: Settings,
    reuse: Mapping[str, Mapping[str, Any]],
    meter: Meter,
) -> Iterator[Call]:
    """Yield the calls that must be asked, and count the rest.

    Replies in ``reuse`` are written to the journal instead of asking, at no cost.

    Raises:
        JournalError: the journal cannot be written.
    """
    seen: set[str] = set()
    for call in calls:
        key = call.key
        if key in seen:
            meter.merged += 1
            continue
        seen.add(key)
        if _is_kept(key, journal, settings):
            meter.kept += 1
            meter.tell()
        elif _is_reusable(reuse.get(key), key, settings):
            row = {**reuse[key], "reused": True, "cost": 0.0, "uncertain": 0.0}
            journal.write({**row, "t": "reply", "key": key, "meta": dict(call.meta)})
            meter.reused += 1
            meter.tell()
        else:
            yield call


def _is_kept(key: str, journal: Journal, settings: Settings) -> bool:
    if not journal.outcome_is_final(key) or key in settings.again:
        return False
    if settings.refresh == "none":
        return True
    row = journal.reply(key) if settings.refresh == "errors" else None
    return row is not None and row["outcome"] == Outcome.OK


def _is_reusable(row: Mapping[str, Any] | None, key: str, settings: Settings) -> bool:
    if row is None or settings.refresh != "none" or key in settings.again:
        return False
    return is_final(row)
