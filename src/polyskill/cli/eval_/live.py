"""Against models: plans made, carried out, their results kept and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..language import counted, tr
from ..output import complain, echo, fail, print_diagnostics, print_json
from ..scopes import cache_folder
from . import asked, shown
from .loading import read_skills
from .showing import showing

if TYPE_CHECKING:
    from polyskill.evals.agents import Workplace
    from polyskill.evals.execute import Executed, Executor
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.plan import Plan
    from polyskill.evals.prepare import Prepared, Wanted
    from polyskill.evals.results import Run

__all__ = ["Live", "carry_out", "executor", "plan_only", "run"]

INVALID = 3
INTERRUPTED = 130


@dataclass(frozen=True)
class Live:
    """The options of a run against models."""

    wanted: Wanted
    out: Path | None = None
    budget: float | None = None
    prices: Path | None = None
    concurrency: int = 16
    batch: bool = False
    prefix: Path | None = None
    refresh: Literal["none", "errors", "all"] = "none"
    allow_underpowered: bool = False
    json: bool = False
    quiet: bool = False


def run(paths: Sequence[Path], options: Live) -> int:
    """Run the skills one after the other; return the exit status.

    A skill that cannot be run does not stop the others.
    """
    plans, failed = _plans(paths, options)
    made = executor(options)
    results: list[tuple[Path, Run]] = []
    status = 1 if failed else 0
    for prepared in plans:
        plan = prepared.plan
        folder = _folder(plan, options, several=len(plans) > 1)
        found = carry_out(
            made,
            plan,
            folder,
            json=options.json,
            quiet=options.quiet,
            workplaces=prepared.workplaces,
        )
        if found is None:
            status = status or INVALID
            continue
        done, result = found
        results.append((folder.path, result))
        if not options.json:
            shown.show_run(result, folder.path, quiet=options.quiet)
        if done.interrupted:
            return INTERRUPTED
        status = status or shown.status_of(
            result,
            over_budget=done.over_budget,
            allow_underpowered=options.allow_underpowered,
        )
        if done.over_budget:
            break
    if options.json:
        shown.print_runs(results)
    return status


def carry_out(
    made: Executor,
    plan: Plan,
    folder: RunFolder,
    *,
    json: bool = False,
    quiet: bool = False,
    judge_only: bool = False,
    workplaces: Sequence[Workplace] = (),
) -> tuple[Executed, Run] | None:
    """Carry one plan out, write its results and its report; ``None`` if it could not be begun.

    What calibrations said of the judges is read from the ``judges.json`` of the current folder.
    """
    from polyskill.evals.agents import AgentError
    from polyskill.evals.analysis import analyse
    from polyskill.evals.calibrating import FILE, corrected, load_current
    from polyskill.evals.errors import EvalError
    from polyskill.runtime.judge.engine.budget import BudgetUnknown
    from polyskill.runtime.judge.engine.journal import BatchesOpen, JournalError
    from polyskill.runtime.judge.spec import ModelError

    try:
        known = load_current(Path(FILE))
        cleared = {judge: kept.may_gate for judge, kept in known.items()}
        with showing(plan.skill, quiet=quiet or json) as show:
            done = made.run(plan, folder, show, judge_only=judge_only, workplaces=workplaces)
        result = analyse(plan, done.rows, budget=made.limit, cleared=cleared)
        result = replace(result, corrected=corrected(result, known))
        shown.keep(folder, result)
    except EvalError as error:
        complain(asked.say(error))
        return None
    except (BatchesOpen, ModelError) as error:
        complain(tr(error.text["en"], error.text["zh"]))
        return None
    except AgentError as error:
        complain(tr(error.en, error.zh))
        return None
    except (BudgetUnknown, JournalError, OSError) as error:
        complain(f"{folder.path}{tr(': ', '：')}{error}")
        return None
    return done, result


def executor(options: Live) -> Executor:
    """Return what carries plans out; ends the command if the prices cannot be read."""
    from polyskill.evals.execute import Executor, Options
    from polyskill.runtime.judge.engine.prices import Prices, PricesError
    from polyskill.runtime.judge.providers import open_provider

    try:
        prices = Prices.load(options.prices)
    except PricesError as error:
        fail(str(error))
    chosen = Options(
        concurrency=options.concurrency,
        refresh=options.refresh,
        batch=options.batch,
        prefix=options.prefix,
    )
    return Executor(open_provider, chosen, prices, options.budget)


def plan_only(paths: Sequence[Path], options: Live) -> int:
    """Tell what a run would ask, and what it could cost at most; nothing is sent or written."""
    plans, failed = _plans(paths, options)
    made = executor(options)
    told = []
    for prepared in plans:
        plan = prepared.plan
        cost = made.worst_case(plan)
        cells = sum(1 for _ in plan.cells())
        told.append(
            {
                "skill": plan.skill,
                "cells": cells,
                "cases": len({case.id for case in plan.cases}),
                "arms": [arm.name for arm in plan.arms],
                "models": [model.id for model in plan.models],
                "answers_cost_at_most": cost,
            }
        )
        if not options.json:
            price = tr("at an unknown price", "价格未知") if cost is None else f"≤ ${cost:,.2f}"
            arms = ", ".join(arm.name for arm in plan.arms)
            answers = counted(cells, "answer", "个回答")
            more = tr("; judging comes on top", "；评判费用另计") if plan.judges else ""
            echo(
                tr(
                    f"{plan.skill}: {answers} ({arms}), {price}{more}",
                    f"{plan.skill}：{answers}（{arms}），{price}{more}",
                )
            )
    if options.json:
        print_json({"plans": told})
    return 1 if failed else 0


def _plans(paths: Sequence[Path], options: Live) -> tuple[list[Prepared], bool]:
    from polyskill import __version__
    from polyskill.compiler.diagnostics import Severity
    from polyskill.evals.errors import EvalError
    from polyskill.evals.prepare import prepare

    skills, findings = read_skills(paths)
    failed = any(found.severity is Severity.ERROR for found in findings) or not skills
    least = Severity.ERROR if options.quiet else Severity.WARNING
    print_diagnostics(findings, least=least)
    plans = []
    for skill in skills:
        if any(found.severity is Severity.ERROR for found in skill.diagnostics):
            complain(
                tr(
                    f"{skill.path}: nothing is asked, for the skill has errors; see above",
                    f"{skill.path}：技能有错误（见上），因此没有提问",
                )
            )
            continue
        try:
            prepared = prepare(skill, options.wanted, cache_folder(), __version__)
        except EvalError as error:
            complain(asked.say(error))
            failed = True
            continue
        print_diagnostics(prepared.findings, least=least)
        plans.append(prepared)
    return plans, failed


def _folder(plan: Plan, options: Live, *, several: bool) -> RunFolder:
    from polyskill.evals.folder import RunFolder

    if options.out is not None:
        return RunFolder(options.out / plan.skill if several else options.out)
    time = plan.created[:19].replace("-", "").replace(":", "").replace("T", "-")
    return RunFolder(Path("runs") / f"{plan.skill}-{time}")
