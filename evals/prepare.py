"""From a skill and what the user asked for to the plan of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.model import Skill
from polyskill.platforms.base import PlatformError
from polyskill.runtime.judge.base import Model

from .arms import ArmSpec, arms_of
from .cases import cases_of
from .errors import EvalError
from .plan import Plan, Settings
from .workplaces import workplaces

if TYPE_CHECKING:
    from .agents import Workplace

__all__ = ["Prepared", "Wanted", "now", "prepare", "skill_digest"]


@dataclass(frozen=True)
class Wanted:
    """What the user asked for: the same for every skill of a run.

    ``only`` picks cases by their ids, by globs over these, or by tags; empty: all.
    """

    models: tuple[Model, ...]
    judges: tuple[Model, ...] = ()
    arms: tuple[ArmSpec, ...] = ()
    languages: tuple[str, ...] = ("en", "zh")
    only: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)


def now() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def skill_digest(skill: Skill) -> str:
    """Return the sha256 of a skill's texts and files; evals are not part of the skill."""
    whole = sha256()
    for document in (skill.main, skill.translation):
        whole.update(b"\0" + (document.source.text if document else "").encode("utf-8", "replace"))
    for resource in sorted(skill.resources, key=lambda one: one.path):
        if not resource.path.startswith("evals/"):
            whole.update(f"\0{resource.path}\0{resource.sha256}".encode("utf-8", "replace"))
    return whole.hexdigest()


@dataclass(frozen=True)
class Prepared:
    """A plan, the projects of its agents, and what is to be said about its cases."""

    plan: Plan
    workplaces: tuple[Workplace, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def prepare(skill: Skill, wanted: Wanted, cache: Path, version: str) -> Prepared:
    """Return the plan for one skill.

    Raises:
        EvalError: an arm cannot be had, or there is no case to run.
    """
    cases, findings = cases_of(skill, wanted.languages, wanted.only)
    if not cases:
        raise EvalError(
            skill.path,
            "there is no test case to run; `polyskill eval init` drafts some"
            if not wanted.only
            else f"no test case is chosen by {', '.join(f'`{one}`' for one in wanted.only)}",
            "没有可运行的测试用例；`polyskill eval init` 可起草一份"
            if not wanted.only
            else f"{'、'.join(f'`{one}`' for one in wanted.only)} 没有选中任何用例",
        )
    langs = tuple(lang for lang in wanted.languages if any(case.lang == lang for case in cases))
    arms = arms_of(skill, wanted.arms, langs, cache, references=wanted.settings.references)
    try:
        places = workplaces(arms, wanted.models, langs)
    except PlatformError as error:
        raise EvalError("--model", str(error), f"无法编译：{error}") from error
    plan = Plan(
        skill=skill.name,
        path=skill.path,
        digest=skill_digest(skill),
        created=now(),
        polyskill=version,
        arms=arms,
        models=wanted.models,
        judges=wanted.judges,
        languages=langs,
        cases=tuple(cases),
        settings=wanted.settings,
        places={key: place.id for key, place in places.items()},
    )
    return Prepared(plan, tuple(places.values()), tuple(findings))
