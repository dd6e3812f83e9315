"""One schema for what is measured while training, whatever does the training.

A row of ``metrics.jsonl`` is an object with ``step`` (optimizer steps done), ``time`` (seconds of
training so far, over all resumptions), and whichever of :data:`NAMES` are known. What has no name
of its own stands in ``extra``. Numbers that JSON has not are the texts "nan", "inf" and "-inf".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["NAMES", "PREFIXES", "from_line", "row", "to_line"]

#: What each figure is; losses in nats per token that is trained on, unless the method says other.
NAMES: Mapping[str, str] = {
    "tokens": "tokens seen so far, padding not counted",
    "loss": "the training loss of this step",
    "lr": "the learning rate of this step",
    "grad_norm": "the norm of the gradient before clipping",
    "eval_loss": "the loss on held-out examples",
    "reward": "the mean reward of the step's completions",
    "reward_std": "the mean standard deviation of rewards within a group",
    "kl": "the mean divergence from the reference policy, nats per token",
    "entropy": "the mean entropy of the policy, nats per token",
    "length": "the mean length of completions, tokens",
    "clipped": "the share of completions that were cut at the longest length allowed",
    "zero_std": "the share of groups whose rewards are all alike: they teach nothing",
    "accuracy": "the share of right tokens, or of pairs in the right order",
    "margin": "the mean difference of rewards, chosen minus rejected",
    "epoch": "passes over the training examples",
}
#: ``rewards/NAME`` one reward's mean, ``items/ID`` the share that passed a rubric's item,
#: ``judge/NAME`` a score of a judge whose verdict is not trained on, ``eval/NAME`` any figure of
#: :data:`NAMES` on held-out examples.
PREFIXES = ("rewards/", "items/", "judge/", "eval/")


def row(step: int, time: float, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the schema: what has no name goes to ``extra``, ``None`` is left out."""
    kept = {name: value for name, value in values.items() if value is not None}
    extra = {name: value for name, value in kept.items() if not _known(name)}
    named = {name: value for name, value in kept.items() if _known(name)}
    return {"step": step, "time": round(time, 3)} | named | ({"extra": extra} if extra else {})


def _known(name: str) -> bool:
    return name in NAMES or name.startswith(PREFIXES)


def to_line(data: Mapping[str, Any]) -> bytes:
    """Return one line of strict JSON, in UTF-8, with its line break."""
    text = json.dumps(_finite(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """Return what :func:`to_line` wrote.

    Raises:
        ValueError: the line is no JSON object in UTF-8.
    """
    data = json.loads(line.decode("utf-8", "surrogatepass"))
    if not isinstance(data, dict):
        msg = "not a JSON object"
        raise ValueError(msg)
    extra = data.get("extra")
    if isinstance(extra, dict):
        data["extra"] = {name: _number(value) for name, value in extra.items()}
    return {name: _number(value) if _known(name) else value for name, value in data.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _number(value: Any) -> Any:
    return float(value) if value in ("nan", "inf", "-inf") else value
