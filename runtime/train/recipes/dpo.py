"""Direct preference optimization: the chosen answer becomes likelier than the rejected one.

    polyskill train dpo run.yaml
    python -m polyskill.runtime.train.recipes.dpo run.yaml --out runs/first

The loss is -log σ(β · (log-ratio of the chosen - log-ratio of the rejected)), where a log-ratio is
log π(answer) - log π_ref(answer) (Rafailov et al. 2023, arXiv 2305.18290, equation 7); ``dpo.loss``
names another, or several with ``dpo.loss_weights``. With LoRA the reference is the same model with
its adapter switched off; where all weights are trained it is a second, frozen copy.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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

_METHOD = "dpo"


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
        asked = run.method_options
        options |= {
            "max_length": run.data.max_length,
            "beta": asked["beta"],
            "loss_type": list(asked["loss"]),
            "loss_weights": list(asked["loss_weights"]) or None,
            "label_smoothing": asked["label_smoothing"],
        }
        trainer = made(
            trl.DPOTrainer,
            run,
            model=loaded.model,
            ref_model=None if run.lora else copy.deepcopy(loaded.model),
            args=configured(trl.DPOConfig, run, options),
            train_dataset=training,
            eval_dataset=held_out,
            processing_class=loaded.tokenizer,
            peft_config=models.lora_config(run.lora, loaded.model) if run.lora else None,
        )
        watched = watch(trainer, run, claimed.folder, training, held_out, report=report)
        drive(trainer, run, claimed, report=report, recorder=watched.recorder, stop=watched.stop)


if __name__ == "__main__":
    from ..main import main

    sys.exit(main(_METHOD, sys.argv[1:]))
