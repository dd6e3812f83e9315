"""Reward model: a head that gives a text one number, higher for the answer that was chosen.

    polyskill train reward run.yaml
    python -m polyskill.runtime.train.recipes.reward run.yaml --out runs/first

The loss is -log σ(r(chosen) - r(rejected)), Bradley and Terry's model of preferences, plus
``reward.center`` · (r(chosen) + r(rejected))², which keeps rewards around zero (Eisenstein et al.
2023, arXiv 2312.09244). Where no ``data.eval`` is named and there are pairs enough, a tenth of them
is held out; run.json then says on how many held-out pairs the order was right, with its interval.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...judge.stats.intervals import wilson
from .. import libraries, models
from ..arguments import arguments, configured, made
from ..claim import claim
from ..drive import Report, drive, untold
from ..rates import rate
from ..sampling import watch
from ..sets import data_sets

if TYPE_CHECKING:
    from ..config import Run

__all__ = ["FEWEST", "HELD_OUT", "accuracy", "train"]

_METHOD = "reward"
#: The share of pairs that are held out, and how many pairs there must be at least.
HELD_OUT, FEWEST = 0.1, 20


def train(run: Run, folder: str | Path, *, resume: bool = False, report: Report = untold) -> None:
    """Train as ``run`` says, into ``folder``; ``report`` is given each row that is measured.

    Raises:
        TrainError, DataError: it cannot be done, with what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; saved, and can be resumed.
    """
    trl, torch = libraries.trl(), libraries.torch()
    with claim(run, folder, resume=resume) as claimed:
        torch.manual_seed(run.optim.seed)  # the head is new, and begins at random
        loaded = models.load(run.model, head="score")
        training, held_out = data_sets(run, loaded.tokenizer)
        origin = "data.eval"
        if held_out is None and len(training) >= FEWEST:
            parts = training.train_test_split(test_size=HELD_OUT, seed=run.optim.seed)
            training, held_out, origin = parts["train"], parts["test"], "data.train"
        options = arguments(
            run,
            claimed.folder,
            loaded.device,
            learning_rate=rate(run, loaded.model.config),
            evaluates=held_out is not None,
        )
        options |= {
            "max_length": run.data.max_length,
            "center_rewards_coefficient": run.method_options["center"] or None,
        }
        lora = models.lora_config(run.lora, loaded.model, head="score") if run.lora else None
        trainer = made(
            trl.RewardTrainer,
            run,
            model=loaded.model,
            args=configured(trl.RewardConfig, run, options),
            train_dataset=training,
            eval_dataset=held_out,
            processing_class=loaded.tokenizer,
            peft_config=lora,
        )
        watched = watch(trainer, run, claimed.folder, training, held_out, report=report)
        drive(trainer, run, claimed, report=report, recorder=watched.recorder, stop=watched.stop)
        if held_out is not None:
            found = accuracy(trainer, len(held_out))
            if watched.recorder is not None:
                watched.recorder.note(held_out={**found, "from": origin})


def accuracy(trainer: Any, pairs: int) -> dict[str, Any]:
    """Return on which share of held-out pairs the chosen answer got more, with a 95 % interval.

    Every process calls this. Pairs that got equal rewards count as wrong.
    """
    torch = libraries.torch()
    right = 0
    trainer.model.eval()
    for inputs in trainer.get_eval_dataloader():
        with torch.no_grad():
            rewards = trainer.model(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]
            ).logits.squeeze(-1)
        chosen, rejected = rewards.chunk(2)  # as the collator of preferences lays them
        right += int(trainer.accelerator.gather_for_metrics(chosen > rejected).sum())
    interval = wilson(right, pairs)
    return {
        "accuracy": right / pairs,
        "low": interval.low,
        "high": interval.high,
        "right": right,
        "pairs": pairs,
    }


if __name__ == "__main__":
    from ..main import main

    sys.exit(main(_METHOD, sys.argv[1:]))
