"""Reward ``skill:NAME``: a skill's own test cases say what an answer is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .askers import Asker
from .base import Grade, Sample, Taken, absent
from .cases import SkillCase, find_skill, read_cases
from .checked import run_checks
from .rubric.reward import RubricReward

__all__ = ["SkillReward"]


class SkillReward:
    """The weighted share of a case's criteria and checks that an answer passes.

    It is what ``polyskill eval`` calls the score: a criterion weighs what its author says, a check
    1, and a ``must_not`` passes if the answer does not do it. The case is found by the columns
    ``case`` and ``lang``, or by the prompt itself. A grader (``judge``) looks at the criteria; with
    ``checks_only`` there is none, and cases without checks do not apply.
    """

    def __init__(
        self, name: str, options: Mapping[str, Any], asker: Asker | None, folder: Path
    ) -> None:
        self.name = name
        taken = Taken(name, options)
        self._checks_only = taken.flag("checks_only", False)
        taken.end()
        self._cases = read_cases(find_skill(name.partition(":")[2], folder))
        self._grader = RubricReward(name, {}, asker) if asker and not self._checks_only else None

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Run the checks of each sample's case, and ask about its criteria."""
        cases = [self._case_of(sample) for sample in samples]
        opinions = self._opinions(samples, cases)
        return [
            self._one(sample, case, opinion)
            for sample, case, opinion in zip(samples, cases, opinions, strict=True)
        ]

    def _case_of(self, sample: Sample) -> SkillCase | None:
        name, lang = sample.columns.get("case"), sample.columns.get("lang")
        for case in self._cases:
            if name is not None and case.id == name and lang in (None, case.lang):
                return case
            if name is None and case.prompt == sample.prompt.strip():
                return case
        return None

    def _opinions(
        self, samples: Sequence[Sample], cases: Sequence[SkillCase | None]
    ) -> list[Grade | None]:
        """Return what the grader found of each sample's criteria; ``None`` where none are asked."""
        opinions: list[Grade | None] = [None] * len(samples)
        if self._grader is None:
            return opinions
        asked = {
            at: Sample(
                sample.prompt,
                sample.completion,
                {"rubric": _rubric(case), "reference": case.reference},
            )
            for at, (sample, case) in enumerate(zip(samples, cases, strict=True))
            if case is not None and case.items and sample.completion.strip()
        }
        grades = self._grader.grade(list(asked.values()))
        for at, grade in zip(asked, grades, strict=True):
            opinions[at] = grade
        return opinions

    def _one(self, sample: Sample, case: SkillCase | None, opinion: Grade | None) -> Grade:
        if case is None:
            return absent(f"the row is no case of {self.name}")
        if not sample.completion.strip():
            return Grade(0.0, why="empty")
        if opinion is not None and opinion.value is None:
            return Grade(None, why=opinion.why)
        total, reached, why = run_checks(case, sample.completion)
        if why:
            return Grade(None, why=why)
        if opinion is not None:
            for item, finding in zip(case.items, opinion.items, strict=True):
                total, reached = total + item.weight, reached + item.weight * finding.passed
        if not total:
            return absent(f"case {case.id} has nothing that can be graded here")
        return Grade(reached / total, opinion.items if opinion else ())


def _rubric(case: SkillCase) -> list[dict[str, Any]]:
    return [
        {"text": item.text, "weight": item.weight, "kind": "must_not" if item.fault else "must"}
        for item in case.items
    ]
