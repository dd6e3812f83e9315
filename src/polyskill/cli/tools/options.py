"""Options that several calculators share."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import tr
from ..output import fail

__all__ = [
    "Convention",
    "Device",
    "Devices",
    "Dtype",
    "Layers",
    "Length",
    "Model",
    "Peak",
    "Rank",
    "whole",
]


def _complete_model(incomplete: str) -> list[str]:
    """Return the known models whose name holds what has been typed so far."""
    from polyskill.runtime.tools.config import known_models

    return [name for name in known_models() if incomplete.lower() in name.lower()]


def _complete_device(incomplete: str) -> list[str]:
    """Return the known devices whose name begins with what has been typed so far."""
    from polyskill.runtime.tools.devices import device_names

    return [name for name in device_names() if name.lower().startswith(incomplete.lower())]


def whole(value: float | None, name: str) -> int | None:
    """Return a number such as ``1e9`` as a whole one."""
    if value is not None and not (abs(value) < 1e18 and value.is_integer()):
        fail(tr(f"`{name}` must be a whole number", f"`{name}` 应为整数"))
    return None if value is None else int(value)


Model = Annotated[
    str,
    typer.Argument(
        metavar=tr("MODEL", "模型"),
        autocompletion=_complete_model,
        help=tr(
            "A config.json, the folder that holds it, or a known name, e.g. Qwen3-8B",
            "config.json、其所在文件夹，或已知名称，如 Qwen3-8B",
        ),
    ),
]
Rank = Annotated[
    int | None,
    typer.Option(
        "--rank",
        "-r",
        metavar=tr("R", "秩"),
        help=tr("LoRA at this rank; default: all weights", "LoRA 的秩；默认训练全部权重"),
    ),
]
Layers = Annotated[
    str,
    typer.Option(
        "--layers",
        metavar=tr("LAYERS", "层"),
        help=tr(
            "all-linear, attention, mlp, or names like q_proj,v_proj; default: all-linear",
            "all-linear、attention、mlp，或 q_proj,v_proj 等名称；默认 all-linear",
        ),
    ),
]
Convention = Annotated[
    str,
    typer.Option(
        "--convention",
        metavar="per-expert|shared-outer|peft-parameters|peft-all-linear",
        help=tr(
            "What an adapter of experts is; default: per-expert",
            "专家层适配器的计法；默认 per-expert",
        ),
    ),
]
Length = Annotated[
    int,
    typer.Option(
        "--length",
        "-l",
        metavar=tr("TOKENS", "词元数"),
        help=tr("Tokens of a sequence; default: 2048", "序列的词元数；默认 2048"),
    ),
]
Dtype = Annotated[
    str,
    typer.Option(
        "--dtype",
        metavar="fp32|bf16|fp16|fp8|int8|nf4|int4",
        help=tr("Number type of the weights; default: bf16", "权重的数值类型；默认 bf16"),
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        metavar=tr("NAME", "名称"),
        autocompletion=_complete_device,
        help=tr("A100, H100, H200 or B200; default: H100", "A100、H100、H200 或 B200；默认 H100"),
    ),
]
Peak = Annotated[
    float | None,
    typer.Option(
        "--peak",
        metavar="FLOP/s",
        help=tr(
            "Dense bf16 peak of another device, e.g. 165e12",
            "其他设备的 bf16 稠密峰值，如 165e12",
        ),
    ),
]
Devices = Annotated[
    int,
    typer.Option(
        "--devices",
        metavar=tr("N", "数"),
        help=tr("How many of them; default: 1", "设备数量；默认 1"),
    ),
]
