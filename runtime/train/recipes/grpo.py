"""GRPO: of a group of answers to one prompt, those above the group's mean become more likely.

    polyskill train grpo run.yaml
    python -m polyskill.runtime.train.recipes.grpo run.yaml --out runs/first

An answer's advantage is its reward minus the mean of its group, over the group's deviation (Shao
et al. 2024, arXiv 2402.03300, section 4.1). ``grpo.variant`` names a published variant; see
:data:`VARIANTS` for what each one sets. ``trainer:`` may say otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import libraries, models
from ..arguments import arguments, configured, made
from ..claim import claim
from ..drive import Report, drive, untold
from ..policy import common, prepared
from ..rates import rate
from ..sets import data_sets

if TYPE_CHECKING:
    from ..config import Run

__all__ = ["VARIANTS", "train"]

_METHOD = "grpo"
#: What each variant is in TRL 1.16 (grpo_config.py), by the paper that it is named after.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    # arXiv 2402.03300: the mean of each answer, then of all: long wrong answers weigh too little
    "grpo": {"loss_type": "grpo", "scale_rewards": "group"},
    # arXiv 2503.14476, section 4.1: all tokens of a batch alike, and more room upwards. Its soft
    # punishment of long answers is the reward `length`.
    "dapo": {"loss_type": "dapo", "scale_rewards": "group", "epsilon_high": 0.28},
    # arXiv 2503.20783: a constant divisor, no division by the group's deviation
    "dr_grpo": {"loss_type": "dr_grpo", "scale_rewards": "none"},
    # all tokens of a micro batch alike: GRPO of one group in one batch
    "bnpo": {"loss_type": "bnpo", "scale_rewards": "group"},
    # arXiv 2507.18071, section 5.1: the ratio of whole sequences, with their narrow clip
    "gspo": {
        "loss_type": "grpo",
        "importance_sampling_level": "sequence",
        "epsilon": 3e-4,
        "epsilon_high": 4e-4,
    },
    # arXiv 2506.13585: the weight is clipped, the gradient of no token is dropped. That paper gives
    # no number; TRL cuts the weight itself at `epsilon_high`, of which 5 is from arXiv 2510.13786.
    "cispo": {"loss_type": "cispo", "epsilon_high": 5.0},
    "sapo": {"loss_type": "sapo"},
    # arXiv 2602.05261, section 5.1: gspo whose loss grows with the answer's length
    "luspo": {
        "loss_type": "luspo",
        "importance_sampling_level": "sequence",
        "epsilon": 2e-3,
        "epsilon_high": 2.5e-3,
    },
    "vespo": {"loss_type": "vespo"},
}


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
        options |= {**common(run), **VARIANTS[run.method_options["variant"]]}
        trainer = made(
            trl.GRPOTrainer,
            run,
            model=loaded.model,
            args=configured(trl.GRPOConfig, run, options),
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
