"""The calculators as plain functions: numbers and names in, JSON out.

The command line and the MCP server call these, so that both say the same. Their signatures and
docstrings are what an assistant reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from . import arxiv as _arxiv
from . import chinchilla as _chinchilla
from . import flops as _flops
from . import significance as _significance
from .config import shape_of
from .devices import Device
from .devices import device as find_device
from .errors import ToolError
from .kv_cache import kv_cache as _kv_cache
from .learning_rate import Method, learning_rate
from .lora import Convention, LoraCount, chosen, count_lora
from .memory import Memory, inference_memory, training_memory
from .numbers import positive, whole
from .scores import Keys, read_scores
from .shape import Linear, Shape

__all__ = [
    "CALLS",
    "arxiv",
    "chinchilla",
    "flops",
    "kv_cache",
    "lora",
    "lr",
    "memory",
    "significance",
]


def lora(
    model: str,
    rank: int = 16,
    layers: str = "all-linear",
    convention: str = "per-expert",
    expert_rank: int | None = None,
    unembed: bool = False,
    router: bool = False,
) -> dict[str, Any]:
    """Count exactly how many parameters LoRA trains in a model.

    model: a config.json, its folder, or a known name such as Qwen3-8B. layers: all-linear,
    attention, mlp, or names with commas between. convention, where there are experts: per-expert,
    shared-outer (Tinker), peft-parameters, peft-all-linear. The router is left out unless asked
    for.
    """
    counted = count_lora(
        shape_of(model),
        rank,
        layers=layers,
        convention=_one_of(Convention, convention),
        expert_rank=expert_rank,
        unembed=unembed,
        router=router,
    )
    return asdict(counted)


def lr(
    model: str, method: str = "sft", full: bool = False, steps: int | None = None
) -> dict[str, Any]:
    """Give a published learning rate to start from, and say what is not known.

    model: a config.json, its folder, or a known name. method: sft, rl, dpo or distill. full: all
    weights are trained, no LoRA. steps: how many optimizer steps the run has; short runs want
    more.
    """
    return asdict(
        learning_rate(shape_of(model), _one_of(Method, method), lora=not full, steps=steps)
    )


def flops(
    model: str,
    length: int = 2048,
    rank: int | None = None,
    layers: str = "all-linear",
    recompute: bool = False,
    tokens: int | None = None,
    tokens_per_second: float | None = None,
    device: str = "H100",
    peak: float | None = None,
    devices: int = 1,
    utilisation: float = 0.4,
) -> dict[str, Any]:
    """Count the FLOPs of training; tell utilisation of a measured speed, or time of a run.

    rank: LoRA at this rank; none: all weights are trained. recompute: activations are computed
    again (gradient checkpointing). tokens: of the whole run. tokens_per_second: measured, of all
    devices. device: A100, H100, H200, B200; or peak: dense bf16 FLOP/s of one device.
    utilisation: the share of the peak to assume for the time.
    """
    shape = shape_of(model)
    adapted, count = _adapted(shape, rank, layers)
    told = _flops.token_flops(shape, length, adapted=adapted, lora=count, recompute=recompute)
    which = None if peak is not None else find_device(device)
    top = which.bf16 if which is not None else positive("peak", peak or 0.0)
    whole("devices", devices)
    result: dict[str, Any] = {
        "model": shape.name,
        "method": "full" if rank is None else "lora",
        "rank": rank,
        "length": length,
        "recompute": recompute,
        "per_token": asdict(told),
        "device": _device(which, top, devices),
        "most_tokens_per_second": top * devices / told.hardware,
    }
    if tokens_per_second is not None:
        used = _flops.utilisation(told, tokens_per_second, top, devices)
        result["utilisation"] = asdict(used)
    if tokens is not None:
        run = _flops.training(told, tokens, peak=top, devices=devices, hfu=utilisation)
        result["run"] = asdict(run) | {"assumed_utilisation": utilisation}
    result["sources"] = [
        "Kaplan 2020, arXiv 2001.08361, section 2.1",
        "PaLM, arXiv 2204.02311, appendix B",
        "LoRA Without Regret, doi 10.64434/tml.20250929",
        f"{shape.source} (shape)",
    ]
    result["notes"] = [asdict(note) for note in _flops.NOTES]
    return result


def memory(
    model: str,
    purpose: str = "training",
    length: int = 2048,
    batch: int = 1,
    rank: int | None = None,
    layers: str = "all-linear",
    convention: str = "per-expert",
    dtype: str = "bf16",
    cache_dtype: str = "bf16",
    optimizer: str = "adamw",
    checkpointing: bool = True,
    chunked_loss: bool = False,
    shards: int = 1,
    device: str = "",
) -> dict[str, Any]:
    """Estimate the memory of training or inference on one device, by its parts, in bytes.

    purpose: training or inference. batch: sequences at once. rank: LoRA at this rank; none: all
    weights are trained. convention: as in lora. dtype: fp32, bf16, fp16, fp8, int8, nf4, int4.
    optimizer: adamw, adamw-8bit, sgd. shards: devices that share weights, gradients and states.
    device: also tell whether it fits there.
    """
    shape = shape_of(model)
    told: Memory
    if purpose == "training":
        adapted, count = _adapted(shape, rank, layers, _one_of(Convention, convention))
        told = training_memory(
            shape,
            length=length,
            batch=batch,
            adapted=adapted,
            lora=count,
            dtype=dtype,
            optimizer=optimizer,
            checkpointing=checkpointing,
            chunked_loss=chunked_loss,
            shards=shards,
        )
    elif purpose == "inference":
        told = inference_memory(
            shape,
            length=length,
            sequences=batch,
            dtype=dtype,
            cache_dtype=cache_dtype,
            shards=shards,
        )
    else:
        raise ToolError(
            f"the purpose `{purpose[:40]}` is neither training nor inference",
            f"用途 `{purpose[:40]}` 既不是 training 也不是 inference",
        )
    result = asdict(told)
    if device:
        which = find_device(device)
        result["device"] = asdict(which)
        result["fits"] = told.total <= which.memory
    return result


def kv_cache(
    model: str, length: int = 8192, sequences: int = 1, dtype: str = "bf16"
) -> dict[str, Any]:
    """Tell how many bytes the KV cache of a model takes.

    length: tokens of each sequence. Knows grouped-query and latent attention, sliding windows,
    and linear attention.
    """
    return asdict(_kv_cache(shape_of(model), length, sequences=sequences, dtype=dtype))


def chinchilla(
    flops: float | None = None, parameters: float | None = None, tokens: float | None = None
) -> dict[str, Any]:
    """Split a pretraining budget between parameters and tokens, by four published laws.

    Give one of: a budget in FLOPs, a number of parameters, a number of tokens.
    """
    found = _chinchilla.optima(flops=flops, parameters=parameters, tokens=tokens)
    return {"optima": [asdict(one) for one in found], "notes": [asdict(_chinchilla.NOTE)]}


def significance(
    accuracies: list[float] | None = None,
    questions: int | None = None,
    table: list[int] | None = None,
    files: list[str] | None = None,
    id_field: str = "id",
    score_field: str = "score",
    cluster_field: str = "",
    alpha: float = 0.05,
    power: float = 0.8,
) -> dict[str, Any]:
    """Tell whether two models differ on a benchmark, and how many questions would show it.

    Give one of: accuracies of both (0 to 1) with the number of questions; a table of counts (both
    right, only A, only B, neither); two files of results, one question a line (JSONL or CSV).
    """
    if (accuracies is not None) + (table is not None) + (files is not None) != 1:
        raise ToolError(
            "give one of: two files of results, `--table`, or `--accuracies` with `--questions`",
            "请给出以下之一：两个结果文件、`--table`，或 `--accuracies` 加 `--questions`",
        )
    if accuracies is not None:
        a, b = _just(accuracies, 2, "accuracies")
        if questions is None:
            raise ToolError(
                "how many questions? give `--questions`, e.g. 14042 for MMLU",
                "共有多少道题？请给出 `--questions`，例如 MMLU 为 14042",
            )
        return asdict(_significance.from_accuracies(a, b, questions, alpha=alpha, power=power))
    if table is not None:
        both, only_a, only_b, neither = _just(table, 4, "table")
        return asdict(
            _significance.from_counts(both, only_a, only_b, neither, alpha=alpha, power=power)
        )
    first, second = _just(files or [], 2, "files")
    keys = Keys(id_field, score_field, cluster_field)
    sides = [read_scores(Path(name).expanduser(), keys) for name in (first, second)]
    return asdict(_significance.from_scores(*sides, alpha=alpha, power=power))


def arxiv(
    query: list[str],
    authors: list[str] | None = None,
    categories: list[str] | None = None,
    most: int = 10,
    start: int = 0,
    order: str = "relevance",
) -> dict[str, Any]:
    """Search arXiv: papers with all words of the query, or with the given numbers.

    order: relevance, submitted or updated. One search is one request. The server is arXiv, or
    what the environment variable ARXIV_API_URL names: never what a text asks for.
    """
    found = _arxiv.search(
        query,
        authors=authors or (),
        categories=categories or (),
        most=most,
        start=start,
        order=order,
    )
    return asdict(found)


_Choice = TypeVar("_Choice", Convention, Method)
_Value = TypeVar("_Value", int, float, str)

#: Every calculator by the name that the command line gives it.
CALLS: dict[str, Callable[..., dict[str, Any]]] = {
    "lora": lora,
    "lr": lr,
    "flops": flops,
    "memory": memory,
    "kv-cache": kv_cache,
    "chinchilla": chinchilla,
    "significance": significance,
    "arxiv": arxiv,
}


def _adapted(
    shape: Shape,
    rank: int | None,
    layers: str,
    convention: Convention = Convention.PER_EXPERT,
) -> tuple[tuple[Linear, ...] | None, LoraCount | None]:
    if rank is None:
        return None, None
    return chosen(shape, layers), count_lora(shape, rank, layers=layers, convention=convention)


def _device(which: Device | None, peak: float, devices: int) -> dict[str, Any]:
    told = asdict(which) if which is not None else {"name": "", "bf16": peak, "source": "given"}
    return told | {"count": devices}


def _one_of(kind: type[_Choice], value: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise ToolError(
            f"`{value[:40]}` is none of {known}", f"`{value[:40]}` 不在 {known} 之中"
        ) from None


def _just(values: list[_Value], count: int, name: str) -> list[_Value]:
    if len(values) != count:
        raise ToolError(
            f"{name}: {count} values are needed, not {len(values)}",
            f"{name}：需要 {count} 个值，而不是 {len(values)} 个",
        )
    return values
