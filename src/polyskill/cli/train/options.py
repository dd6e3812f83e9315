"""Options of the commands that let models answer and others judge them."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr

__all__ = ["Batch", "Budget", "Concurrency", "MaxTokens", "Temperature"]

MaxTokens = Annotated[
    int,
    typer.Option(
        "--max-tokens",
        min=1,
        metavar=tr("N", "数"),
        help=tr("Longest answer; default: 512", "回答的最大词元数；默认 512"),
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature",
        min=0.0,
        max=2.0,
        metavar=tr("T", "值"),
        help=tr("0 takes the likeliest token; default: 0", "0 表示取最可能的词元；默认 0"),
    ),
]
Batch = Annotated[
    int,
    typer.Option(
        "--batch",
        min=1,
        metavar=tr("N", "数"),
        help=tr("Prompts that a local model answers at once", "本地模型同时回答的提示数"),
    ),
]
Budget = Annotated[
    float | None,
    typer.Option(
        "--budget",
        min=0.0,
        metavar="USD",
        help=tr("Spend no more than this sum", "花费上限（美元）"),
    ),
]
Concurrency = Annotated[
    int,
    typer.Option(
        "--concurrency",
        "-j",
        min=1,
        metavar=tr("N", "数"),
        help=tr("Most calls at once; default: 16", "同时调用的上限；默认 16"),
    ),
]
