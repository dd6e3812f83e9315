"""A judge whose opinion is not trained on, asked now and then about the same completions."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from .askers import Asker
from .base import Sample
from .rubric.asking import language_of
from .rubric.reward import RubricReward

__all__ = ["GENERAL", "HeldOut"]

#: What any answer should do, for rows without a rubric of their own.
GENERAL = {
    "en": (
        "Answers what was asked, all of it.",
        "States nothing false, and claims no more than it shows.",
        "Is of use to whoever asked, as it stands.",
        "Is as long as the task needs: neither cut short nor padded or repeated.",
    ),
    "zh": (
        "回答了所问的问题，没有遗漏。",
        "没有错误的说法，结论不超出其依据。",
        "对提问者直接有用。",
        "篇幅与任务相称：既不残缺，也不注水或重复。",
    ),
}
_MOST = 16  # completions that are looked at each time


class HeldOut:
    """Grades some of a step's completions every ``every`` steps, by their rubric or a general one.

    Its marks are the shares of items passed, from 0 to 1; they never become a reward.
    """

    def __init__(self, asker: Asker, every: int) -> None:
        self._rubric = RubricReward("held-out", {}, asker)
        self._every = every
        self._last = 0

    def look(self, step: int, samples: Sequence[Sample]) -> float | None:
        """Return the mean mark; ``None`` in other steps, or where no sample could be graded."""
        if step == self._last or (step - 1) % self._every:
            return None
        self._last = step
        stride = max(len(samples) // _MOST, 1)
        some = [_with_rubric(sample) for sample in samples[::stride][:_MOST]]
        marks = [grade.value for grade in self._rubric.grade(some) if grade.value is not None]
        return fmean(marks) if marks else None


def _with_rubric(sample: Sample) -> Sample:
    if sample.columns.get("rubric"):
        return sample
    columns: dict[str, Any] = {
        **sample.columns,
        "rubric": list(GENERAL[language_of(sample.prompt)]),
        "reference": sample.columns.get("reference") or sample.columns.get("answer"),
    }
    return Sample(sample.prompt, sample.completion, columns, sample.tokens)
