"""Calculators for a model: what LoRA trains, learning rate, FLOPs, memory, KV cache.

    run_tools.py lora config.json --rank 16

A model is its ``config.json``, the folder of that, or a name from the dated table. The answer is
JSON, with the formula, its sources and its limits.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from enum import Enum
from typing import Any

from ..tools.config import shape_of
from ..tools.errors import ToolError
from ..tools.flops import token_flops
from ..tools.kv_cache import kv_cache
from ..tools.learning_rate import Method, learning_rate
from ..tools.lora import Convention, chosen, count_lora
from ..tools.memory import training_memory
from .say import failed, out_json, text

__all__ = ["main"]

Calculate = Callable[[argparse.Namespace], Any]


def _adapters(given: argparse.Namespace) -> dict[str, Any]:
    """Return the maps that carry adapters and their count; nothing where all is trained."""
    if not given.rank:
        return {}
    shape = shape_of(given.model)
    return {"adapted": chosen(shape), "lora": count_lora(shape, given.rank)}


def _lora(given: argparse.Namespace) -> Any:
    return count_lora(
        shape_of(given.model),
        given.rank,
        layers=given.layers,
        convention=Convention(given.convention),
        unembed=given.unembed,
    )


def _lr(given: argparse.Namespace) -> Any:
    shape = shape_of(given.model)
    return learning_rate(shape, Method(given.method), lora=not given.full, steps=given.steps)


def _flops(given: argparse.Namespace) -> Any:
    shape = shape_of(given.model)
    return token_flops(shape, given.length, recompute=given.recompute, **_adapters(given))


def _memory(given: argparse.Namespace) -> Any:
    return training_memory(
        shape_of(given.model),
        length=given.length,
        batch=given.batch,
        checkpointing=given.recompute,
        **_adapters(given),
    )


def _cache(given: argparse.Namespace) -> Any:
    return kv_cache(shape_of(given.model), given.length, sequences=given.batch)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=text(
            "Calculators; the answer is JSON with its formula and sources.",
            "计算器；以 JSON 给出结果、公式与出处。",
        )
    )
    tools = parser.add_subparsers(required=True, metavar="TOOL")

    def tool(name: str, en: str, zh: str, calculate: Calculate) -> argparse.ArgumentParser:
        made = tools.add_parser(name, help=text(en, zh), description=text(en, zh))
        made.add_argument(
            "model",
            help=text(
                "config.json, its folder, or a known name", "config.json、所在文件夹或已知名称"
            ),
        )
        made.set_defaults(calculate=calculate)
        return made

    lora = tool("lora", "How many parameters LoRA trains.", "LoRA 训练多少参数。", _lora)
    lora.add_argument("--rank", type=int, default=16)
    lora.add_argument("--layers", default="all-linear")
    lora.add_argument(
        "--convention", choices=[one.value for one in Convention], default="per-expert"
    )
    lora.add_argument("--unembed", action="store_true")
    rate = tool("lr", "A learning rate to start from.", "起步的学习率。", _lr)
    rate.add_argument("--method", choices=[one.value for one in Method], default=Method.SFT.value)
    rate.add_argument("--steps", type=int)
    rate.add_argument("--full", action="store_true")
    flops = tool("flops", "FLOPs of one token of training.", "训练一个 token 的 FLOPs。", _flops)
    memory = tool("memory", "Memory of one device in training.", "训练时单卡显存。", _memory)
    for one in (flops, memory):
        one.add_argument("--length", type=int, default=2048)
        one.add_argument("--rank", type=int, default=16, help=text("0: train all", "0 表示全量"))
        one.add_argument("--recompute", action="store_true")
    memory.add_argument("--batch", type=int, default=1)
    cache = tool("kv-cache", "Size of the KV cache.", "KV cache 大小。", _cache)
    cache.add_argument("--length", type=int, default=8192)
    cache.add_argument("--batch", type=int, default=1)
    return parser


def main(argv: Sequence[str]) -> int:
    """Answer one question; return 0, or 2 if it cannot be answered."""
    given = _parser().parse_args(argv)
    try:
        found = given.calculate(given)
    except ToolError as error:
        return failed(error.en, error.zh)
    out_json(_plain(asdict(found)))
    return 0


def _plain(value: Any) -> Any:
    """Return data as JSON takes it: the values of enumerations, lists for tuples."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
