"""RLOO: an answer is measured against the mean of the other answers to its prompt.

    polyskill train rloo run.yaml
    python -m polyskill.runtime.train.recipes.rloo run.yaml --out runs/first

REINFORCE with a leave-one-out baseline, and a divergence from the initial policy of weight
``rloo.beta`` within the reward (Ahmadian et al. 2024, arXiv 2402.14740). It stands where PPO stood:
TRL has none any more.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .. import libraries, models
from ..arguments import arguments, configured, made
from ..claim import claim
from ..drive import Report, drive, untold
from ..policy import common, prepared
from ..rates import rate
from ..sets import data_sets

if TYPE_CHECKING:
    from ..config import Run

__all__ = ["train"]

_METHOD = "rloo"


def train(run: Run, folder: str | Path, *, resume: bool = False, report: Report = untold) -> None:
    """Train as ``run`` says, into ``folder``; ``report`` is given each row that is measured.

    Raises:
        TrainError, DataError: it cannot be done, with what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; saved, and can be resumed.
    """
    trl = libraries.trl()
    with claim(run, folder, resume=resume) as claimed:
        policy = prepared(run, claimed.folder)
        loaded = models.load(run.model)
        training, held_out = data_sets(run, loaded.tokenizer)
        options = arguments(
            run,
            claimed.folder,
            loaded.device,
            learning_rate=rate(run, loaded.model.config),
            evaluates=held_out is not None,
        )
        options |= common(run)
        trainer = made(
            trl.RLOOTrainer,
            run,
            model=loaded.model,
            args=configured(trl.RLOOConfig, run, options),
            reward_funcs=[policy.reward],
            train_dataset=training,
            eval_dataset=held_out,
            processing_class=loaded.tokenizer,
            peft_config=models.lora_config(run.lora, loaded.model) if run.lora else None,
        )
        policy.bind(trainer)
        drive(trainer, run, claimed, report=report, recorder=policy.recorder, stop=policy.stop)
        policy.tell()


if __name__ == "__main__":
    from ..main import main

    sys.exit(main(_METHOD, sys.argv[1:]))
