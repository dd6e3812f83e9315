"""The learning rate that a run takes where its configuration says "auto"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.architectures import build
from ..tools.errors import ToolError
from ..tools.fields import Fields
from ..tools.learning_rate import Method, learning_rate
from .errors import TrainError

if TYPE_CHECKING:
    from ..tools.shape import Shape
    from .config import Run

__all__ = ["AUTO", "rate", "rate_of"]

AUTO = "auto"
#: TRL 1.16, reward_config.py; nobody has published a rule for reward models.
REWARD, LORA_OVER_FULL = 1e-4, 10.0
_METHODS = {
    "sft": Method.SFT,
    "dpo": Method.DPO,
    "grpo": Method.RL,
    "rloo": Method.RL,
    "distill": Method.DISTILL,
}


def rate(run: Run, config: Any) -> float:
    """Return the learning rate of a run; ``config`` is the configuration of the loaded model.

    Raises:
        TrainError: it is "auto", and nobody has published a rule for the model or the method.
    """
    wanted = run.optim.learning_rate
    if wanted != AUTO:
        return float(wanted)
    if run.method == "reward":
        return REWARD if run.lora else REWARD / LORA_OVER_FULL
    try:
        shape = build(Fields(config.to_dict(), run.model.path), run.model.path, "config.json")
        return rate_of(run, shape)
    except ToolError as error:
        raise TrainError(
            f"`optim.learning_rate: auto` does not work here: {error.en}. Write a number instead",
            f"此处无法使用 `optim.learning_rate: auto`：{error.zh}。请改写为具体数值",
        ) from error


def rate_of(run: Run, shape: Shape) -> float:
    """Return the published learning rate for a model of a shape.

    Raises:
        ToolError: nobody has published a rule for the model or the method.
    """
    lora = run.lora is not None
    return learning_rate(
        shape, _METHODS[run.method], lora=lora, steps=run.optim.steps
    ).learning_rate
