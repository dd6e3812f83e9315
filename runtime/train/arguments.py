"""From a run's configuration to what every trainer of TRL is given."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checkpoints import CHECKPOINTS, STAGING
from .errors import TrainError
from .libraries import torch
from .processes import processes

if TYPE_CHECKING:
    from .config import Run

__all__ = ["TRACKERS", "arguments", "configured", "made"]

#: Services that transformers reports to; each is the name of the library that it needs.
TRACKERS = ("trackio", "wandb", "mlflow", "tensorboard", "comet_ml", "swanlab")
_NEVER = 2**31 - 1


def arguments(
    run: Run, folder: Path, device: str, *, learning_rate: float, evaluates: bool
) -> dict[str, Any]:
    """Return the arguments that TRL's configurations share.

    A batch of ``optim.batch_size`` examples is split among processes, and further into micro
    batches, whose gradients are summed before a step.

    Raises:
        TrainError: the batch cannot be split so; or a tracker is unknown or not installed.
    """
    _check_trackers(run.trackers)
    optim = run.optim
    micro, accumulate = _split(optim.batch_size, optim.micro_batch, processes())
    return {
        # A checkpoint is written in the staging folder, and gets its name when it is whole.
        "output_dir": str(folder / CHECKPOINTS / STAGING),
        "max_steps": optim.steps or -1,
        "num_train_epochs": optim.epochs or 1.0,
        "per_device_train_batch_size": micro,
        "per_device_eval_batch_size": micro,
        "gradient_accumulation_steps": accumulate,
        "learning_rate": learning_rate,
        "lr_scheduler_type": optim.schedule,
        "warmup_steps": optim.warmup,
        "weight_decay": optim.weight_decay,
        "seed": optim.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # a loss that is no number must be seen as such
        "save_strategy": "steps",  # which also saves at the end
        "save_steps": run.save_every or _NEVER,
        "eval_strategy": "steps" if evaluates and run.eval_every else "no",
        "eval_steps": run.eval_every or _NEVER,
        "report_to": list(run.trackers),
        "disable_tqdm": True,
        **_for_device(device),
    }


def _check_trackers(names: Iterable[str]) -> None:
    for name in names:
        if name not in TRACKERS:
            known = ", ".join(TRACKERS)
            raise TrainError(
                f"`trackers: {name}` is not known; known are {known}",
                f"`trackers: {name}` 无法识别；可用的有 {known}",
            )
        if find_spec(name) is None:
            raise TrainError(
                f"`trackers: {name}` needs its library: pip install {name}",
                f"`trackers: {name}` 需要相应的库：pip install {name}",
            )


def _for_device(device: str) -> dict[str, Any]:
    """TRL's defaults are those of a GPU: bfloat16 and recomputed activations (base_config.py)."""
    if device == "cuda":
        return {"bf16": _has_bf16(), "gradient_checkpointing": True}
    return {
        "bf16": False,
        "gradient_checkpointing": False,
        "use_cpu": device == "cpu",
        "dataloader_pin_memory": False,
    }


def _has_bf16() -> bool:
    return bool(torch().cuda.is_bf16_supported())


def _split(batch: int, micro: int, world: int) -> tuple[int, int]:
    """Return the examples a process takes at once, and how often before a step."""
    if batch % (micro * world):
        raise TrainError(
            f"`optim.batch_size: {batch}` cannot be split among {world} "
            f"process{'' if world == 1 else 'es'} that take {micro} at once: make it a multiple "
            f"of {micro * world}, or lower `optim.micro_batch`",
            f"`optim.batch_size: {batch}` 无法分给 {world} 个进程、每次 {micro} 个样本：请设为 "
            f"{micro * world} 的倍数，或减小 `optim.micro_batch`",
        )
    return micro, batch // (micro * world)


def configured(kind: Any, run: Run, options: dict[str, Any]) -> Any:
    """Return an instance of ``kind``, a configuration of TRL, with what `trainer:` adds.

    Raises:
        TrainError: `trainer:` has what another section says, or what the trainer does not take.
    """
    fixed = {"output_dir", "max_steps", "num_train_epochs", "per_device_train_batch_size"}
    fixed |= {"gradient_accumulation_steps", "learning_rate", "seed", "save_strategy", "save_steps"}
    for name in sorted(fixed & set(run.trainer)):
        raise TrainError(
            f"`trainer.{name}` is set by another section: say it there (`optim:`, `save_every:`, "
            "`out:`)",
            f"`trainer.{name}` 由其他部分设定：请写在 `optim:`、`save_every:` 或 `out:` 中",
        )
    if run.trainer.get("load_best_model_at_end"):
        raise TrainError(
            "`trainer.load_best_model_at_end` cannot be used: checkpoints are moved when they are "
            "whole; take the best one from `checkpoints/` by its `eval_loss` in metrics.jsonl",
            "不能使用 `trainer.load_best_model_at_end`：检查点写完后会被移动；请按 metrics.jsonl "
            "中的 `eval_loss` 从 `checkpoints/` 中选取最佳检查点",
        )
    try:
        return kind(**{**options, **run.trainer})
    except (TypeError, ValueError) as error:
        said = " ".join(str(error).split())[:300]
        raise TrainError(
            f"the trainer refuses its configuration: {said}; `polyskill train validate` says what "
            "to write instead",
            f"训练器不接受该配置：{said}；`polyskill train validate` 会说明应如何修改",
        ) from error


def made(kind: Any, run: Run, **words: Any) -> Any:
    """Return a trainer of TRL.

    Raises:
        TrainError: the trainer refuses the model, the examples or the configuration.
    """
    try:
        return kind(**words)
    except ValueError as error:
        said = " ".join(str(error).split())[:300]
        if run.data.loss_on == "assistant":
            raise TrainError(
                "`data.loss_on: assistant` needs a chat template that marks the assistant's turns, "
                f"and that of {run.model.path} does not ({said}): write `data.loss_on: "
                "completion`, or name such a template in `model.chat_template`",
                f"`data.loss_on: assistant` 需要能标出助手回合的对话模板，而 {run.model.path} 的"
                f"模板不能（{said}）：请改为 `data.loss_on: completion`，或在 "
                "`model.chat_template` 中指定合适的模板",
            ) from error
        raise TrainError(
            f"the trainer cannot be made: {said}; `polyskill train validate` may say more",
            f"无法创建训练器：{said}；可运行 `polyskill train validate` 了解详情",
        ) from error
