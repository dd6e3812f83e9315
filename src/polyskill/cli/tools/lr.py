"""``polyskill tools lr``: published learning rates."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr
from ..options import Json
from ..output import echo, print_json
from ..text import plain
from .options import Model
from .shown import figure, whence

__all__ = ["HELP", "lr"]

HELP = tr(
    """Give a published learning rate to start from, and say what is not known.

polyskill tools lr Llama-3.1-8B
polyskill tools lr Qwen3-8B --steps 60
polyskill tools lr gpt-oss-20b --method rl""",
    """给出公开发表的起始学习率，并说明哪些尚无结论。

polyskill tools lr Llama-3.1-8B
polyskill tools lr Qwen3-8B --steps 60
polyskill tools lr gpt-oss-20b --method rl""",
)


def lr(
    model: Model,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="sft|rl|dpo|distill",
            help=tr("What is trained for; default: sft", "训练方法；默认 sft"),
        ),
    ] = "sft",
    full: Annotated[
        bool,
        typer.Option("--full", help=tr("Train all weights, no LoRA", "训练全部权重，不用 LoRA")),
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps",
            metavar=tr("N", "数"),
            help=tr("Optimizer steps of the run", "训练的优化步数"),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Give a learning rate (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.lr(model, method, full=full, steps=steps)
    if json:
        print_json(told)
        return
    rate = figure(told["learning_rate"])
    what = f"{method}, {tr('all weights', '全部权重') if full else 'LoRA'}"
    span = ""
    if told["low"] < told["high"]:
        low, high = figure(told["low"]), figure(told["high"])
        span = tr(f" (published: {low} to {high})", f"（已发表：{low} 至 {high}）")
    echo(f"{plain(told['model'])}, {what}{tr(': ', '：')}{rate}{span}")
    whence(told)
