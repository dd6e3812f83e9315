"""``polyskill eval rejudge`` and ``polyskill eval record``: what was answered, judged and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, tr
from ..options import Json, Quiet
from ..output import echo, fail
from . import asked, live, shown
from .loading import read_skills
from .options import AllowUnderpowered, Budget, Concurrency, Folder, Judges, Prices

if TYPE_CHECKING:
    from polyskill.evals.plan import Plan

__all__ = ["HELP", "RECORD_HELP", "record", "rejudge"]

HELP = tr(
    """Judge the answers of a run again; no model under test is asked.

polyskill eval rejudge runs/after --judge anthropic/claude-sonnet-5-5
polyskill eval rejudge runs/after --cases my-skill""",
    """重新评判一次运行的回答；不再询问被测模型。

polyskill eval rejudge runs/after --judge anthropic/claude-sonnet-5-5
polyskill eval rejudge runs/after --cases my-skill""",
)
RECORD_HELP = tr(
    """Keep the answers and judgements of a run with the skill, for replays without a key.

polyskill eval record runs/after my-skill
polyskill eval record runs/after my-skill --name release-1.2""",
    """将一次运行的回答与评判随技能保存，供无密钥重放。

polyskill eval record runs/after my-skill
polyskill eval record runs/after my-skill --name release-1.2""",
)


def _plan(folder: Path) -> Plan:
    from polyskill.evals.errors import EvalError
    from polyskill.evals.folder import RunFolder

    try:
        return RunFolder(folder).load_plan()
    except EvalError as error:
        fail(asked.say(error))


def rejudge(
    folder: Folder,
    judge: Judges = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar=tr("SKILL", "技能"),
            help=tr(
                "Take criteria and checks from the skill as it is now",
                "使用技能当前的评判标准和检查",
            ),
        ),
    ] = None,
    budget: Budget = None,
    prices: Prices = None,
    concurrency: Concurrency = 16,
    allow_underpowered: AllowUnderpowered = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge again (see :data:`HELP`)."""
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.prepare import Wanted

    plan = _plan(folder)
    if judge:
        plan = replace(plan, judges=asked.models(judge, "--judge"))
    if cases is not None:
        plan = _with_cases(plan, cases)
    wanted = Wanted(models=plan.models)
    options = live.Live(wanted, budget=budget, prices=prices, concurrency=concurrency)
    made = live.executor(options)
    found = live.carry_out(made, plan, RunFolder(folder), json=json, quiet=quiet, judge_only=True)
    if found is None:
        raise typer.Exit(live.INVALID)
    done, result = found
    if json:
        shown.print_runs([(folder, result)])
    else:
        shown.show_run(result, folder, quiet=quiet)
    if done.interrupted:
        raise typer.Exit(live.INTERRUPTED)
    raise typer.Exit(
        shown.status_of(result, over_budget=done.over_budget, allow_underpowered=allow_underpowered)
    )


def _with_cases(plan: Plan, path: Path) -> Plan:
    from polyskill.evals.cases import cases_of
    from polyskill.evals.replay import renewed

    skills, _ = read_skills([path])
    named = [skill for skill in skills if skill.name == plan.skill]
    if not named:
        fail(tr(f"`{path}` holds no skill `{plan.skill}`", f"`{path}` 中没有技能 `{plan.skill}`"))
    cases, _ = cases_of(named[0], plan.languages)
    return replace(plan, cases=renewed(plan.cases, cases))


def record(
    folder: Folder,
    source: Annotated[
        Path,
        typer.Argument(
            metavar=tr("SKILL", "技能"), readable=False, help=tr("The skill's folder", "技能文件夹")
        ),
    ],
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar=tr("NAME", "名称"),
            help=tr("Name of the recording; default: that of the run", "录制名称；默认为运行名"),
        ),
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar=tr("WHO", "来源"),
            help=tr(
                "Who produced it; default: models, judges and date of the run",
                "录制来源；默认为该运行的模型、评判模型和日期",
            ),
        ),
    ] = "",
) -> None:
    """Keep a run with the skill (see :data:`RECORD_HELP`)."""
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.recording import FOLDER, recording_lines
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.judge.engine.rows import replies

    plan = _plan(folder)
    skills, _ = read_skills([source])
    if [skill.name for skill in skills] != [plan.skill]:
        fail(
            tr(f"`{source}` is not the skill `{plan.skill}`", f"`{source}` 不是技能 `{plan.skill}`")
        )
    chosen = name or folder.resolve().name
    if Path(chosen).name != chosen or chosen.startswith("."):
        fail(tr(f"`{chosen}` is no name of a file", f"`{chosen}` 不能用作文件名"))
    rows = list(replies(RunFolder(folder).journal))
    where = source / FOLDER / f"{chosen}.jsonl"
    atomic.make_directory(where.parent)
    lines = recording_lines(plan, rows, by)
    atomic.write(where, "".join(lines).encode("utf-8", "backslashreplace"))
    kept = (
        counted(len(rows), "reply", "条回复")
        if len(rows) == 1
        else tr(f"{len(rows):,} replies", f"{len(rows):,} 条回复")
    )
    echo(f"{where}{tr(': ', '：')}{kept}")
