"""From rewards of a group to what each answer's tokens are weighted with."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev

__all__ = ["advantages", "alike"]

_EPSILON = 1e-4  # TRL 1.16, grpo_trainer.py


def advantages(rewards: Sequence[float | None], variant: str) -> list[float]:
    """Return the advantage of each answer of a group; 0 for one that could not be graded.

    ``rloo`` compares with the mean of the others (Ahmadian et al. 2024, arXiv 2402.14740, equation
    8); ``dr_grpo`` does not divide by the deviation (arXiv 2503.20783); all others do (arXiv
    2402.03300, section 4.1).
    """
    known = [reward for reward in rewards if reward is not None]
    if len(known) < 2:
        return [0.0] * len(rewards)
    mean, spread = fmean(known), stdev(known) + _EPSILON
    scale = 1 / spread
    if variant == "rloo":
        scale = len(known) / (len(known) - 1)
    elif variant == "dr_grpo":
        scale = 1.0
    return [0.0 if reward is None else (reward - mean) * scale for reward in rewards]


def alike(rewards: Sequence[float | None]) -> bool:
    """Return whether a group teaches nothing: its rewards do not differ."""
    known = {reward for reward in rewards if reward is not None}
    return len(known) < 2
