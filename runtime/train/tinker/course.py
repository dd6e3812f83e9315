"""The course of a run: which examples a step takes, and its learning rate."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..sections import OptimSection

__all__ = ["Course"]


class Course:
    """Steps over ``examples`` examples, ``batch`` of them each, in an order of its own an epoch.

    What a step takes depends on the seed and its number alone, so a resumed run takes the same.
    """

    def __init__(self, optim: OptimSection, examples: int, batch: int) -> None:
        """Plan the steps. ``examples`` and ``batch`` are at least 1."""
        self._optim = optim
        self._examples = examples
        self._batch = batch
        epochs = optim.epochs or 1.0
        self.steps = optim.steps or max(1, math.ceil(epochs * examples / batch))
        warmup = optim.warmup
        self._warmup = math.ceil(warmup * self.steps) if warmup < 1 else int(warmup)
        self._order: tuple[int, list[int]] = (-1, [])

    def batch(self, step: int) -> list[int]:
        """Return the examples of a step (the first is 1)."""
        first = (step - 1) * self._batch
        return [self._example(at) for at in range(first, first + self._batch)]

    def epoch(self, step: int) -> float:
        """Return the passes over the examples after a step."""
        return step * self._batch / self._examples

    def rate(self, step: int, peak: float) -> float:
        """Return the learning rate of a step: the schedules of transformers, all with warmup."""
        done = step - 1
        if done < self._warmup:
            return peak * done / self._warmup
        left = (self.steps - done) / max(1, self.steps - self._warmup)
        if self._optim.schedule == "linear":
            return peak * left
        if self._optim.schedule == "cosine":
            return peak * 0.5 * (1 + math.cos(math.pi * (1 - left)))
        return peak

    def _example(self, at: int) -> int:
        epoch, place = divmod(at, self._examples)
        if self._order[0] != epoch:
            order = list(range(self._examples))
            random.Random(f"{self._optim.seed} {epoch}").shuffle(order)
            self._order = (epoch, order)
        return self._order[1][place]
