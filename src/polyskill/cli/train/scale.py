"""``polyskill train launch``: what accelerate, vLLM and SLURM are given."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import message_language, tr
from ..output import echo, fail

__all__ = ["HELP", "scale"]

HELP = tr(
    """Print a commented file for training on many GPUs: planned, not measured.

polyskill train launch ddp --gpus 8 > ddp.yaml
polyskill train sft sft.yaml --launch "accelerate --config_file ddp.yaml"
polyskill train launch slurm --gpus 64 --processes fsdp2 > train.sbatch""",
    """输出多 GPU 训练所用的带注释的文件：仅为规划，未经实测。

polyskill train launch ddp --gpus 8 > ddp.yaml
polyskill train sft sft.yaml --launch "accelerate --config_file ddp.yaml"
polyskill train launch slurm --gpus 64 --processes fsdp2 > train.sbatch""",
)

_METHODS = ("sft", "dpo", "reward", "grpo", "rloo", "distill")


def scale(
    kind: Annotated[
        str,
        typer.Argument(
            metavar=tr("KIND", "类型"),
            help=tr(
                "ddp, fsdp2, zero2, zero3 (for accelerate), vllm (for grpo and rloo) or slurm",
                "ddp、fsdp2、zero2、zero3（用于 accelerate），vllm（用于 grpo 与 rloo）或 slurm",
            ),
        ),
    ],
    gpus: Annotated[
        int,
        typer.Option(
            "--gpus",
            metavar=tr("N", "数量"),
            help=tr(
                "GPUs that train: up to 8 of one node, or a multiple of 8",
                "参与训练的 GPU 数：单节点不超过 8，或 8 的倍数",
            ),
        ),
    ] = 8,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar=tr("METHOD", "方法"),
            help=tr("For slurm: what is run", "用于 slurm：要运行的方法"),
        ),
    ] = "sft",
    processes: Annotated[
        str,
        typer.Option(
            "--processes",
            metavar="ddp|fsdp2|zero2|zero3",
            help=tr("For slurm: how it is split", "用于 slurm：切分方式"),
        ),
    ] = "ddp",
) -> None:
    """Print a file (see :data:`HELP`)."""
    from polyskill.runtime.train.scale.generation import generation
    from polyskill.runtime.train.scale.processes import KINDS, accelerate
    from polyskill.runtime.train.scale.rows import PER_NODE, rendered
    from polyskill.runtime.train.scale.slurm import slurm

    _one_of("KIND", kind, (*KINDS, "vllm", "slurm"))
    _one_of("--method", method, _METHODS)
    _one_of("--processes", processes, tuple(KINDS))
    if gpus < 1 or (gpus > PER_NODE and gpus % PER_NODE):
        fail(
            tr(
                f"`--gpus {gpus}`: must be 1 to {PER_NODE}, or a multiple of {PER_NODE}",
                f"`--gpus {gpus}`：应为 1 至 {PER_NODE}，或 {PER_NODE} 的倍数",
            )
        )
    if kind == "slurm":
        rows = slurm(method, processes, gpus)
    elif kind == "vllm":
        rows = generation(gpus)
    else:
        rows = accelerate(kind, gpus)
    echo(rendered(rows, message_language().value).removesuffix("\n"))


def _one_of(name: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        names = ", ".join(known)
        fail(
            tr(
                f"{name}: `{given}` is none of {names}",
                f"{name}：`{given}` 不在 {names} 之中",
            )
        )
