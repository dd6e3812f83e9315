"""Offline: recorded answers are checked again, recorded judgements are read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from polyskill.compiler.model import Skill

from .analysis import analyse
from .arms import ArmSpec, arms_of
from .cases import EvalCase, cases_of
from .errors import EvalError
from .plan import Plan
from .recording import Recording
from .results import Run

__all__ = ["renewed", "replay"]


def replay(skill: Skill, recording: Recording, cache: Path, only: Sequence[str] = ()) -> Run:
    """Return what a recording shows of a skill, by the cases as they are now.

    A case whose question has changed since is left out; a criterion whose text has changed has no
    recorded judgement and stays undecided. Arms whose text is no longer what was recorded are
    listed in :attr:`~polyskill.evals.results.Run.stale`.
    """
    plan = recording.plan
    cases, _ = cases_of(skill, plan.languages, only)
    now = replace(
        plan,
        path=skill.path,
        cases=renewed(plan.cases, cases),
        stale=_stale(skill, plan, cache),
    )
    return replace(analyse(now, recording.rows), source="recorded", recorded_by=recording.by)


def renewed(old: Sequence[EvalCase], new: Sequence[EvalCase]) -> tuple[EvalCase, ...]:
    """Return the cases as they are now, of those that still ask what they asked."""
    wanted = {(case.id, case.lang): case for case in new}
    found = (wanted.get((case.id, case.lang)) for case in old)
    return tuple(
        now for now, then in zip(found, old, strict=True) if now and now.prompt == then.prompt
    )


def _stale(skill: Skill, plan: Plan, cache: Path) -> tuple[str, ...]:
    """Return the arms of the skill as it is whose text has changed; earlier versions stand."""
    found = []
    for arm in plan.arms:
        if arm.kind not in ("current", "platform"):
            continue
        platform, _, form = arm.detail.partition("/")
        spec = ArmSpec(arm.name, arm.kind, platform, form)
        try:
            [now] = arms_of(
                skill, [spec], plan.languages, cache, references=plan.settings.references
            )
        except EvalError:  # a platform that is gone, or that the skill no longer compiles for
            found.append(arm.name)
            continue
        if any(now.digest(lang) != arm.digest(lang) for lang in arm.texts):
            found.append(arm.name)
    return tuple(found)
