"""Win rates from pairwise verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .intervals import finite

__all__ = ["WinRate", "from_preference", "win_rate"]


@dataclass(frozen=True, slots=True)
class WinRate:
    """Shares between 0 and 1: ``rate`` is the mean preference, ``discrete`` the rate of wins.

    In ``discrete`` each verdict counts 1, ½ or 0 whatever its strength. ``standard_error`` is that
    of ``rate``; both are ``None`` where too little is known.
    """

    rate: float | None
    standard_error: float | None
    discrete: float | None
    wins: int
    losses: int
    draws: int
    n: int


def from_preference(preference: float | None) -> float | None:
    """Turn a preference of AlpacaEval into the candidate's score (0 to 1).

    1 is for the baseline, 2 for the candidate, 1.5 (in old files 0) a draw, and numbers between
    are weighted by the judge's probabilities; anything else is no verdict: ``None``.
    """
    if preference is None or not math.isfinite(preference):
        return None
    if preference == 0:
        return 0.5
    return preference - 1 if 1 <= preference <= 2 else None


def win_rate(scores: Iterable[float | None]) -> WinRate:
    """Return the win rate of a candidate from its scores (1 won, 0 lost, ½ a draw).

    ``None`` is a verdict that is missing: it counts nowhere. Source: AlpacaEval (Dubois et al.
    2023), ``metrics/winrate.py``; the standard error is s/√n.

    Raises:
        ValueError: a score is not between 0 and 1.
    """
    known = finite([score for score in scores if score is not None], "scores")
    for score in known:
        if not 0 <= score <= 1:
            msg = f"{score} is no score: it lies between 0 and 1"
            raise ValueError(msg)
    n = len(known)
    wins, losses = sum(score > 0.5 for score in known), sum(score < 0.5 for score in known)
    draws = n - wins - losses
    if n == 0:
        return WinRate(None, None, None, 0, 0, 0, 0)
    rate = math.fsum(known) / n
    squares = math.fsum((score - rate) ** 2 for score in known)
    error = math.sqrt(squares / (n - 1) / n) if n > 1 else None
    return WinRate(rate, error, (wins + draws / 2) / n, wins, losses, draws, n)
