"""``polyskill train pairs``: preference pairs for DPO from a model's own answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, progress
from ..text import plain
from .run import Changes, Config

if TYPE_CHECKING:
    from polyskill.runtime.train.pairs import Made

__all__ = ["HELP", "pairs"]

HELP = tr(
    """Answer prompts several times; the best and the worst answer become a pair for DPO.

polyskill train pairs grpo.yaml --out pairs.jsonl
polyskill train dpo dpo.yaml --set data.train=pairs.jsonl

The same command goes on where it was interrupted; answers and grades are in `FILE.journal`.""",
    """对每个提示多次作答，将最好与最差的回答组成 DPO 偏好对。

polyskill train pairs grpo.yaml --out pairs.jsonl
polyskill train dpo dpo.yaml --set data.train=pairs.jsonl

中断后用同一命令继续；回答与评分保存在 `文件.journal` 中。""",
)


def pairs(
    config: Config,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FILE", "文件"),
            help=tr("Where the pairs are written (JSONL)", "偏好对的输出文件（JSONL）"),
        ),
    ],
    change: Changes = None,
    margin: Annotated[
        float,
        typer.Option(
            "--margin",
            min=0.0,
            metavar=tr("NUMBER", "数值"),
            help=tr(
                "Leave out pairs whose rewards differ by this or less; default: 0",
                "奖励相差不超过此值的不成对；默认 0",
            ),
        ),
    ] = 0.0,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make pairs (see :data:`HELP`)."""
    from polyskill.runtime.judge.engine.journal import JournalError
    from polyskill.runtime.train.config import load
    from polyskill.runtime.train.overrides import parse_override
    from polyskill.runtime.train.pairs import journal_of, make_pairs

    run = load(config, dict(map(parse_override, change or ())))
    if run.method not in ("grpo", "rloo"):
        fail(
            tr(
                f"{config} is of the method `{run.method}`; pairs are graded by the rewards of a "
                "configuration of grpo or rloo: `polyskill train init grpo` prints one",
                f"{config} 的方法是 `{run.method}`；偏好对须由 grpo 或 rloo 配置中的奖励评分："
                "可用 `polyskill train init grpo` 生成",
            )
        )
    try:
        with progress(tr("answering", "作答"), quiet=quiet or json) as update:
            made = make_pairs(run, out, margin=margin, report=update)
    except JournalError as error:
        fail(plain(str(error)), status=1)
    except KeyboardInterrupt:
        echo(
            tr(
                f"stopped; the same command goes on with what {plain(str(journal_of(out)))} keeps",
                f"已停止；用同一命令可继续，已有的回答与评分保存在 {plain(str(journal_of(out)))}",
            ),
            err=True,
        )
        raise
    if json:
        counts = {"prompts": made.prompts, "pairs": made.pairs, "ungraded": made.ungraded}
        print_json({"out": str(out)} | counts | {"kept": made.kept})
    elif not quiet:
        _show(made, out)
    if not made.pairs:
        raise typer.Exit(1)


def _show(made: Made, out: Path) -> None:
    echo(
        tr(
            f"{made.pairs} pairs from {made.prompts} prompts in {out}; {made.ungraded} prompts "
            "could not be graded, the rest had answers of one reward",
            f"由 {made.prompts} 个提示得到 {made.pairs} 对，写入 {out}；{made.ungraded} 个提示"
            "无法评分，其余提示的回答奖励相同",
        )
    )
    if made.kept:
        echo(
            tr(
                f"answers to {counted(made.kept, 'prompt', '')} were kept from before",
                f"其中 {made.kept} 个提示的回答沿用了此前的结果",
            )
        )
