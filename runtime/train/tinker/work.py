"""What a method does in a step; the loop around it is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .course import Course

__all__ = ["Waiting", "Work"]

#: Waits for what was sent, and returns the figures of the step.
Waiting = Callable[[], Mapping[str, Any]]


class Work(Protocol):
    """One method's part of a run."""

    course: Course

    def send(self, step: int, training: Any, optimizer: Any) -> Waiting:
        """Send the gradient and the optimizer's step, both before anything is waited for."""
        ...

    def evaluate(self, training: Any) -> Mapping[str, Any]:
        """Return figures on held-out examples; none where there are none."""
        ...
