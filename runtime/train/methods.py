"""The options of each method: the section of a configuration that bears its name.

A recipe reads them from ``Run.method_options``, where every key that stands here has a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .reader import Reader

__all__ = ["METHODS", "TINKER_VARIANTS", "VARIANTS", "RewardSpec", "method_options"]

#: Losses of DPO that trl 1.16 has (dpo_config.py).
DPO_LOSSES = (
    *("sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard"),
    *("aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm"),
)
#: Losses of policy gradients that only Tinker's server has.
TINKER_VARIANTS = ("ppo", "importance_sampling", "dro")
#: Losses of policy gradients by name; `gspo` and `luspo` weigh whole sequences.
VARIANTS = (
    *("dapo", "grpo", "dr_grpo", "bnpo", "gspo", "cispo", "sapo", "luspo", "vespo"),
    *TINKER_VARIANTS,
)


@dataclass(frozen=True, slots=True)
class RewardSpec:
    """One reward of a weighted sum: ``math``, ``rubric``, ``custom:file.py:function``."""

    name: str
    weight: float = 1.0
    options: Mapping[str, Any] = field(default_factory=dict)


def _rewards(reader: Reader) -> tuple[RewardSpec, ...]:
    """Read `rewards`: names, or mappings of `name`, `weight` (may be negative), `options`."""
    found = []
    for index, item in enumerate(reader.items("rewards")):
        if isinstance(item, str):
            found.append(RewardSpec(item))
            continue
        if not isinstance(item, Mapping):
            reader.report(
                f"rewards.{index}",
                "must be a name, or a mapping of name, weight and options",
                "应为奖励名，或含 name、weight、options 的映射",
            )
            continue
        one = Reader(
            item, f"{reader.at}rewards.{index}.", reader.marked, reader.problems, reader.method
        )
        weight = one.number("weight", 1.0, least=-1e9)
        found.append(RewardSpec(one.text("name"), weight, one.mapping("options")))
        one.finish()
    if not found:
        reader.report(
            "rewards",
            "names no reward, so there is nothing to learn from; e.g. `rewards: [math, {name: "
            "format, weight: 0.2}]`",
            "未指定奖励，无从学习；例如 `rewards: [math, {name: format, weight: 0.2}]`",
        )
    return tuple(found)


def _sft(reader: Reader) -> dict[str, Any]:
    del reader
    return {}


def _dpo(reader: Reader) -> dict[str, Any]:
    losses = reader.texts("loss", ("sigmoid",))
    for name in losses:
        if name not in DPO_LOSSES:
            reader.report(
                "loss",
                f"`{name}` is none of {', '.join(DPO_LOSSES)}",
                f"`{name}` 不在 {'、'.join(DPO_LOSSES)} 之中",
            )
    weights = tuple(reader.items("loss_weights"))
    if weights and (
        len(weights) != len(losses)
        or any(isinstance(one, bool) or not isinstance(one, int | float) for one in weights)
    ):
        reader.report(
            "loss_weights",
            f"must hold one number for each of the {len(losses)} losses",
            f"须为 {len(losses)} 个损失各给出一个数",
        )
    return {
        "beta": reader.number("beta", 0.1, above=True),
        "loss": losses,
        "loss_weights": weights,
        "label_smoothing": reader.number("label_smoothing", 0.0, most=0.5),
    }


def _reward(reader: Reader) -> dict[str, Any]:
    return {"center": reader.number("center", 0.01)}


def _policy(reader: Reader, group: int, beta: float) -> dict[str, Any]:
    return {
        "group": reader.whole("group", group, least=2),
        "max_new_tokens": reader.whole("max_new_tokens", 512),
        "temperature": reader.number("temperature", 1.0, above=True),
        "top_p": reader.number("top_p", 1.0, most=1.0, above=True),
        "beta": reader.number("beta", beta),
        "iterations": reader.whole("iterations", 1),
        "rewards": _rewards(reader),
        "held_out": reader.text("held_out", None),
        "held_out_every": reader.whole("held_out_every", 20),
        "stop_when_parted": reader.flag("stop_when_parted", True),
    }


def _grpo(reader: Reader) -> dict[str, Any]:
    return {**_policy(reader, 8, 0.0), "variant": reader.choice("variant", VARIANTS, "dapo")}


def _rloo(reader: Reader) -> dict[str, Any]:
    return _policy(reader, 2, 0.05)


def _distill(reader: Reader) -> dict[str, Any]:
    mode = reader.choice("mode", ("off-policy", "on-policy"), "off-policy")
    return {
        "mode": mode,
        "skill": reader.text("skill", None) if mode == "off-policy" else reader.text("skill"),
        "max_new_tokens": reader.whole("max_new_tokens", 512),
        "temperature": reader.number("temperature", 1.0, above=True),
        "teacher": reader.choice("teacher", ("base", "live", "ema"), "base"),
        "divergence": reader.choice("divergence", ("reverse", "forward", "jsd"), "reverse"),
        "top_k": reader.whole("top_k", 100),
    }


_OPTIONS: Mapping[str, Callable[[Reader], dict[str, Any]]] = {
    "sft": _sft,
    "dpo": _dpo,
    "reward": _reward,
    "grpo": _grpo,
    "rloo": _rloo,
    "distill": _distill,
}
METHODS = tuple(_OPTIONS)


def method_options(method: str, reader: Reader) -> dict[str, Any]:
    """Return the options of a method with its defaults; the reader collects what is wrong."""
    options = _OPTIONS[method](reader)
    reader.finish()
    return options
