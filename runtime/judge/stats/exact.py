"""Exact one-sided tests of paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..missing import need
from .intervals import finite
from .paired import ROUNDING

__all__ = ["OneSided", "mcnemar", "sign_flip", "sign_test"]

#: With up to this many differences all sign patterns are counted (2^32, as 2^16 by 2^16).
ENUMERATED = 32
#: Random sign patterns beyond that: p-values in steps of 1/20,000.
DRAWS = 19_999


@dataclass(frozen=True, slots=True)
class OneSided:
    """Two one-sided p-values: of a candidate this good, and of one this bad, by chance.

    ``exact`` is whether every pattern was counted rather than drawn.
    """

    better: float
    worse: float
    exact: bool = True


def sign_flip(differences: Sequence[float], seed: int = 0, draws: int = DRAWS) -> OneSided:
    """Test whether independent differences lean to one side, by flipping their signs.

    If the arms could change places, each difference is as likely with the other sign. The
    p-value is the share of sign patterns whose sum is at least as far out as the observed one.
    Differences in clusters come as one total a cluster (:func:`.paired.totals`), so that whole
    clusters flip. Source: Fisher 1935, section 21; the correction for drawn patterns is
    (1 + hits) / (1 + draws), Phipson and Smyth 2010, which never lets p be too small.

    Raises:
        ValueError: a difference is not finite.
        MissingLibrary: numpy is not installed.
    """
    moved = [value for value in finite(differences, "differences") if abs(value) > ROUNDING]
    if not moved:
        return OneSided(1.0, 1.0)
    np = need("numpy", "eval")
    values = np.abs(np.array(moved))
    observed = float(np.sum(moved))
    slack = ROUNDING * max(1.0, float(values.sum()))
    if len(moved) <= ENUMERATED:
        return _count(np, values, observed, slack)
    return _draw(np, values, observed, slack, seed, draws)


def _sums(np: Any, values: Any) -> Any:
    """All sums of the values under all sign patterns."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate((sums + value, sums - value))
    return sums


def _count(np: Any, values: Any, observed: float, slack: float) -> OneSided:
    # two halves, one sorted: each sum of the first finds its partners in the second by bisection
    half = len(values) // 2
    first, second = _sums(np, values[:half]), np.sort(_sums(np, values[half:]))
    below = np.searchsorted(second, observed - slack - first, side="left")
    up_to = np.searchsorted(second, observed + slack - first, side="right")
    total = len(first) * len(second)
    return OneSided((total - int(below.sum())) / total, int(up_to.sum()) / total)


def _draw(np: Any, values: Any, observed: float, slack: float, seed: int, draws: int) -> OneSided:
    random = np.random.default_rng(seed)
    total = float(values.sum())
    rows = max(1, 4_000_000 // len(values))  # 32 MB at a time
    better = worse = 0
    for start in range(0, draws, rows):
        size = (min(rows, draws - start), len(values))
        sums = 2 * (random.integers(0, 2, size, dtype=np.int8) @ values) - total
        better += int((sums >= observed - slack).sum())
        worse += int((sums <= observed + slack).sum())
    return OneSided((1 + better) / (1 + draws), (1 + worse) / (1 + draws), exact=False)


def sign_test(wins: int, losses: int) -> OneSided:
    """Test whether wins and losses are a fair coin's; ties are left out.

    P(Bin(wins + losses, ½) ≥ wins), and the same for losses. Source: the gate of dotnet/skills
    (pull request 1027).

    Raises:
        ValueError: a count is negative.
        MissingLibrary: scipy is not installed.
    """
    if min(wins, losses) < 0:
        msg = f"counts are not negative: {wins} wins, {losses} losses"
        raise ValueError(msg)
    return OneSided(_at_least(wins, wins + losses), _at_least(losses, wins + losses))


def _at_least(k: int, n: int) -> float:
    """P(Bin(n, ½) ≥ k)."""
    return 1.0 if k == 0 else float(need("scipy.special", "eval").bdtrc(k - 1, n, 0.5))


def mcnemar(only_candidate: int, only_baseline: int) -> float:
    """Return McNemar's exact two-sided p-value for cases that only one of two arms passed.

    Source: McNemar 1947, in its binomial form: 2·P(Bin(b + c, ½) ≥ max(b, c)), at most 1.

    Raises:
        ValueError: a count is negative.
        MissingLibrary: scipy is not installed.
    """
    sides = sign_test(only_candidate, only_baseline)
    return min(1.0, 2 * min(sides.better, sides.worse))
