"""The loop around the steps: what is recorded, saved and resumed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import checkpoints
from ..callback import Report, Stop
from ..drive import MODEL
from ..facts import described
from ..interrupts import INTERRUPTED, signals
from ..record import Recorder, read_run, replace
from ..samples import Samples
from .service import explained, library
from .work import Work

if TYPE_CHECKING:
    from ..claim import Claim
    from ..sections import Run

__all__ = ["STATE", "Loop", "state_of"]

#: In a checkpoint's folder, and in the model's: what the service calls what it keeps.
STATE = "tinker.json"


def state_of(checkpoint: Path | None) -> str | None:
    """Return the path of the saved state that a checkpoint names."""
    if checkpoint is None:
        return None
    return str(json.loads((checkpoint / STATE).read_text("utf-8"))["state"])


@dataclass(frozen=True)
class Loop:
    """A run's steps.

    ``rate`` is the peak learning rate; ``stop`` ends it early; ``samples`` asks the model at times.
    """

    work: Work
    training: Any
    run: Run
    claimed: Claim
    rate: float
    report: Report
    recorder: Recorder
    stop: Stop
    samples: Samples | None = None

    def drive(self) -> None:
        """Take the steps that are left, and name the trained model in the run's folder.

        Raises:
            TrainError: the service failed; what was saved can be gone on with.
            KeyboardInterrupt: interrupted; saved, and can be resumed.
        """
        claimed, folder = self.claimed, self.claimed.folder
        self.recorder.begin(
            {
                **described(self.run, claimed),
                "device": "tinker",
                "processes": 1,
                "learning_rate": self.rate,
            },
            resumed_from=claimed.step if claimed.resumed else None,
        )
        state, why = "failed", ""
        try:
            with signals(self.stop):
                self._steps()
                if self.stop.reason != INTERRUPTED:
                    _finish(self.training, self.run, folder)
            state = self.stop.reason or "finished"
        except KeyboardInterrupt:
            state = INTERRUPTED
            raise
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            said = explained(error, folder)
            if said is None:
                raise
            why = said.en
            raise said from error
        finally:
            with suppress(OSError):
                self.recorder.end(state, why)
            checkpoints.clear_staging(folder)
        if state == INTERRUPTED:
            raise KeyboardInterrupt

    def _steps(self) -> None:
        run, course, folder = self.run, self.work.course, self.claimed.folder
        rows = read_run(folder).metrics
        tokens = max((float(row.get("tokens", 0)) for row in rows), default=0.0)
        if self.samples is not None:
            self.samples.begin(self.claimed.step, course.steps)
        for step in range(self.claimed.step + 1, course.steps + 1):
            lr = course.rate(step, self.rate)
            figures = dict(self.work.send(step, self.training, _optimizer(run, lr))())
            tokens += figures.pop("new_tokens", 0.0)
            last = step == course.steps
            self._record(step, {"tokens": tokens, "lr": lr, "epoch": course.epoch(step), **figures})
            if last or (run.eval_every and step % run.eval_every == 0):
                measured = self.work.evaluate(self.training)
                if measured:
                    self._record(step, measured)
                if self.samples is not None:
                    self.samples.at(step, course.steps)
            stopping = bool(self.stop.reason)  # read once: a signal may come at any time
            if last or stopping or (run.save_every and step % run.save_every == 0):
                _save(self.training, folder, step, self.recorder)
            if stopping:
                return

    def _record(self, step: int, figures: Mapping[str, Any]) -> None:
        row = self.recorder.metric(step, figures)
        self.report({**row, "of": self.work.course.steps})


def _optimizer(run: Run, lr: float) -> Any:
    """Return AdamW as transformers has it by default (training_args.py), not as Tinker has."""
    return library().AdamParams(
        learning_rate=lr,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        weight_decay=run.optim.weight_decay,
        grad_clip_norm=1.0,
    )


def _save(training: Any, folder: Path, step: int, recorder: Recorder) -> None:
    """Let the service save its state, then name it in a checkpoint that appears whole."""
    path = training.save_state(f"step-{step:06d}", overwrite=True).result().path
    recorder.sync()
    staged = folder / checkpoints.CHECKPOINTS / checkpoints.STAGING / f"checkpoint-{step}"
    staged.mkdir(parents=True, exist_ok=True)
    _write(staged / STATE, {"state": path, "step": step})
    checkpoints.promote(staged, folder, step)


def _finish(training: Any, run: Run, folder: Path) -> None:
    """Save the weights to sample from, and say where they are."""
    path = training.save_weights_for_sampler("final").result().path
    (folder / MODEL).mkdir(exist_ok=True)
    _write(folder / MODEL / STATE, {"sampler": path, "base_model": run.model.path})


def _write(path: Path, data: Mapping[str, Any]) -> None:
    replace(path, json.dumps(data, indent=2).encode() + b"\n")
