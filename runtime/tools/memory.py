"""How much memory training and inference take: an estimate whose parts are named."""

from __future__ import annotations

from dataclasses import dataclass

from .activations import activations
from .errors import ToolError
from .kv_cache import bytes_of, kv_cache
from .lora import LoraCount
from .numbers import whole
from .shape import Group, Linear, Shape
from .text import Text

__all__ = ["Memory", "inference_memory", "training_memory", "weight_bytes"]

#: Bytes a parameter of optimizer states. Adam's two moments in fp32 (ZeRO, arXiv 1910.02054,
#: section 3.1), or in 8 bits (Dettmers 2021, arXiv 2110.02861).
OPTIMIZERS = {"adamw": 8.0, "adamw-8bit": 2.0, "sgd": 0.0}
_FP32, _BF16 = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes on one device, by what they are for; ``total`` is their sum."""

    model: str
    purpose: str
    parts: dict[str, float]
    total: float
    formula: str
    sources: tuple[str, ...]
    notes: tuple[Text, ...]


_NOTES = (
    Text(
        "an estimate: the CUDA context, fragmentation and temporary buffers come on top, some "
        "gigabytes in practice",
        "仅为估算：CUDA 上下文、碎片和临时缓冲区另计，实践中约为数 GB",
    ),
)


def weight_bytes(shape: Shape, dtype: str) -> float:
    """Return the bytes of the weights.

    Types below 16 bits hold the maps of the layers; embeddings, router, unembedding and norms stay
    bf16, as QLoRA (arXiv 2305.14314) and its kin leave them.
    """
    size = bytes_of(dtype)
    if size >= _BF16:
        return shape.parameters * size
    packed = {Group.ATTENTION, Group.MLP, Group.EXPERTS}
    inside = sum(
        one.layers * one.experts * one.inputs * one.outputs
        for one in shape.linears
        if one.group in packed
    )
    return inside * size + (shape.parameters - inside) * _BF16


def training_memory(
    shape: Shape,
    *,
    length: int,
    batch: int = 1,
    adapted: tuple[Linear, ...] | None = None,
    lora: LoraCount | None = None,
    dtype: str = "bf16",
    optimizer: str = "adamw",
    checkpointing: bool = True,
    chunked_loss: bool = False,
    shards: int = 1,
) -> Memory:
    """Return the memory of one device that trains on ``batch`` sequences of ``length`` tokens.

    With ``adapted`` maps and their ``lora`` count the rest is frozen, and adapters are fp32; else
    all weights are trained, with a master copy in fp32 where they are 16 bits (mixed precision,
    ZeRO section 3.1: 16 bytes a parameter with Adam). ``shards`` devices share weights, gradients
    and states evenly (ZeRO stage 3, FSDP). ``chunked_loss`` never holds the logits whole.

    Raises:
        ToolError: a number is out of its range, or a name is not known.
    """
    length, batch = whole("length", length), whole("batch", batch)
    shards = whole("shards", shards)
    if optimizer not in OPTIMIZERS:
        known = ", ".join(OPTIMIZERS)
        raise ToolError(
            f"the optimizer `{optimizer[:40]}` is none of {known}",
            f"优化器 `{optimizer[:40]}` 不在 {known} 之中",
        )
    states = OPTIMIZERS[optimizer]
    weights = weight_bytes(shape, dtype)
    parts = {"weights": weights / shards}
    if lora is not None:
        trained = lora.trainable
        parts["adapters"] = trained * _FP32 / shards
        gradient = _FP32
    else:
        trained, gradient = shape.parameters, bytes_of(dtype)
        if gradient < _BF16:
            raise ToolError(
                f"weights in {dtype} cannot all be trained; use bf16 or fp32, or LoRA",
                f"{dtype} 权重无法全量训练；请使用 bf16 或 fp32，或改用 LoRA",
            )
        if gradient < _FP32:
            parts["master"] = trained * _FP32 / shards
    parts["gradients"] = trained * gradient / shards
    parts["optimizer"] = trained * states / shards
    tokens = batch * length
    rank = lora.rank if lora is not None else 0
    kept = activations(shape, adapted, rank)
    parts["activations"] = float(kept.kept(tokens, checkpointing=checkpointing))
    parts["logits"] = 0.0 if chunked_loss else float(kept.logits * tokens)
    return Memory(
        model=shape.name,
        purpose="training",
        parts=parts,
        total=sum(parts.values()),
        formula="weights + 16 · trained (Adam) + tokens · (activations + 8 · vocabulary)",
        sources=(
            "ZeRO, arXiv 1910.02054, section 3.1",
            "Korthikanti 2022, arXiv 2205.05198, section 4.1, for transformers 5 with SDPA",
            f"{shape.source} (shape)",
        ),
        notes=_NOTES,
    )


def inference_memory(
    shape: Shape,
    *,
    length: int,
    sequences: int = 1,
    dtype: str = "bf16",
    cache_dtype: str = "bf16",
    shards: int = 1,
) -> Memory:
    """Return the memory of one of ``shards`` devices that serve ``sequences`` sequences at once.

    Both weights and cache are shared evenly, which tensor parallelism does only as far as there
    are heads to share.

    Raises:
        ToolError: a number is out of its range, or a type is not known.
    """
    shards = whole("shards", shards)
    cache = kv_cache(shape, length, sequences=sequences, dtype=cache_dtype)
    parts = {
        "weights": weight_bytes(shape, dtype) / shards,
        "kv_cache": cache.total / shards,
    }
    return Memory(
        model=shape.name,
        purpose="inference",
        parts=parts,
        total=sum(parts.values()),
        formula=f"weights + {cache.formula}",
        sources=cache.sources,
        notes=_NOTES,
    )
