"""``polyskill eval aa``: the gate's false alarms, measured on an arm that did not change."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import message_language, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, progress, styled
from ..text import plain
from . import asked, live, study
from .options import (
    Alpha,
    Budget,
    Concurrency,
    GateBy,
    Judges,
    Langs,
    Margin,
    MaxMissing,
    MaxTokens,
    Models,
    Only,
    Out,
    Params,
    Prices,
    Repeat,
)

if TYPE_CHECKING:
    from polyskill.evals.aa import FalseAlarms
    from polyskill.evals.plan import Settings
    from polyskill.evals.results import Run

__all__ = ["HELP", "aa"]

HELP = tr(
    """Measure how often the gate would raise an alarm at a skill that did not change.

polyskill eval aa runs/after
polyskill eval aa my-skill --model anthropic/claude-sonnet-5-5 --repeat 4""",
    """测量在技能没有任何改动时，门禁误报的频率。

polyskill eval aa runs/after
polyskill eval aa my-skill --model anthropic/claude-sonnet-5-5 --repeat 4""",
)


def aa(
    source: Annotated[
        Path,
        typer.Argument(
            metavar=tr("RUN|SKILL", "运行|技能"),
            readable=False,
            help=tr(
                "Folder of a run; with --model a skill, which is run first",
                "运行文件夹；有 --model 时为技能，先运行再检验",
            ),
        ),
    ],
    arm: Annotated[
        str,
        typer.Option(
            "--arm",
            metavar=tr("ARM", "对照组"),
            help=tr(
                "The arm to compare with itself; default: current",
                "与自身比较的对照组；默认 current",
            ),
        ),
    ] = "current",
    rounds: Annotated[
        int,
        typer.Option(
            "--rounds",
            min=20,
            max=100_000,
            metavar=tr("N", "数"),
            help=tr("How many random splits; default: 400", "随机拆分的次数；默认 400"),
        ),
    ] = 400,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar=tr("N", "数"),
            help=tr("Start of the random numbers; default: 0", "随机数种子；默认 0"),
        ),
    ] = 0,
    model: Models = None,
    judge: Judges = None,
    lang: Langs = "en,zh",
    repeat: Repeat = 1,
    only: Only = None,
    budget: Budget = None,
    out: Out = None,
    gate_by: GateBy = "each",
    margin: Margin = 0.1,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    param: Params = None,
    max_tokens: MaxTokens = 4096,
    concurrency: Concurrency = 16,
    prices: Prices = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure false alarms (see :data:`HELP`)."""
    from polyskill.evals.across import settings_of

    asked.check_gate(gate_by, margin, alpha, max_missing)
    if model:
        if repeat < 2:
            fail(
                tr(
                    "an arm can only be compared with itself if it is asked more than once: add "
                    "`--repeat 4`",
                    "每个单元至少提问两次才能与自身比较：请加上 `--repeat 4`",
                )
            )
        wanted = study.wanted(
            model, judge, lang, only, param, gate_by=gate_by, repeats=repeat,
            max_tokens=max_tokens, margin=margin, alpha=alpha, max_missing=max_missing,
        )  # fmt: skip
        options = live.Live(
            wanted, out=out, budget=budget, prices=prices, concurrency=concurrency,
            json=json, quiet=quiet,
        )  # fmt: skip
        run = _made(source, options)
    else:
        run = _finished(source)
    settings = replace(
        settings_of(run), margin=margin, alpha=alpha, max_missing=max_missing, gate_by=gate_by
    )
    found = _measured(run, settings, arm, rounds, seed, quiet=quiet or json)
    if json:
        print_json({"status": int(not found.holds), "skill": run.skill, **asdict(found)})
    elif not quiet or not found.holds:
        _show(found)
    raise typer.Exit(int(not found.holds))


def _made(source: Path, options: live.Live) -> Run:
    begun = study.begin(source, options)
    try:
        return study.ask(begun.plan, begun.folder, options)
    except study.Stopped as stopped:
        raise typer.Exit(stopped.status) from None


def _finished(source: Path) -> Run:
    from polyskill.evals.folder import RunFolder

    from .compare import load

    if not RunFolder(source).results.is_file():
        fail(
            tr(
                f"`{source}` is not the folder of a finished run; to run a skill first, add "
                "`--model` and `--repeat 4`",
                f"`{source}` 不是已完成运行的文件夹；若要先运行技能，"
                "请加上 `--model` 和 `--repeat 4`",
            )
        )
    return load(source)


def _measured(
    run: Run, settings: Settings, arm: str, rounds: int, seed: int, *, quiet: bool
) -> FalseAlarms:
    from polyskill.evals.aa import false_alarms
    from polyskill.evals.errors import EvalError

    try:
        with progress(tr("rounds", "轮次"), quiet=quiet) as show:
            return false_alarms(run, settings, arm=arm, rounds=rounds, seed=seed, show=show)
    except EvalError as error:
        fail(asked.say(error))


def _show(found: FalseAlarms) -> None:
    from polyskill.evals.report.figures import rate_of

    rate = rate_of(found.rate)
    echo(
        tr(
            f"{plain(found.arm)} against itself, false alarms: {rate}; alpha {found.alpha:.1%}",
            f"{plain(found.arm)} 与自身比较，误报率：{rate}；显著性水平 {found.alpha:.1%}",
        )
    )
    word = (
        styled(tr("the gate holds", "门禁可信"), "green")
        if found.holds
        else styled(tr("the gate does not hold", "门禁不可信"), "red")
    )
    echo(f"{word}{tr(' — ', '——')}{found.why[message_language().value]}")
