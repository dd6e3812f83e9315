"""What a model keeps of the tokens it has seen.

A layer keeps 2 · kv heads · head width elements a token (Ainslie 2023, arXiv 2305.13245), one with
latent attention the latent and a rotary key (DeepSeek-V2, arXiv 2405.04434, section 2.1.2), one
with a window only the window's tokens, and one with linear attention a state that does not grow.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ToolError
from .numbers import whole
from .shape import Shape

__all__ = ["BYTES", "KvCache", "bytes_of", "kv_cache"]

#: Bytes of one element. nf4 with double quantization: 4.127 bits (QLoRA, arXiv 2305.14314, sec. 3).
BYTES = {
    "fp32": 4.0,
    "bf16": 2.0,
    "fp16": 2.0,
    "fp8": 1.0,
    "int8": 1.0,
    "nf4": 4.127 / 8,
    "int4": 0.5,
}


def bytes_of(dtype: str) -> float:
    """Return the bytes of one element.

    Raises:
        ToolError: the type is not known.
    """
    if dtype not in BYTES:
        known = ", ".join(BYTES)
        raise ToolError(
            f"the number type `{dtype[:40]}` is none of {known}",
            f"数值类型 `{dtype[:40]}` 不在 {known} 之中",
        )
    return BYTES[dtype]


@dataclass(frozen=True, slots=True)
class KvCache:
    """Bytes in the cache. ``per_token`` is what one more token costs while no window is full."""

    model: str
    dtype: str
    length: int
    sequences: int
    per_token: float
    per_token_beyond_windows: float
    state: float
    per_sequence: float
    total: float
    formula: str
    sources: tuple[str, ...]


def kv_cache(shape: Shape, length: int, *, sequences: int = 1, dtype: str = "bf16") -> KvCache:
    """Return the size of the cache of ``sequences`` sequences of ``length`` tokens, in bytes.

    States of linear attention are counted at the same number type.

    Raises:
        ToolError: a number is out of its range, or the type is not known.
    """
    length, sequences = whole("length", length, least=0), whole("sequences", sequences)
    size = bytes_of(dtype)
    growing = sum(one.layers * one.cached for one in shape.attentions)
    endless = sum(one.layers * one.cached for one in shape.attentions if one.window is None)
    state = sum(one.layers * one.state for one in shape.attentions)
    kept = state + sum(
        one.layers * one.cached * (length if one.window is None else min(length, one.window))
        for one in shape.attentions
    )
    latent = any(one.latent for one in shape.attentions)
    return KvCache(
        model=shape.name,
        dtype=dtype,
        length=length,
        sequences=sequences,
        per_token=growing * size,
        per_token_beyond_windows=endless * size,
        state=state * size,
        per_sequence=kept * size,
        total=kept * size * sequences,
        formula=_formula(shape, latent=latent),
        sources=(
            "DeepSeek-V2, arXiv 2405.04434, section 2.1.2"
            if latent
            else "Ainslie 2023, arXiv 2305.13245",
            f"{shape.source} (shape)",
        ),
    )


def _formula(shape: Shape, *, latent: bool) -> str:
    one = "(latent + rotary key)" if latent else "2 · kv heads · head width"
    tokens = "tokens"
    if any(each.window for each in shape.attentions):
        tokens = "min(tokens, window)"
    state = " + state" if any(each.state for each in shape.attentions) else ""
    return f"layers · {one} · {tokens} · bytes{state}"
