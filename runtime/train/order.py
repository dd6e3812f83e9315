"""What a trainer keeps in memory only: the order of prompts, and the answers of a round."""

from __future__ import annotations

from typing import Any

__all__ = ["Rounds", "replay"]


def replay(loader: Any, epochs: int) -> None:
    """Draw the orders of the epochs that a resumed run has behind it, and forget them.

    TRL's ``RepeatSampler`` (trl/trainer/utils.py of 1.16) draws each epoch's order from a generator
    of its own, which no checkpoint keeps: a resumed run would see the first epoch's prompts again.
    Other samplers are told the number of the epoch by transformers, and are left as they are.
    """
    batches: Any = getattr(loader, "batch_sampler", None)
    while hasattr(batches, "batch_sampler"):  # accelerate wraps it, once for each purpose
        batches = batches.batch_sampler
    sampler: Any = getattr(batches, "sampler", None)
    if not hasattr(sampler, "mini_repeat_count"):
        return
    for _ in range(epochs):
        next(iter(sampler), None)


class Rounds:
    """Tells after which steps the answers that were generated together are used up.

    TRL's trainers generate for ``steps_per_generation`` micro batches at once and train on them
    ``num_iterations`` times (``_prepare_inputs`` in trl/trainer/grpo_trainer.py of 1.16). No
    checkpoint keeps these answers: only one that is made between two rounds resumes to the curve of
    a run that was not stopped. Where nothing is generated, each step is a round.
    """

    def __init__(self, args: Any, batches: int) -> None:
        """Take a trainer's arguments, and how many micro batches its epoch has."""
        self._micro: int = args.gradient_accumulation_steps
        each = getattr(args, "steps_per_generation", None) or self._micro
        self._shared: int = each * getattr(args, "num_iterations", 1)
        self._epoch: int = -(-batches // self._micro)

    def ends_with(self, step: int) -> bool:
        """Whether a round ends with this step, counted from 1; an epoch ends with one, too."""
        return step % max(self._epoch, 1) * self._micro % self._shared == 0
