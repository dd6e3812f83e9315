"""The prompts that a run was asked again and again: each with its first and its last answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Asked", "asked"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """Rows of ``samples.jsonl`` (see :mod:`..sampling`) of one prompt, at two steps.

    ``first`` and ``last`` are one row where there was one step only. A reward model has no answers:
    "completion" is the chosen one of its data, and "reward" and "rejected_reward" are its scores.
    """

    first: Row
    last: Row

    @property
    def changed(self) -> bool:
        """Whether there are two steps to compare."""
        return self.first is not self.last

    @property
    def scored(self) -> bool:
        """Whether the model gave scores, and said nothing."""
        return "rejected_reward" in self.last


def asked(samples: Iterable[Row]) -> tuple[Asked, ...]:
    """Sort the rows of a run by their prompts, in the order in which they were asked first.

    Left out are answers of policy gradients, whose prompts differ from step to step, and rows that
    are damaged. Rows with one prompt but other references are different prompts.
    """
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in samples:
        if not (isinstance(row.get("held_out"), bool) and _numbered(row)):
            continue
        texts = (row.get("prompt"), row.get("completion"))
        if not all(isinstance(one, str) for one in texts):
            continue
        given = row["completion"] if "rejected_reward" in row else row.get("reference")
        key = (str(row["prompt"]), str(given), str(row.get("rejected")))
        found.setdefault(key, []).append(row)
    pairs = []
    for rows in found.values():
        ordered = sorted(rows, key=lambda row: float(row["step"]))
        pairs.append(Asked(ordered[0], ordered[-1]))
    return tuple(pairs)


def _numbered(row: Row) -> bool:
    return isinstance(row.get("step"), int) and not isinstance(row["step"], bool)
