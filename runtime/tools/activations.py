"""What a training step keeps for its backward pass.

Counted as Korthikanti 2022 (arXiv 2205.05198, section 4.1) counts, but for the modules that run
today: transformers 5 without fused kernels, attention through SDPA or FlashAttention (no T × T
matrix). A token keeps, in each layer, every distinct input of a map, the outputs that attention or
an activation function reads, the activation's own output, the inputs of both norms in fp32, and an
fp32 normalizer a head and a norm; where norms are trained, their normalized inputs too. For Llama
that is 2·(2h + 2q + 2kv + 4m) + 8h + 4·heads + 8 bytes in bf16, which is what PyTorch's
saved-tensor hooks measure. Adapters keep r more elements each.
"""

from __future__ import annotations

from dataclasses import dataclass

from .shape import Group, Linear, Shape

__all__ = ["Activations", "activations"]

_ELEMENT, _FP32 = 2, 4  # bytes: activations are bf16, norms work in fp32
_LOGIT = 8  # bytes: a logit and its gradient, both fp32


@dataclass(frozen=True, slots=True)
class Activations:
    """Bytes of one token: without and with checkpoints at every layer, and of its logits."""

    all_layers: int
    checkpoints: int
    one_layer: int
    logits: int

    def kept(self, tokens: int, *, checkpointing: bool) -> int:
        """Return the bytes that are alive at the peak, without the logits.

        With checkpointing these are the inputs of all layers and one layer that is computed again
        (an average one, where layers differ).
        """
        if checkpointing:
            return tokens * (self.checkpoints + self.one_layer)
        return tokens * self.all_layers


def activations(
    shape: Shape, adapted: tuple[Linear, ...] | None = None, rank: int = 0
) -> Activations:
    """Return the activation bytes of one token.

    With ``adapted`` maps at a LoRA rank, the rest is frozen; without, all of it is trained.
    """
    inner = [one for one in shape.linears if one.group is not Group.UNEMBED]
    inputs: dict[tuple[str, int], int] = {}
    for one in inner:
        key = (one.reads, one.layers)
        inputs[key] = max(inputs.get(key, 0), one.inputs * one.active * one.layers)
    elements = sum(inputs.values())
    elements += sum(one.outputs * one.active * one.layers for one in inner if not one.joins)
    activated = (one for one in inner if one.joins and one.group is not Group.ATTENTION)
    elements += sum(one.inputs * one.active * one.layers for one in activated)
    elements += sum(one.layers * one.active * rank for one in adapted or ())
    norm = shape.hidden * (_FP32 if adapted is not None else _FP32 + _ELEMENT) + _FP32
    normalizers = _FP32 * sum(
        one.heads * one.layers for one in shape.attentions if not one.recurrent
    )
    layers = elements * _ELEMENT + normalizers + 2 * norm * shape.layers
    last = norm + shape.hidden * _ELEMENT  # the last norm, and what the unembedding reads
    return Activations(
        all_layers=layers + last,
        checkpoints=shape.layers * shape.hidden * _ELEMENT + last,
        one_layer=-(-layers // shape.layers),
        logits=shape.vocabulary * _LOGIT,
    )
