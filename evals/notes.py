"""What a reader of a run should know before believing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from polyskill.runtime.judge.base import Outcome
from polyskill.runtime.judge.families import family

from .plan import Plan
from .results import Sample

__all__ = ["notes_on"]


def notes_on(plan: Plan, samples: Sequence[Sample]) -> tuple[Mapping[str, str], ...]:
    """Return remarks in both languages, the graver first."""
    return tuple(
        {"en": en, "zh": zh}
        for notes in (_ungraded, _related, _addressing, _truncated, _twins, _silent_arms)
        for en, zh in notes(plan, samples)
    )


def _ungraded(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    del samples
    if plan.judges and "rubric" in plan.settings.judging:
        return
    cases = {case.id for case in plan.cases if case.criteria}
    if cases:
        yield (
            f"no judge graded the criteria of {len(cases)} cases: scores are of checks alone",
            f"{len(cases)} 个用例的评判标准没有经过评判：得分仅来自确定性检查",
        )


def _related(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    del samples
    for judge in plan.judges:
        kin = family(judge)
        alike = [model.id for model in plan.models if kin and family(model) == kin]
        if alike:
            yield (
                f"the judge {judge.id} is of the family of {', '.join(alike)}: judges favour "
                "their kin",
                f"评判模型 {judge.id} 与 {'、'.join(alike)} 同属一个系列：评判会偏向同系列模型",
            )


def _addressing(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    del plan
    flagged = [one for one in samples if one.flags]
    if flagged:
        cases = ", ".join(sorted({one.case for one in flagged})[:5])
        yield (
            f"{len(flagged)} answers speak to a judge (first of all in {cases}): read them",
            f"{len(flagged)} 个回答在对评判者说话（例如 {cases}）：请查看这些回答",
        )


def _truncated(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    cut = sum(one.outcome == Outcome.TRUNCATED for one in samples)
    if cut:
        yield (
            f"{cut} of {len(samples)} answers were cut off and are not graded; `--max-tokens` is "
            f"{plan.settings.max_tokens}",
            f"{len(samples)} 个回答中有 {cut} 个被截断，未评分；"
            f"`--max-tokens` 为 {plan.settings.max_tokens}",
        )


def _twins(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    del samples
    for candidate, baseline in plan.pairs:
        if plan.same_text(candidate, baseline):
            yield (
                f"{candidate} and {baseline} give a model the same text: there is no difference "
                "to look for",
                f"{candidate} 与 {baseline} 给模型的文本完全相同：没有差异可比较",
            )


def _silent_arms(plan: Plan, samples: Sequence[Sample]) -> Iterator[tuple[str, str]]:
    asked = {(one.arm, one.lang) for one in samples}
    wanted = {case.lang for case in plan.cases}
    for arm in plan.arms:
        gone = [lang for lang in plan.languages if lang in wanted and (arm.name, lang) not in asked]
        if gone:
            yield (
                f"nothing was asked under {arm.name} in {', '.join(gone)}",
                f"{arm.name} 在 {'、'.join(gone)} 下没有提问",
            )
