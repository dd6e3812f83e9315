"""The order in which prompts are drawn: a resumed run has that of one that was not stopped."""

from __future__ import annotations

from typing import Any

__all__ = ["replay"]


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
