"""``polyskill eval SKILL``: the skill's own test cases, offline or against models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choices import list_of
from ..language import tr
from ..options import Json, Quiet, Sources
from ..output import fail
from ..sources import resolve
from . import asked
from .options import (
    AllowUnderpowered,
    Alpha,
    Arms,
    Budget,
    Concurrency,
    GateBy,
    Judges,
    Langs,
    Margin,
    MaxMissing,
    MaxTokens,
    Metric,
    Models,
    Only,
    Out,
    Params,
    Prices,
    Repeat,
)

if TYPE_CHECKING:
    from polyskill.evals.prepare import Wanted

__all__ = ["HELP", "run"]

HELP = tr(
    """Run a skill's own test cases: offline by default, against models with --model.

polyskill eval my-skill
polyskill eval my-skill --model anthropic/claude-sonnet-5-5 --judge openai/gpt-6-sol --budget 2
polyskill eval my-skill -m openai-compatible:http://127.0.0.1:8080/v1#qwen3 --repeat 3""",
    """运行技能自带的测试用例：默认离线，加 --model 则针对模型。

polyskill eval my-skill
polyskill eval my-skill --model anthropic/claude-sonnet-5-5 --judge openai/gpt-6-sol --budget 2
polyskill eval my-skill -m openai-compatible:http://127.0.0.1:8080/v1#qwen3 --repeat 3""",
)

_JUDGING = ("rubric", "pairwise")


def run(
    sources: Sources = None,
    model: Models = None,
    judge: Judges = None,
    arms: Arms = "none,current",
    lang: Langs = "en,zh",
    repeat: Repeat = 1,
    only: Only = None,
    budget: Budget = None,
    out: Out = None,
    judging: Annotated[
        str,
        typer.Option(
            "--judging",
            metavar="rubric,pairwise",
            help=tr(
                "What the judge does: each criterion, arms in pairs, or both; default: both",
                "评判方式：逐条标准、两两比较，或两者；默认两者",
            ),
        ),
    ] = "rubric,pairwise",
    references: Annotated[
        bool,
        typer.Option(
            "--references",
            help=tr(
                "Give the skill's reference files too, behind its text",
                "在技能正文之后附上其参考文件",
            ),
        ),
    ] = False,
    metric: Metric = "score",
    gate_by: GateBy = "each",
    margin: Margin = 0.1,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    allow_underpowered: AllowUnderpowered = False,
    param: Params = None,
    max_tokens: MaxTokens = 4096,
    concurrency: Concurrency = 16,
    batch: Annotated[
        bool,
        typer.Option(
            "--batch",
            help=tr(
                "Anthropic: through the batch interface, at half the price, within a day",
                "Anthropic：使用批处理接口，半价，一天之内完成",
            ),
        ),
    ] = False,
    prices: Prices = None,
    prefix: Annotated[
        Path | None,
        typer.Option(
            "--prefix",
            metavar=tr("DIR", "文件夹"),
            help=tr(
                "Where the client of an agent/… model lies, if not on PATH: an npm prefix",
                "agent/… 模型的客户端所在的 npm 前缀文件夹；默认在 PATH 中查找",
            ),
        ),
    ] = None,
    refresh: Annotated[
        str,
        typer.Option(
            "--refresh",
            metavar="none|errors|all",
            help=tr(
                "Replies of the folder's run to ask for again; default: none",
                "文件夹中需要重新提问的回复；默认 none",
            ),
        ),
    ] = "none",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr(
                "Only tell what would be asked, and its cost at most",
                "仅说明将提问的内容及费用上限",
            ),
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run test cases (see :data:`HELP`)."""
    from . import live, offline

    paths = resolve(sources or [])
    languages = asked.languages(lang)
    if not model:
        _only_with_models(judge=judge, budget=budget, batch=batch, out=out, dry_run=dry_run)
        raise typer.Exit(offline.run(paths, languages, tuple(only or ()), json=json, quiet=quiet))
    asked.check_gate(gate_by, margin, alpha, max_missing, metric)
    wanted = _wanted(
        model,
        judge,
        arms,
        languages,
        only,
        param,
        repeats=repeat,
        max_tokens=max_tokens,
        references=references,
        judging=judging,
        metric=metric,
        gate_by=gate_by,
        margin=margin,
        alpha=alpha,
        max_missing=max_missing,
    )
    options = live.Live(
        wanted=wanted,
        out=out,
        budget=budget,
        prices=prices,
        concurrency=concurrency,
        batch=batch,
        prefix=prefix,
        refresh=asked.refresh(refresh),
        allow_underpowered=allow_underpowered,
        json=json,
        quiet=quiet,
    )
    raise typer.Exit(live.plan_only(paths, options) if dry_run else live.run(paths, options))


def _only_with_models(**given: object) -> None:
    """End the command if an option was given that means nothing without a model."""
    for name, value in given.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            fail(
                tr(
                    f"`{option}` needs a model to ask: add `--model`",
                    f"`{option}` 需要有被测模型：请加上 `--model`",
                )
            )


def _wanted(
    model: list[str],
    judge: list[str] | None,
    arms: str,
    languages: tuple[str, ...],
    only: list[str] | None,
    param: list[str] | None,
    **settings: object,
) -> Wanted:
    from polyskill.evals.plan import Settings
    from polyskill.evals.prepare import Wanted

    judging = list_of([str(settings.pop("judging"))])
    for one in judging:
        asked.one_of("--judging", one, _JUDGING)
    if settings["metric"] == "pairwise" and not (judge and "pairwise" in judging):
        fail(
            tr(
                "`--metric pairwise` needs a judge that compares: add `--judge`",
                "`--metric pairwise` 需要进行两两比较的评判：请加上 `--judge`",
            )
        )
    return Wanted(
        models=asked.models(model, "--model", param or ()),
        judges=asked.models(judge, "--judge"),
        arms=asked.arms(arms),
        languages=languages,
        only=tuple(only or ()),
        settings=Settings(judging=tuple(judging), **settings),  # type: ignore[arg-type]
    )
