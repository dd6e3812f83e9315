"""The blocks that work on each token alone: gated MLPs and mixtures of them."""

from __future__ import annotations

from ..errors import ToolError
from ..fields import Fields
from ..shape import Group, Linear
from .attention import Block
from .traits import Traits

__all__ = ["dense", "mixture", "sparse_layers"]


def dense(fields: Fields, traits: Traits, layers: int) -> Block:
    """Return gated MLPs (Shazeer 2020, arXiv 2002.05202) in ``layers`` layers."""
    hidden, width = fields.whole("hidden_size"), fields.whole("intermediate_size")
    bias = traits.mlp_bias and fields.flag("mlp_bias", False)
    return Block(_gated("", Group.MLP, hidden, width, layers, bias=bias, fused=traits.fused), 0)


def _gated(
    prefix: str,
    group: Group,
    hidden: int,
    width: int,
    layers: int,
    *,
    experts: int = 1,
    active: int = 1,
    bias: bool = False,
    fused: bool = False,
) -> tuple[Linear, ...]:
    def made(name: str, inputs: int, outputs: int, reads: str, joins: bool = False) -> Linear:
        return Linear(
            prefix + name, group, inputs, outputs, layers, experts, active, bias, reads, joins
        )

    normed, inner = f"{prefix}mlp normed", f"{prefix}mlp inner"
    first: tuple[Linear, ...]
    if fused:
        first = (made("gate_up_proj", hidden, 2 * width, normed),)
    else:
        first = (
            made("gate_proj", hidden, width, normed),
            made("up_proj", hidden, width, normed),
        )
    return (*first, made("down_proj", width, hidden, inner, joins=True))


def sparse_layers(fields: Fields, traits: Traits, layers: int) -> int:
    """Return in how many of the layers there are experts."""
    if not traits.experts:
        return 0
    dense_first = fields.whole("first_k_dense_replace", 0, least=0)
    step = fields.whole("decoder_sparse_step", 1)
    plain = set(fields.wholes("mlp_only_layers"))
    return sum(
        at >= dense_first and (at + 1) % step == 0 and at not in plain for at in range(layers)
    )


def mixture(fields: Fields, traits: Traits, layers: int) -> Block:
    """Return experts with their router, and the expert that all tokens pass, if there is one."""
    key = traits.experts
    if not fields.has(key):  # transformers 5 calls it the same for all types
        key = "num_local_experts"
    fields.require(key, "num_experts_per_tok", traits.expert_width)
    hidden, width = fields.whole("hidden_size"), fields.whole(traits.expert_width)
    experts, active = fields.whole(key), fields.whole("num_experts_per_tok")
    if active > experts:
        raise ToolError(
            f"{fields.origin}: a token cannot pass {active} of {experts} experts",
            f"{fields.origin}：每个词元无法经过 {experts} 个专家中的 {active} 个",
        )
    router = Linear(
        "router",
        Group.ROUTER,
        hidden,
        experts,
        layers,
        bias=traits.expert_bias,
        reads="experts.mlp normed",
    )
    maps: tuple[Linear, ...] = (
        router,
        *_gated(
            "experts.",
            Group.EXPERTS,
            hidden,
            width,
            layers,
            experts=experts,
            active=active,
            bias=traits.expert_bias,
        ),
    )
    if traits.shared == "count" and (count := fields.whole("n_shared_experts", 0, least=0)):
        maps += _gated("shared_experts.", Group.MLP, hidden, width * count, layers)
    if traits.shared == "width":
        wide = fields.whole("shared_expert_intermediate_size")
        gate = Linear(
            "shared_expert_gate", Group.ROUTER, hidden, 1, layers, reads="experts.mlp normed"
        )
        maps += (*_gated("shared_expert.", Group.MLP, hidden, wide, layers), gate)
    return Block(maps, 0)
