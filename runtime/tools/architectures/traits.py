"""How model types differ where their configurations do not say so.

Each row was read in the type's modelling code in transformers 5.24 and checked there on the meta
device: the parameters of every model in ``models.json`` are counted right to the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["TRAITS", "Traits"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What the code of a model type fixes.

    ``bias`` is that of the attention's maps: as ``attention_bias`` says (else ``bias_default``),
    on query, key and value, or none. ``qk_norm`` is whether queries and keys have a norm, a head
    wide or as wide as all heads. ``norms`` counts a layer's norms of the hidden size. ``head_dim``
    and ``kv_heads`` are whether the configuration must say them (else: hidden / heads, and as many
    as heads). Without ``layer_types``, every ``full_every``-th layer looks at the whole sequence
    and the others do not; with ``window_flag``, a window holds only where ``use_sliding_window``
    is true. ``experts``, ``expert_width`` and ``shared`` are the keys of the number of experts, of
    their width, and of the shared expert.
    """

    tied: bool = False
    bias: Literal["config", "qkv", "none"] = "config"
    bias_default: bool = False
    mlp_bias: bool = False
    qk_norm: Literal["", "head", "all"] = ""
    norms: int = 2
    head_dim: bool = False
    kv_heads: bool = True
    fused: bool = False
    block: Literal["gqa", "mla", "delta"] = "gqa"
    delta_fused: bool = False
    full_every: int = 0
    window_flag: bool = False
    experts: str = ""
    expert_width: str = "moe_intermediate_size"
    shared: Literal["", "width", "count"] = ""
    expert_bias: bool = False
    sinks: bool = False


TRAITS: dict[str, Traits] = {
    "llama": Traits(kv_heads=False, mlp_bias=True),
    "mistral": Traits(bias="none"),
    "ministral3": Traits(bias="none", head_dim=True),
    "qwen2": Traits(bias="qkv", window_flag=True),
    "qwen3": Traits(qk_norm="head", head_dim=True, window_flag=True),
    "smollm3": Traits(tied=True, mlp_bias=True, window_flag=True),
    "gemma": Traits(tied=True, head_dim=True),
    "gemma2": Traits(tied=True, head_dim=True, norms=4, full_every=2),
    "gemma3_text": Traits(tied=True, head_dim=True, norms=4, qk_norm="head", full_every=6),
    "olmo2": Traits(qk_norm="all", kv_heads=False),
    "phi3": Traits(bias="none", fused=True, kv_heads=False),
    "mixtral": Traits(bias="none", experts="num_local_experts", expert_width="intermediate_size"),
    "qwen3_moe": Traits(qk_norm="head", head_dim=True, experts="num_experts", window_flag=True),
    "gpt_oss": Traits(
        bias_default=True,
        head_dim=True,
        full_every=2,
        experts="num_local_experts",
        expert_width="intermediate_size",
        expert_bias=True,
        sinks=True,
    ),
    "deepseek_v3": Traits(block="mla", experts="n_routed_experts", shared="count"),
    "qwen3_next": Traits(
        block="delta",
        delta_fused=True,
        qk_norm="head",
        head_dim=True,
        full_every=4,
        experts="num_experts",
        shared="width",
    ),
    "qwen3_5_text": Traits(block="delta", qk_norm="head", head_dim=True, full_every=4),
    "qwen3_5_moe_text": Traits(
        block="delta",
        qk_norm="head",
        head_dim=True,
        full_every=4,
        experts="num_experts",
        shared="width",
    ),
}
#: The same code under another name.
TRAITS["kimi_k2"] = TRAITS["deepseek_v3"]
