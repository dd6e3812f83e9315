"""One step's rewards: what a trainer of TRL calls, and everything that is measured on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from .base import ItemFinding, Sample, text_of
from .held_out import HeldOut
from .rubric.rates import ItemRates
from .weighted import Verdict, WeightedSum

__all__ = ["StepReward"]

#: Items that have a metric each; of larger collections only shares are logged.
_MOST_ITEMS = 40
_OWN = frozenset({"trainer_state", "log_extra", "log_metric", "environments"})
Record = Callable[[int, str, str, dict[str, Any]], None]


class StepReward:
    """A reward function of TRL (its documentation: "Using a custom reward function").

    It is one function, the weighted sum, so that a sample which one reward could not grade is
    ``None`` altogether: TRL leaves such a sample out of its group's mean and gives it no advantage,
    while of several functions it would take the missing one for 0.

    Args:
        rewards: what an answer is worth.
        held_out: the judge that is only watched.
        record: is given (step, prompt, completion, figures) of the best and the worst completion.
    """

    __name__ = "weighted_sum"  # what TRL calls its metric

    def __init__(
        self,
        rewards: WeightedSum,
        *,
        held_out: HeldOut | None = None,
        record: Record | None = None,
    ) -> None:
        self._rewards = rewards
        self._held_out = held_out
        self._record = record
        self.rates = ItemRates()

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]] | None = None,
        *,
        trainer_state: Any = None,
        log_metric: Callable[[str, float], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return the reward of each completion, ``None`` where it could not be graded."""
        samples = [
            Sample(
                text_of(prompt),
                text_of(completion),
                {key: values[at] for key, values in columns.items() if key not in _OWN},
                None if completion_ids is None else len(completion_ids[at]),
            )
            for at, (prompt, completion) in enumerate(zip(prompts, completions, strict=True))
        ]
        verdicts = self._rewards.grade(samples)
        step = getattr(trainer_state, "global_step", 0) + 1
        if log_metric is not None:
            self._log(verdicts, log_metric)
            if self._held_out is not None:
                mark = self._held_out.look(step, samples)
                if mark is not None:
                    log_metric("judge/held_out", mark)
        if self._record is not None:
            self._keep(step, samples, verdicts, self._record)
        return [verdict.value for verdict in verdicts]

    def _log(self, verdicts: Sequence[Verdict], log_metric: Callable[[str, float], None]) -> None:
        for name, _, _ in self._rewards.parts:
            values = [one.grades[name].value for one in verdicts]
            known = [value for value in values if value is not None]
            if known:
                log_metric(f"rewards/{name}", fmean(known))
        log_metric("masked", sum(one.value is None for one in verdicts) / len(verdicts))
        found = [item for one in verdicts for grade in one.grades.values() for item in grade.items]
        self.rates.add(found)
        if len(self.rates.records) <= _MOST_ITEMS:
            for key, rate in _rates(found).items():
                log_metric(f"items/{key}", rate)
        elif found:
            log_metric("items_passed", fmean(item.passed for item in found))

    @staticmethod
    def _keep(
        step: int, samples: Sequence[Sample], verdicts: Sequence[Verdict], record: Record
    ) -> None:
        graded = [at for at, one in enumerate(verdicts) if one.value is not None]
        graded.sort(key=lambda at: verdicts[at].value or 0.0)
        for at in dict.fromkeys((*graded[:1], *graded[-1:])):
            verdict, sample = verdicts[at], samples[at]
            figures: dict[str, Any] = {"reward": verdict.value, "length": sample.tokens}
            figures["rewards"] = {name: grade.value for name, grade in verdict.grades.items()}
            record(step, sample.prompt, sample.completion, figures)


def _rates(found: Sequence[ItemFinding]) -> dict[str, float]:
    passed: dict[str, list[bool]] = {}
    for item in found:
        passed.setdefault(item.key, []).append(item.passed)
    return {key: fmean(values) for key, values in passed.items()}
