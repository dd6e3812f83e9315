"""A trainer's run from its first step to the saved model, with everything recorded."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judge.missing import need
from . import checkpoints, models
from .callback import Report, Stop, callback
from .errors import TrainError
from .facts import described
from .interrupts import INTERRUPTED, signals
from .libraries import EXTRA
from .processes import first, processes
from .record import Recorder, read_run

if TYPE_CHECKING:
    from .claim import Claim
    from .config import Run

__all__ = ["MODEL", "Report", "Stop", "drive", "untold"]

#: Where in a run's folder the trained model is: the adapter, or all weights.
MODEL = "model"
KEPT = 2  # checkpoints; `trainer.save_total_limit` says another number
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
# safetensors and torch write by themselves, and raise errors without a number.
_FULL_TEXTS = ("No space left", "File too large", "quota", "PytorchStreamWriter", "unexpected pos")


def untold(_row: Mapping[str, Any]) -> None:
    """Report nothing."""


def drive(
    trainer: Any,
    run: Run,
    claimed: Claim,
    *,
    report: Report = untold,
    recorder: Recorder | None = None,
    stop: Stop | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Path:
    """Train, record, and save the model; return its folder.

    ``recorder`` is one on the claimed folder, for a recipe that records more (samples) while it
    trains; ``stop`` lets it end the run early; ``facts`` are added to run.json.

    Raises:
        TrainError: the disk is full, or the memory; the last checkpoint is whole.
        KeyboardInterrupt: the run was interrupted; it has been saved, and can be resumed.
    """
    ending = stop or Stop()
    writer = (recorder or Recorder(claimed.folder)) if first() else None
    tokens_before = _begin(writer, trainer, run, claimed, facts or {}) if writer else 0.0
    trainer.add_callback(
        callback(
            need("transformers", EXTRA),
            writer,
            claimed.folder,
            keep=int(run.trainer.get("save_total_limit") or KEPT),
            stop=ending,
            report=report,
            tokens_before=tokens_before,
        )
    )
    for silent in ("PrinterCallback", "ProgressCallback"):
        trainer.remove_callback(getattr(need("transformers.trainer_callback", EXTRA), silent))
    state, why = "failed", ""
    try:
        with signals(ending):
            trainer.train(resume_from_checkpoint=claimed.checkpoint and str(claimed.checkpoint))
            if ending.reason != INTERRUPTED:  # whoever interrupts has little time to give
                _last_evaluation(trainer, run)
                models.save(trainer, claimed.folder / MODEL)
        state = ending.reason or "finished"
    except KeyboardInterrupt:
        state = INTERRUPTED
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        said = _explained(error, claimed.folder)
        if said is None:
            raise
        raise said from error
    finally:
        if writer is not None:
            with suppress(OSError):  # on a full disk; run.json then still says "running"
                writer.end(state, why)
            checkpoints.clear_staging(claimed.folder)
    if state == INTERRUPTED:
        raise KeyboardInterrupt
    return claimed.folder / MODEL


def _begin(
    writer: Recorder, trainer: Any, run: Run, claimed: Claim, facts: Mapping[str, Any]
) -> float:
    """Write run.json; return the tokens that were seen before the step that is resumed from."""
    writer.begin(
        {
            **described(run, claimed),
            "device": trainer.args.device.type,
            "processes": processes(),
            "parameters": models.size(trainer.model),
            "learning_rate": trainer.args.learning_rate,
            **facts,
        },
        resumed_from=claimed.step if claimed.resumed else None,
    )
    rows = read_run(claimed.folder).metrics
    return max((float(row.get("tokens", 0)) for row in rows), default=0.0)


def _last_evaluation(trainer: Any, run: Run) -> None:
    """Measure the held-out loss of the finished model, unless its last step just did."""
    step = trainer.state.global_step
    if trainer.eval_dataset is not None and not (run.eval_every and step % run.eval_every == 0):
        trainer.evaluate()


def _explained(error: Exception, folder: Path) -> TrainError | None:
    """Return what a failure of the machine means; ``None`` for one of another kind."""
    text = str(error)
    last = checkpoints.latest(folder)
    kept = f"the checkpoint of step {last[0]} is whole" if last else "there is no checkpoint yet"
    kept_zh = f"第 {last[0]} 步的检查点完好" if last else "尚无检查点"
    if getattr(error, "errno", None) in _FULL or any(part in text for part in _FULL_TEXTS):
        return TrainError(
            f"the disk took no more ({text[:200]}): {kept}. Make room in {folder}, then go on "
            "with `--resume`",
            f"磁盘已写满（{text[:200]}）：{kept_zh}。请为 {folder} 腾出空间，再用 `--resume` 继续",
        )
    if "OutOfMemory" in type(error).__name__ or "out of memory" in text:
        return TrainError(
            "the memory of the device does not suffice: lower `optim.micro_batch` (the batch stays "
            "the same) or `data.max_length`, or set `trainer.gradient_checkpointing: true`; "
            f"{kept}",
            "设备内存不足：请减小 `optim.micro_batch`（总批大小不变）或 `data.max_length`，或设置 "
            f"`trainer.gradient_checkpointing: true`；{kept_zh}",
        )
    return None
