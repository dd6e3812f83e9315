"""What a run means for whoever waits for it: one word, and an exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from .results import Comparison, Run

__all__ = ["Status", "gated", "status_of", "uncleared"]


class Status(IntEnum):
    """Exit statuses of the evaluation commands (2 is wrong use of the command line)."""

    FINE = 0
    REGRESSED = 1
    INVALID = 3
    UNDERPOWERED = 4
    BUDGET = 5


_OF_VERDICT = {
    "regressed": Status.REGRESSED,
    "invalid": Status.INVALID,
    "underpowered": Status.UNDERPOWERED,
}


def gated(run: Run) -> tuple[Comparison, ...]:
    """Return the comparisons that the gate looks at."""
    return tuple(one for one in run.comparisons if one.gated)


def status_of(
    comparisons: Sequence[Comparison],
    *,
    over_budget: bool = False,
    allow_underpowered: bool = False,
) -> Status:
    """Return the status of some comparisons: the first that applies of these.

    Something regressed; the budget ended the run; too much is missing; too few cases to tell
    (unless that is allowed); fine. A regression that was shown stands, whatever else is unknown.
    """
    found = {_OF_VERDICT.get(one.verdict, Status.FINE) for one in comparisons}
    if allow_underpowered:
        found.discard(Status.UNDERPOWERED)
    if over_budget:
        found.add(Status.BUDGET)
    for status in (Status.REGRESSED, Status.BUDGET, Status.INVALID, Status.UNDERPOWERED):
        if status in found:
            return status
    return Status.FINE


def uncleared(run: Run, cleared: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the judges of a run that no calibration has cleared.

    ``cleared`` is what ``judges.json`` says now; what it does not name is as it was at the run.
    """
    return tuple(
        judge.id for judge in run.judges if not cleared.get(judge.id, judge.may_gate is True)
    )
