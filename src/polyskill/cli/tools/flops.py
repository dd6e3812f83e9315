"""``polyskill tools flops``: what training computes, and how well a device is used."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..language import tr
from ..options import Json
from ..output import echo, print_json
from ..tables import Column, print_table
from ..text import plain
from .options import Device, Devices, Layers, Length, Model, Peak, Rank, whole
from .shown import duration, figure, percent, whence

__all__ = ["HELP", "flops"]

HELP = tr(
    """Count the FLOPs of training: utilisation of a measured speed, time of a run.

polyskill tools flops Llama-3.1-8B --rank 32 --recompute --tokens-per-second 9600
polyskill tools flops Qwen3-8B --tokens 1e9 --devices 8""",
    """计算训练的 FLOPs：实测速度的利用率，以及训练所需时间。

polyskill tools flops Llama-3.1-8B --rank 32 --recompute --tokens-per-second 9600
polyskill tools flops Qwen3-8B --tokens 1e9 --devices 8""",
)


def flops(
    model: Model,
    length: Length = 2048,
    rank: Rank = None,
    layers: Layers = "all-linear",
    recompute: Annotated[
        bool,
        typer.Option(
            "--recompute",
            help=tr(
                "Activations are computed again (gradient checkpointing)",
                "反向传播时重新计算激活（梯度检查点）",
            ),
        ),
    ] = False,
    tokens: Annotated[
        float | None,
        typer.Option(
            "--tokens",
            metavar=tr("N", "数"),
            help=tr("Tokens of the whole run, e.g. 1e9", "整个训练的词元数，如 1e9"),
        ),
    ] = None,
    tokens_per_second: Annotated[
        float | None,
        typer.Option(
            "--tokens-per-second",
            metavar=tr("N", "数"),
            help=tr("Measured speed, of all devices", "实测速度（所有设备合计）"),
        ),
    ] = None,
    device: Device = "H100",
    peak: Peak = None,
    devices: Devices = 1,
    utilisation: Annotated[
        float,
        typer.Option(
            "--utilisation",
            metavar=tr("SHARE", "比例"),
            help=tr(
                "Share of the peak to assume for the time; default: 0.4",
                "估算时间时假定的峰值比例；默认 0.4",
            ),
        ),
    ] = 0.4,
    json: Json = False,
) -> None:
    """Count FLOPs (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.flops(
        model,
        length,
        rank,
        layers,
        recompute=recompute,
        tokens=whole(tokens, "--tokens"),
        tokens_per_second=tokens_per_second,
        device=device,
        peak=peak,
        devices=devices,
        utilisation=utilisation,
    )
    if json:
        print_json(told)
        return
    _show(told)
    whence(told)


def _show(told: dict[str, Any]) -> None:
    each = told["per_token"]
    what = "LoRA" if told["method"] == "lora" else tr("all weights", "全部权重")
    if told["method"] == "lora":
        what += tr(f", rank {told['rank']}", f"，秩 {told['rank']}")
    length = told["length"]
    echo(
        tr(
            f"{plain(told['model'])}, {what}, {length:,} tokens a sequence",
            f"{plain(told['model'])}，{what}，每序列 {length:,} 个词元",
        )
    )
    device = told["device"]
    name = plain(device["name"]) or tr("the device", "该设备")
    rows = [
        (tr("FLOPs a token (model)", "每词元 FLOPs（模型）"), figure(each["model"])),
        (tr("with recomputation", "含重计算"), figure(each["hardware"])),
        (tr("6N + attention, to compare", "6N + 注意力（对照）"), figure(each["six_n"])),
        (
            tr(
                f"most tokens/s on {device['count']} × {name}, at {figure(device['bf16'])} FLOP/s",
                f"{device['count']} × {name} 的词元/秒上限（峰值 {figure(device['bf16'])} FLOP/s）",
            ),
            f"{told['most_tokens_per_second']:,.0f}",
        ),
    ]
    if used := told.get("utilisation"):
        rows += [
            (tr("MFU (model FLOPs)", "MFU（模型 FLOPs）"), percent(used["mfu"])),
            (tr("HFU (with recomputation)", "HFU（含重计算）"), percent(used["hfu"])),
            (tr("MFU by 6N, to compare", "按 6N 计的 MFU（对照）"), percent(used["six_n_mfu"])),
        ]
    if run := told.get("run"):
        assumed = percent(run["assumed_utilisation"])
        rows += [
            (tr("FLOPs of the run", "训练总 FLOPs"), figure(run["flops"])),
            (
                tr(f"time at {assumed} utilisation", f"利用率 {assumed} 时的用时"),
                duration(run["seconds"]),
            ),
        ]
    print_table([Column(""), Column("", right=True)], rows)
