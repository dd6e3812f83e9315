"""``polyskill tools lora``: how many parameters LoRA trains."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr
from ..options import Json
from ..output import echo, print_json
from ..tables import Column, print_table
from ..text import plain
from .options import Convention, Layers, Model
from .shown import percent, whence

__all__ = ["HELP", "lora"]

HELP = tr(
    """Count exactly how many parameters LoRA trains, module by module.

polyskill tools lora Llama-3.1-8B --rank 32
polyskill tools lora Qwen3-30B-A3B --rank 32 --convention shared-outer
polyskill tools lora path/to/config.json --layers q_proj,v_proj --json""",
    """精确统计 LoRA 训练的参数量，逐模块列出。

polyskill tools lora Llama-3.1-8B --rank 32
polyskill tools lora Qwen3-30B-A3B --rank 32 --convention shared-outer
polyskill tools lora path/to/config.json --layers q_proj,v_proj --json""",
)


def lora(
    model: Model,
    rank: Annotated[
        int,
        typer.Option(
            "--rank", "-r", metavar=tr("R", "秩"), help=tr("Rank; default: 16", "秩；默认 16")
        ),
    ] = 16,
    layers: Layers = "all-linear",
    convention: Convention = "per-expert",
    expert_rank: Annotated[
        int | None,
        typer.Option(
            "--expert-rank",
            metavar=tr("R", "秩"),
            help=tr("Rank in the experts; default: the same", "专家中的秩；默认相同"),
        ),
    ] = None,
    unembed: Annotated[
        bool,
        typer.Option("--unembed", help=tr("Adapt the unembedding too", "同时适配输出嵌入")),
    ] = False,
    router: Annotated[
        bool, typer.Option("--router", help=tr("Adapt the router too", "同时适配路由器"))
    ] = False,
    json: Json = False,
) -> None:
    """Count LoRA parameters (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.lora(
        model,
        rank,
        layers,
        convention=convention,
        expert_rank=expert_rank,
        unembed=unembed,
        router=router,
    )
    if json:
        print_json(told)
        return
    trainable, total = told["trainable"], told["total"]
    echo(
        tr(
            f"{plain(told['model'])}, rank {rank}: {trainable:,} parameters are trained, "
            f"{percent(told['share'])} of {total:,}",
            f"{plain(told['model'])}，秩 {rank}：训练 {trainable:,} 个参数，"
            f"占 {total:,} 的 {percent(told['share'])}",
        )
    )
    print_table(
        [Column(tr("module", "模块")), Column(tr("parameters", "参数量"), right=True)],
        [(name, f"{count:,}") for name, count in told["by_module"].items()],
    )
    whence(told)
