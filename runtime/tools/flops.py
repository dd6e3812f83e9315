"""How much a training step computes, and how much of a device that uses.

A map of d inputs and k outputs costs 2·d·k FLOPs a token forward, the same again for the gradient
of its input, and the same for that of its weights (Kaplan 2020, arXiv 2001.08361, section 2.1: 6N a
token). LoRA leaves the last part out and adds 6·r·(d + k) for the adapter ("LoRA Without Regret":
2N² + 6NR multiply-adds against 3N²). Attention costs 2·T·(d_k + d_v) a token, head and layer
forward and twice that backward, with LoRA too, as both of its operands are activations; for
d_k = d_v that is the 12·L·H·Q·T of PaLM (arXiv 2204.02311, appendix B), which counts the whole
T × T square although a causal mask needs half.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ToolError
from .lora import LoraCount
from .numbers import positive, whole
from .shape import Attention, Linear, Shape
from .text import Text

__all__ = ["TokenFlops", "Training", "Utilisation", "token_flops", "training", "utilisation"]


@dataclass(frozen=True, slots=True)
class TokenFlops:
    """FLOPs a token.

    ``model`` is what the method needs, ``hardware`` what is computed when activations are computed
    again in the backward pass (the same without recomputation), ``six_n`` the rule of thumb of full
    training, for comparison.
    """

    forward: float
    model: float
    hardware: float
    six_n: float
    weights: int
    attention: float


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What share of a device's peak is used, from 0 to 1.

    ``mfu`` counts what the method needs, ``hfu`` also what is recomputed (PaLM, appendix B;
    Korthikanti 2022, arXiv 2205.05198, section 6.3), ``six_n_mfu`` pretends that all weights are
    trained: with LoRA it overstates by half.
    """

    mfu: float
    hfu: float
    six_n_mfu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Training:
    """A whole run: FLOPs of the model, and seconds at an assumed utilisation."""

    tokens: int
    flops: float
    seconds: float | None
    tokens_per_second: float | None


def _attention(one: Attention, length: int) -> float:
    """Forward FLOPs a token in all its layers."""
    if one.recurrent:  # decay aside: read the state with k, write k·vᵀ, read with q
        return 6.0 * one.layers * one.heads * one.key * one.value
    seen = length if one.window is None else min(length, one.window)
    return 2.0 * one.layers * one.heads * (one.key + one.value) * seen


def _adapter(one: Linear, rank: int) -> float:
    """Forward FLOPs a token of one adapter, in the experts that are active."""
    return 2.0 * one.layers * one.active * rank * (one.inputs + one.outputs)


def token_flops(
    shape: Shape,
    length: int,
    *,
    adapted: tuple[Linear, ...] | None = None,
    lora: LoraCount | None = None,
    recompute: bool = False,
) -> TokenFlops:
    """Return the FLOPs of one token of training in sequences of ``length`` tokens.

    With ``adapted``, the maps that carry adapters, and their ``lora`` count (for the ranks), the
    rest is frozen; without, all weights are trained. Left out: look-ups, norms, softmax, the
    optimizer (each below 1 % at usual sizes), and that nothing flows back below the first adapter.

    Raises:
        ToolError: the length is no whole number above 0.
    """
    length = whole("sequence length", length)
    weights = shape.weights_per_token
    attention = sum(_attention(one, length) for one in shape.attentions)
    forward = 2.0 * weights + attention
    six_n = 6.0 * weights + 3 * attention
    if adapted is None or lora is None:
        model = six_n
    else:
        adapters = sum(
            _adapter(one, lora.expert_rank if one.experts > 1 else lora.rank) for one in adapted
        )
        model = 4.0 * weights + 3 * attention + 3 * adapters
        forward += adapters
    hardware = model + forward if recompute else model
    return TokenFlops(forward, model, hardware, six_n, weights, attention)


def utilisation(
    flops: TokenFlops, tokens_per_second: float, peak: float, devices: int = 1
) -> Utilisation:
    """Return what share of the peak of ``devices`` devices a measured speed is.

    Raises:
        ToolError: a number is not above 0, or the speed is beyond what the device can do.
    """
    speed = positive("tokens per second", tokens_per_second)
    whole_peak = positive("peak", peak) * whole("devices", devices)
    hfu = speed * flops.hardware / whole_peak
    if hfu > 1:
        most = whole_peak / flops.hardware
        raise ToolError(
            f"{speed:,.0f} tokens/s would be {hfu:.0%} of the peak; the device cannot do more than "
            f"{most:,.0f}. Is the number of devices right, or are padding tokens counted?",
            f"{speed:,.0f} 词元/秒将达到峰值的 {hfu:.0%}；设备最多只能达到 {most:,.0f}。"
            "设备数量是否正确，或者把填充词元也计入了？",
        )
    return Utilisation(
        speed * flops.model / whole_peak, hfu, speed * flops.six_n / whole_peak, whole_peak
    )


def training(
    flops: TokenFlops,
    tokens: int,
    *,
    peak: float | None = None,
    devices: int = 1,
    hfu: float = 0.4,
) -> Training:
    """Return what a run of ``tokens`` tokens (all epochs, padding too) costs.

    With a ``peak``, in FLOP/s of one device, also how long it takes at a hardware utilisation of
    ``hfu``.

    Raises:
        ToolError: a number is out of its range.
    """
    tokens = whole("tokens", tokens, most=10**18)
    seconds = speed = None
    if peak is not None:
        if not 0 < hfu <= 1:
            raise ToolError(
                f"utilisation is {hfu:g}; it must lie above 0 and not above 1",
                f"利用率为 {hfu:g}；应大于 0 且不超过 1",
            )
        speed = positive("peak", peak) * whole("devices", devices) * hfu / flops.hardware
        seconds = tokens / speed
    return Training(tokens, tokens * flops.model, seconds, speed)


#: What the figures leave open, for whoever shows them.
NOTES = (
    Text(
        "attention counts the whole square, as PaLM's convention does; a kernel that skips the "
        "masked half computes less",
        "注意力按完整方阵计（PaLM 的约定）；跳过掩码部分的内核实际计算更少",
    ),
)
