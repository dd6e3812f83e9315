"""``polyskill tools chinchilla``: compute-optimal pretraining."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr
from ..options import Json
from ..output import print_json
from ..tables import Column, print_table
from .shown import figure, whence

__all__ = ["HELP", "chinchilla"]

HELP = tr(
    """Split a pretraining budget between parameters and tokens, by four published laws.

polyskill tools chinchilla --flops 5.76e23
polyskill tools chinchilla --parameters 8e9
polyskill tools chinchilla --tokens 1.4e12""",
    """按四条已发表的规律，在参数量与词元数之间分配预训练算力。

polyskill tools chinchilla --flops 5.76e23
polyskill tools chinchilla --parameters 8e9
polyskill tools chinchilla --tokens 1.4e12""",
)


def chinchilla(
    flops: Annotated[
        float | None,
        typer.Option("--flops", metavar="C", help=tr("Budget in FLOPs", "算力预算，单位 FLOPs")),
    ] = None,
    parameters: Annotated[
        float | None,
        typer.Option("--parameters", metavar="N", help=tr("Parameters of the model", "模型参数量")),
    ] = None,
    tokens: Annotated[
        float | None,
        typer.Option("--tokens", metavar="D", help=tr("Tokens to train on", "训练词元数")),
    ] = None,
    json: Json = False,
) -> None:
    """Split a budget (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.chinchilla(flops, parameters, tokens)
    if json:
        print_json(told)
        return
    print_table(
        [
            Column(tr("law", "规律")),
            Column("FLOPs", right=True),
            Column(tr("parameters", "参数量"), right=True),
            Column(tr("tokens", "词元数"), right=True),
            Column(tr("tokens/parameter", "词元/参数"), right=True),
            Column(tr("loss", "损失"), right=True),
        ],
        [
            (
                one["law"],
                figure(one["flops"]),
                figure(one["parameters"]),
                figure(one["tokens"]),
                f"{one['tokens_per_parameter']:.1f}",
                "" if one["loss"] is None else f"{one['loss']:.3f}",
            )
            for one in told["optima"]
        ],
    )
    sources = list(dict.fromkeys(one["source"] for one in told["optima"]))
    whence({"formula": "C = 6 · N · D", "sources": sources, "notes": told["notes"]})
