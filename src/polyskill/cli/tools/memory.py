"""``polyskill tools memory`` and ``kv-cache``: what fits on a device."""

from __future__ import annotations

from typing import Annotated

import typer

from ..language import counted, tr
from ..options import Json
from ..output import echo, print_json, styled
from ..tables import Column, print_table
from ..text import plain
from .options import Convention, Dtype, Layers, Length, Model, Rank
from .shown import size, whence

__all__ = ["HELP", "KV_HELP", "kv_cache", "memory"]

HELP = tr(
    """Estimate the memory of training or inference, part by part.

polyskill tools memory Llama-3.1-8B --rank 32 --batch 4 --device H100
polyskill tools memory Llama-3.1-70B --rank 16 --dtype nf4 --chunked-loss
polyskill tools memory Qwen3-8B --inference --length 8192 --batch 16""",
    """估算训练或推理的内存占用，逐项列出。

polyskill tools memory Llama-3.1-8B --rank 32 --batch 4 --device H100
polyskill tools memory Llama-3.1-70B --rank 16 --dtype nf4 --chunked-loss
polyskill tools memory Qwen3-8B --inference --length 8192 --batch 16""",
)
KV_HELP = tr(
    """Tell how large the KV cache of a model is.

polyskill tools kv-cache Llama-3.1-8B --length 8192
polyskill tools kv-cache DeepSeek-V3 --length 131072 --sequences 8 --dtype fp8""",
    """计算模型的 KV 缓存大小。

polyskill tools kv-cache Llama-3.1-8B --length 8192
polyskill tools kv-cache DeepSeek-V3 --length 131072 --sequences 8 --dtype fp8""",
)
CacheDtype = Annotated[
    str,
    typer.Option(
        "--cache-dtype",
        metavar="fp32|bf16|fp16|fp8|int8|int4",
        help=tr("Number type of the KV cache; default: bf16", "KV 缓存的数值类型；默认 bf16"),
    ),
]


def memory(
    model: Model,
    inference: Annotated[
        bool, typer.Option("--inference", help=tr("Serve instead of train", "推理而非训练"))
    ] = False,
    length: Length = 2048,
    batch: Annotated[
        int,
        typer.Option(
            "--batch",
            "-b",
            metavar=tr("N", "数"),
            help=tr("Sequences at once on a device; default: 1", "单设备同时处理的序列数；默认 1"),
        ),
    ] = 1,
    rank: Rank = None,
    layers: Layers = "all-linear",
    convention: Convention = "per-expert",
    dtype: Dtype = "bf16",
    cache_dtype: CacheDtype = "bf16",
    optimizer: Annotated[
        str,
        typer.Option(
            "--optimizer",
            metavar="adamw|adamw-8bit|sgd",
            help=tr("Default: adamw", "默认 adamw"),
        ),
    ] = "adamw",
    checkpointing: Annotated[
        bool,
        typer.Option(
            "--checkpointing/--no-checkpointing",
            help=tr(
                "Keep only the inputs of layers and compute the rest again; default: yes",
                "只保留各层输入，其余重新计算；默认是",
            ),
        ),
    ] = True,
    chunked_loss: Annotated[
        bool,
        typer.Option(
            "--chunked-loss",
            help=tr("The loss never holds all logits", "损失分块计算，不保留全部 logits"),
        ),
    ] = False,
    shards: Annotated[
        int,
        typer.Option(
            "--shards",
            metavar=tr("N", "数"),
            help=tr(
                "Devices that share weights, gradients and states (FSDP); default: 1",
                "分摊权重、梯度和优化器状态的设备数（FSDP）；默认 1",
            ),
        ),
    ] = 1,
    device: Annotated[
        str,
        typer.Option(
            "--device",
            metavar=tr("NAME", "名称"),
            help=tr(
                "Tell whether it fits: A100, H100, H200, B200",
                "判断能否放下：A100、H100、H200、B200",
            ),
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Estimate memory (see :data:`HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.memory(
        model,
        "inference" if inference else "training",
        length,
        batch,
        rank,
        layers,
        convention,
        dtype,
        cache_dtype,
        optimizer,
        checkpointing=checkpointing,
        chunked_loss=chunked_loss,
        shards=shards,
        device=device,
    )
    if json:
        print_json(told)
        return
    names = {
        "weights": tr("weights", "权重"),
        "adapters": tr("adapters (fp32)", "适配器（fp32）"),
        "master": tr("master weights (fp32)", "主权重（fp32）"),
        "gradients": tr("gradients", "梯度"),
        "optimizer": tr("optimizer states", "优化器状态"),
        "activations": tr("activations", "激活"),
        "logits": tr("logits and their gradient", "logits 及其梯度"),
        "kv_cache": tr("KV cache", "KV 缓存"),
    }
    echo(plain(told["model"]))
    rows = [(names[name], size(part)) for name, part in told["parts"].items() if part]
    rows.append((tr("total", "合计"), size(told["total"])))
    print_table([Column(""), Column("", right=True)], rows)
    if "fits" in told:
        where, room = plain(told["device"]["name"]), size(told["device"]["memory"])
        if told["fits"]:
            said = tr(f"fits in {where} ({room})", f"{where}（{room}）放得下")
        else:
            said = tr(f"does not fit in {where} ({room})", f"{where}（{room}）放不下")
        echo(styled(said, "green" if told["fits"] else "red"))
    whence(told)


def kv_cache(
    model: Model,
    length: Annotated[
        int,
        typer.Option(
            "--length",
            "-l",
            metavar=tr("TOKENS", "词元数"),
            help=tr("Tokens of each sequence; default: 8192", "每个序列的词元数；默认 8192"),
        ),
    ] = 8192,
    sequences: Annotated[
        int,
        typer.Option(
            "--sequences",
            "-n",
            metavar=tr("N", "数"),
            help=tr("Sequences at once; default: 1", "同时处理的序列数；默认 1"),
        ),
    ] = 1,
    dtype: Annotated[
        str,
        typer.Option(
            "--dtype",
            metavar="fp32|bf16|fp16|fp8|int8|int4",
            help=tr("Number type; default: bf16", "数值类型；默认 bf16"),
        ),
    ] = "bf16",
    json: Json = False,
) -> None:
    """Tell the size of the cache (see :data:`KV_HELP`)."""
    from polyskill.runtime.tools import calls

    told = calls.kv_cache(model, length, sequences, dtype)
    if json:
        print_json(told)
        return
    each = counted(length, "token", "个词元")
    many = counted(sequences, "sequence", "个序列")
    echo(f"{plain(told['model'])}{tr(', ', '，')}{dtype}")
    rows = [(tr("one more token", "每多一个词元"), f"{told['per_token']:,.0f} B")]
    if told["per_token_beyond_windows"] != told["per_token"]:
        beyond = tr("one more token, windows full", "窗口已满后每多一个词元")
        rows.append((beyond, f"{told['per_token_beyond_windows']:,.0f} B"))
    if told["state"]:
        rows.append((tr("state of linear attention", "线性注意力状态"), size(told["state"])))
    rows.append((tr(f"a sequence of {each}", f"一个 {each}的序列"), size(told["per_sequence"])))
    rows.append((many, size(told["total"])))
    print_table([Column(""), Column("", right=True)], rows)
    whence(told)
