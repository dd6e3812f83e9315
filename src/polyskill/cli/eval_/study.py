"""What the studies of one skill share: its plan, its folder, and how their runs are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import tr
from ..output import complain, fail, print_diagnostics
from ..scopes import cache_folder
from ..sources import resolve
from . import asked, live
from .loading import read_skills

if TYPE_CHECKING:
    from polyskill.compiler.model import Skill
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.plan import Plan
    from polyskill.evals.prepare import Wanted
    from polyskill.evals.results import Run

__all__ = ["Begun", "SkillSource", "Stopped", "ask", "begin", "wanted"]

BUDGET = 5

SkillSource = Annotated[
    Path,
    typer.Argument(
        metavar=tr("SKILL", "技能"),
        readable=False,
        help=tr("The skill's folder, or the name of a bundled one", "技能文件夹，或内置技能名"),
    ),
]


class Stopped(Exception):
    """A run that cannot go on; what was asked is kept. ``status`` is the exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Begun:
    """One skill, the plan of a run with the skill as it is, and where the run is kept."""

    skill: Skill
    plan: Plan
    folder: RunFolder


def wanted(
    model: Sequence[str] | None,
    judge: Sequence[str] | None,
    lang: str,
    only: Sequence[str] | None,
    param: Sequence[str] | None,
    *,
    gate_by: str = "each",
    repeats: int,
    max_tokens: int,
    margin: float,
    alpha: float,
    max_missing: float,
) -> Wanted:
    """Return what the options of a study ask for; ends the command if they ask for nothing."""
    from polyskill.evals.arms import parse_arms
    from polyskill.evals.plan import Settings
    from polyskill.evals.prepare import Wanted

    if not model:
        fail(tr("there is no model to ask: add `--model`", "没有被测模型：请加上 `--model`"))
    asked.check_gate(gate_by, margin, alpha, max_missing)
    return Wanted(
        models=asked.models(model, "--model", param or ()),
        judges=asked.models(judge, "--judge"),
        arms=parse_arms("current"),
        languages=asked.languages(lang),
        only=tuple(only or ()),
        settings=Settings(
            repeats=repeats,
            max_tokens=max_tokens,
            judging=("rubric",),
            margin=margin,
            alpha=alpha,
            max_missing=max_missing,
            gate_by=gate_by,
        ),
    )


def begin(source: Path, options: live.Live) -> Begun:
    """Read the one skill at ``source`` and plan its run; ends the command if that fails."""
    from polyskill import __version__
    from polyskill.compiler.diagnostics import Severity
    from polyskill.evals.errors import EvalError
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.prepare import prepare

    skills, findings = read_skills(resolve([source]))
    broken = any(found.severity is Severity.ERROR for found in findings)
    if broken or len(skills) != 1:
        print_diagnostics(findings, least=Severity.ERROR)
        if len(skills) > 1:
            named = ", ".join(f"`{skill.name}`" for skill in skills)
            fail(
                tr(
                    f"`{source}` holds several skills ({named}): name one of them",
                    f"`{source}` 中有多个技能（{named}）：请指定其中一个",
                )
            )
        raise typer.Exit(1)
    try:
        prepared = prepare(skills[0], options.wanted, cache_folder(), __version__)
    except EvalError as error:
        fail(asked.say(error), status=1)
    least = Severity.ERROR if options.quiet else Severity.WARNING
    print_diagnostics([*findings, *prepared.findings], least=least)
    plan = prepared.plan
    time = plan.created[:19].replace("-", "").replace(":", "").replace("T", "-")
    folder = options.out or Path("runs") / f"{plan.skill}-{time}"
    return Begun(skills[0], plan, RunFolder(folder))


def ask(plan: Plan, folder: RunFolder, options: live.Live) -> Run:
    """Ask what the folder's journal does not have yet, and return what all replies show.

    The budget is that of the folder: what earlier calls for it cost counts.

    Raises:
        Stopped: the run could not begin, was interrupted, or is over its budget.
    """
    from polyskill.evals.workplaces import workplaces

    places = workplaces(plan.arms, plan.models, plan.languages)
    found = live.carry_out(
        # an executor adds up what its runs spent, and the journal has what was spent here already
        live.executor(options),
        replace(plan, places={key: place.id for key, place in places.items()}),
        folder,
        json=options.json,
        quiet=options.quiet,
        workplaces=tuple(places.values()),
    )
    if found is None:
        raise Stopped(live.INVALID)
    done, result = found
    if done.interrupted:
        raise Stopped(live.INTERRUPTED)
    if done.over_budget:
        complain(
            tr(
                f"the budget of ${options.budget:,.2f} is used up; what was asked is kept: go on "
                f"with `--out {folder.path}` and a higher `--budget`",
                f"预算 ${options.budget:,.2f} 已用完；已有回复均已保存："
                f"可用 `--out {folder.path}` 和更高的 `--budget` 继续",
            )
        )
        raise Stopped(BUDGET)
    return result
