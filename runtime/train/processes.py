"""Processes that train together, as torchrun and accelerate start them."""

from __future__ import annotations

import os

from ..judge.missing import need
from .libraries import EXTRA

__all__ = ["first", "processes", "together"]


def processes() -> int:
    """Return how many processes train together."""
    return max(int(os.environ.get("WORLD_SIZE") or 1), 1)


def first() -> bool:
    """Return whether this process is the one that writes."""
    return int(os.environ.get("RANK") or 0) == 0


def together() -> None:
    """Wait until all processes are here. Raises ``MissingLibrary`` without accelerate."""
    if processes() > 1:
        need("accelerate", EXTRA).PartialState().wait_for_everyone()
