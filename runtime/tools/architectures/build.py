"""A decoder out of its blocks."""

from __future__ import annotations

from collections import Counter

from ..errors import ToolError
from ..fields import Fields
from ..shape import Group, Linear, Shape
from .attention import Block, gated_delta, grouped_query, latent
from .mlp import dense, mixture, sparse_layers
from .traits import TRAITS, Traits

__all__ = ["MODEL_TYPES", "build"]

MODEL_TYPES: tuple[str, ...] = tuple(sorted(TRAITS))
_LINEAR, _SLIDING, _FULL = "linear_attention", "sliding_attention", "full_attention"


def build(fields: Fields, name: str, source: str) -> Shape:
    """Return the shape that a configuration describes.

    Raises:
        ToolError: the model type is not known, or a field is missing or impossible.
    """
    fields.require("model_type")
    family = str(fields.values["model_type"])
    traits = TRAITS.get(family)
    if traits is None:
        known = ", ".join(MODEL_TYPES)
        raise ToolError(
            f"{fields.origin}: how a `{family[:60]}` is built is not known here, and a guess "
            f"would be wrong; known are: {known}",
            f"{fields.origin}：尚不了解 `{family[:60]}` 的结构，猜测会出错；已支持：{known}",
        )
    fields.require("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
    hidden, layers = fields.whole("hidden_size"), fields.whole("num_hidden_layers")
    vocabulary = fields.whole("vocab_size")
    blocks = [*_attention(fields, traits, layers), *_mlp(fields, traits, layers)]
    head = Linear("lm_head", Group.UNEMBED, hidden, vocabulary, 1, reads="final")
    return Shape(
        name=name,
        family=family,
        hidden=hidden,
        layers=layers,
        vocabulary=vocabulary,
        tied=fields.flag("tie_word_embeddings", traits.tied),
        linears=(*(one for block in blocks for one in block.linears), head),
        attentions=tuple(one for block in blocks for one in block.attentions),
        other=sum(block.other for block in blocks) + (traits.norms * layers + 1) * hidden,
        source=source,
    )


def _attention(fields: Fields, traits: Traits, layers: int) -> list[Block]:
    if traits.block == "mla":
        return [latent(fields, layers)]
    kinds = _kinds(fields, traits, layers)
    window = fields.whole("sliding_window") if kinds[_SLIDING] else None
    windows: dict[int | None, int] = {}
    if kinds[_FULL]:
        windows[None] = kinds[_FULL]
    if kinds[_SLIDING]:
        windows[window] = kinds[_SLIDING]
    blocks = [grouped_query(fields, traits, windows)] if windows else []
    if kinds[_LINEAR]:
        blocks.append(gated_delta(fields, traits, kinds[_LINEAR]))
    return blocks


def _kinds(fields: Fields, traits: Traits, layers: int) -> Counter[str]:
    """Count the layers that look at everything, at a window, or keep a state."""
    if told := fields.texts("layer_types"):
        unknown = sorted(set(told) - {_FULL, _SLIDING, _LINEAR})
        if unknown or len(told) != layers:
            raise ToolError(
                f"{fields.origin}: `layer_types` must name {layers} layers, each {_FULL}, "
                f"{_SLIDING} or {_LINEAR}; it names {len(told)}"
                + (f", and `{unknown[0][:40]}`" if unknown else ""),
                f"{fields.origin}：`layer_types` 应列出 {layers} 层，取值为 {_FULL}、{_SLIDING} 或 "
                f"{_LINEAR}；实际列出 {len(told)} 层"
                + (f"，其中有 `{unknown[0][:40]}`" if unknown else ""),
            )
        return Counter(told)
    other = _LINEAR if traits.block == "delta" else _SLIDING
    if traits.full_every:
        key = "full_attention_interval" if traits.block == "delta" else "sliding_window_pattern"
        full = layers // fields.whole(key, traits.full_every)
        return Counter({_FULL: full, other: layers - full})
    windowed = fields.flag("use_sliding_window", not traits.window_flag)
    if windowed and fields.has("sliding_window"):
        first = fields.whole("max_window_layers", 0, least=0) if traits.window_flag else 0
        full = min(first, layers)
        return Counter({_FULL: full, _SLIDING: layers - full})
    return Counter({_FULL: layers})


def _mlp(fields: Fields, traits: Traits, layers: int) -> list[Block]:
    sparse = sparse_layers(fields, traits, layers)
    blocks = [mixture(fields, traits, sparse)] if sparse else []
    if sparse < layers:
        blocks.insert(0, dense(fields, traits, layers - sparse))
    return blocks
