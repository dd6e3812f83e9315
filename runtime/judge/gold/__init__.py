"""Gold sets: answers whose verdict is known, to test a judge with."""

from __future__ import annotations

from .model import Gold, GoldError, GoldItem, GoldPair
from .read import bundled_gold, load_gold, read_gold

__all__ = [
    "Gold",
    "GoldError",
    "GoldItem",
    "GoldPair",
    "bundled_gold",
    "load_gold",
    "read_gold",
]
