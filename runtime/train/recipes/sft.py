"""Supervised fine-tuning: the model learns to write the completions of the examples.

    polyskill train sft run.yaml
    python -m polyskill.runtime.train.recipes.sft run.yaml --out runs/first

The loss is the mean negative log-likelihood of the tokens that are trained on: those of the
completion (``data.loss_on: completion``), of every assistant turn (``assistant``), or of all
(``all``). With LoRA only the adapter is trained; ``lora: null`` trains all weights.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import libraries, models
from ..arguments import arguments, configured, made
from ..claim import claim
from ..drive import Report, drive, untold
from ..rates import rate
from ..sampling import watch
from ..sets import data_sets

if TYPE_CHECKING:
    from ..config import Run

__all__ = ["train"]

_METHOD = "sft"


def train(run: Run, folder: str | Path, *, resume: bool = False, report: Report = untold) -> None:
    """Train as ``run`` says, into ``folder``; ``report`` is given each row that is measured.

    Raises:
        TrainError, DataError: it cannot be done, with what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; saved, and can be resumed.
    """
    trl = libraries.trl()
    with claim(run, folder, resume=resume) as claimed:
        loaded = models.load(run.model)
        training, held_out = data_sets(run, loaded.tokenizer)
        options = arguments(
            run,
            claimed.folder,
            loaded.device,
            learning_rate=rate(run, loaded.model.config),
            evaluates=held_out is not None,
        )
        options |= {
            "max_length": run.data.max_length,
            "packing": run.data.packing,
            **_loss_on(run.data.loss_on),
        }
        trainer = made(
            trl.SFTTrainer,
            run,
            model=loaded.model,
            args=configured(trl.SFTConfig, run, options),
            train_dataset=training,
            eval_dataset=held_out,
            processing_class=loaded.tokenizer,
            peft_config=models.lora_config(run.lora, loaded.model) if run.lora else None,
        )
        watched = watch(trainer, run, claimed.folder, training, held_out, report=report)
        drive(trainer, run, claimed, report=report, recorder=watched.recorder, stop=watched.stop)


def _loss_on(part: str) -> dict[str, Any]:
    """TRL takes the completion where there is one, unless it is told to take all."""
    if part == "assistant":
        return {"assistant_only_loss": True}
    return {"completion_only_loss": False} if part == "all" else {}


if __name__ == "__main__":
    from ..main import main

    sys.exit(main(_METHOD, sys.argv[1:]))
