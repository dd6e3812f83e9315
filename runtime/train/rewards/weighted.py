"""Several rewards as one: their weighted sum, or no reward where one could not grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .base import Grade, Reward, Sample

__all__ = ["Verdict", "WeightedSum"]


@dataclass(frozen=True)
class Verdict:
    """The sum, ``None`` for a sample that is left out, and what each reward said, by name."""

    value: float | None
    grades: Mapping[str, Grade]


class WeightedSum:
    """A sum of rewards, each times its weight.

    A reward that does not apply to a row is left out of the row's sum; where none applies, or one
    of weight other than 0 could not grade, the sample has no value: what is missing is not 0. A
    reward of weight 0 is only watched.
    """

    def __init__(self, parts: Sequence[tuple[Reward, float]]) -> None:
        counts: dict[str, int] = {}
        self.parts: list[tuple[str, Reward, float]] = []
        for reward, weight in parts:
            counts[reward.name] = counts.get(reward.name, 0) + 1
            again = f"-{counts[reward.name]}" if counts[reward.name] > 1 else ""
            self.parts.append((reward.name + again, reward, weight))

    def grade(self, samples: Sequence[Sample]) -> list[Verdict]:
        """Grade samples by all rewards."""
        columns = {name: reward.grade(samples) for name, reward, _ in self.parts}
        return [
            self._verdict({name: grades[at] for name, grades in columns.items()})
            for at in range(len(samples))
        ]

    def _verdict(self, grades: Mapping[str, Grade]) -> Verdict:
        total, counted = 0.0, False
        for name, _, weight in self.parts:
            grade = grades[name]
            if not weight or not grade.applies:
                continue
            if grade.value is None:
                return Verdict(None, grades)
            total, counted = total + weight * grade.value, True
        return Verdict(total if counted else None, grades)
