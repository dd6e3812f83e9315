"""The blocks in which tokens meet: grouped-query, latent, and gated linear attention."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ToolError
from ..fields import Fields
from ..shape import Attention, Group, Linear
from .traits import Traits

__all__ = ["Block", "gated_delta", "grouped_query", "latent"]


@dataclass(frozen=True, slots=True)
class Block:
    """The maps of one kind of block, its norms and the like, and how its tokens meet."""

    linears: tuple[Linear, ...]
    other: int
    attentions: tuple[Attention, ...] = ()


def _map(
    name: str, inputs: int, outputs: int, layers: int, reads: str, bias: bool = False
) -> Linear:
    joins = reads == "mixed"
    return Linear(
        name, Group.ATTENTION, inputs, outputs, layers, bias=bias, reads=reads, joins=joins
    )


def head_width(fields: Fields, traits: Traits) -> int:
    """Return the width of a head: ``head_dim``, or hidden / heads where a type allows that."""
    if fields.has("head_dim"):
        return fields.whole("head_dim")
    if traits.head_dim:
        fields.require("head_dim")
    hidden, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    if hidden % heads:
        raise ToolError(
            f"{fields.origin}: `hidden_size` {hidden} cannot be divided by {heads} heads, and "
            "there is no `head_dim`; give `head_dim`",
            f"{fields.origin}：`hidden_size` {hidden} 不能被 {heads} 个注意力头整除，"
            "且没有 `head_dim`；请给出 `head_dim`",
        )
    return hidden // heads


def grouped_query(fields: Fields, traits: Traits, windows: dict[int | None, int]) -> Block:
    """Return attention with heads that share keys and values (Ainslie 2023, arXiv 2305.13245).

    ``windows`` says in how many layers each window holds.
    """
    hidden, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    if traits.kv_heads:
        fields.require("num_key_value_heads")
    shared = fields.whole("num_key_value_heads", heads)
    if heads % shared:
        raise ToolError(
            f"{fields.origin}: {heads} heads cannot share {shared} `num_key_value_heads` evenly",
            f"{fields.origin}：{heads} 个注意力头无法平均共享 {shared} 个 `num_key_value_heads`",
        )
    width, layers = head_width(fields, traits), sum(windows.values())
    query, key = heads * width, shared * width
    # a gated output (Qwen3-Next) makes the query's map twice as wide
    wide = 2 * query if traits.block == "delta" else query
    told = traits.bias == "config" and fields.flag("attention_bias", traits.bias_default)
    inside = told or traits.bias == "qkv"
    maps: tuple[Linear, ...]
    if traits.fused:
        maps = (_map("qkv_proj", hidden, wide + 2 * key, layers, "normed", inside),)
    else:
        maps = (
            _map("q_proj", hidden, wide, layers, "normed", inside),
            _map("k_proj", hidden, key, layers, "normed", inside),
            _map("v_proj", hidden, key, layers, "normed", inside),
        )
    maps += (_map("o_proj", query, hidden, layers, "mixed", told),)
    norms = {"": 0, "head": 2 * width, "all": query + key}[traits.qk_norm]
    other = layers * (norms + (heads if traits.sinks else 0))
    meets = tuple(
        Attention(count, heads, width, width, 2 * key, window) for window, count in windows.items()
    )
    return Block(maps, other, meets)


def latent(fields: Fields, layers: int) -> Block:
    """Return multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1).

    What is cached is the compressed latent and one rotary key for all heads.
    """
    fields.require("kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim")
    hidden, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    rank, rotary = fields.whole("kv_lora_rank"), fields.whole("qk_rope_head_dim")
    plain, value = fields.whole("qk_nope_head_dim"), fields.whole("v_head_dim")
    bias = fields.flag("attention_bias", False)
    key = plain + rotary
    other = layers * rank
    maps: tuple[Linear, ...]
    if fields.has("q_lora_rank"):
        narrow = fields.whole("q_lora_rank")
        other += layers * narrow
        maps = (
            _map("q_a_proj", hidden, narrow, layers, "normed", bias),
            _map("q_b_proj", narrow, heads * key, layers, "query latent"),
        )
    else:
        maps = (_map("q_proj", hidden, heads * key, layers, "normed"),)
    maps += (
        _map("kv_a_proj_with_mqa", hidden, rank + rotary, layers, "normed", bias),
        _map("kv_b_proj", rank, heads * (plain + value), layers, "latent"),
        _map("o_proj", heads * value, hidden, layers, "mixed", bias),
    )
    return Block(maps, other, (Attention(layers, heads, key, value, rank + rotary, latent=True),))


def gated_delta(fields: Fields, traits: Traits, layers: int) -> Block:
    """Return gated delta-rule attention (Yang 2024, arXiv 2412.06464), as Qwen3-Next has it."""
    fields.require(
        "linear_num_key_heads",
        "linear_num_value_heads",
        "linear_key_head_dim",
        "linear_value_head_dim",
        "linear_conv_kernel_dim",
    )
    hidden = fields.whole("hidden_size")
    key_heads, heads = fields.whole("linear_num_key_heads"), fields.whole("linear_num_value_heads")
    key, value = fields.whole("linear_key_head_dim"), fields.whole("linear_value_head_dim")
    kernel = fields.whole("linear_conv_kernel_dim")
    values = heads * value
    mixed = 2 * key_heads * key + values  # what the convolution runs over: q, k and v
    maps: tuple[Linear, ...]
    if traits.delta_fused:
        maps = (
            _map("in_proj_qkvz", hidden, mixed + values, layers, "normed"),
            _map("in_proj_ba", hidden, 2 * heads, layers, "normed"),
        )
    else:
        maps = (
            _map("in_proj_qkv", hidden, mixed, layers, "normed"),
            _map("in_proj_z", hidden, values, layers, "normed"),
            _map("in_proj_b", hidden, heads, layers, "normed"),
            _map("in_proj_a", hidden, heads, layers, "normed"),
        )
    maps += (_map("out_proj", values, hidden, layers, "mixed"),)
    # the convolution, a decay and a time step for each head, and a norm of one head's width
    other = layers * (mixed * kernel + 2 * heads + value)
    state = heads * key * value + mixed * (kernel - 1)
    meet = Attention(layers, heads, key, value, 0, state=state, recurrent=True)
    return Block(maps, other, (meet,))
