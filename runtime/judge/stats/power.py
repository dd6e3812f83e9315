"""How many cases a finding needs, and what a number of cases can find."""

from __future__ import annotations

import math
from statistics import NormalDist

from ..missing import need
from .paired import Components

__all__ = [
    "cases_needed",
    "detectable_effect",
    "discordant_needed",
    "sign_test_power",
    "variance_with_repeats",
]


def _z_sum(alpha: float, power: float, sides: int) -> float:
    for name, value in (("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            msg = f"{name} lies between 0 and 1, not at {value}"
            raise ValueError(msg)
    if sides not in (1, 2):
        msg = f"a test has one side or two, not {sides}"
        raise ValueError(msg)
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / sides) + normal.inv_cdf(power)


def cases_needed(
    variance: float, effect: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2
) -> int:
    """Return the number of cases at which a true difference ``effect`` is found.

    ``variance`` is that of the paired differences. Source: Miller 2024, section 5:
    n = (z_{α/2} + z_β)²·Var(d)/δ².

    Raises:
        ValueError: ``effect`` is zero, or an argument is out of its range.
    """
    if effect == 0 or variance < 0:
        msg = f"no number of cases finds an effect of {effect} with a variance of {variance}"
        raise ValueError(msg)
    return max(1, math.ceil(_z_sum(alpha, power, sides) ** 2 * variance / effect**2))


def variance_with_repeats(parts: Components, repeats: int) -> float:
    """Return the variance of a paired difference when each arm answers ``repeats`` times.

    Source: Miller 2024, section 5: ω² + σ²_A/K + σ²_B/K.

    Raises:
        ValueError: fewer than one repeat.
    """
    if repeats < 1:
        msg = f"an arm answers at least once, not {repeats} times"
        raise ValueError(msg)
    return parts.between + (parts.baseline + parts.candidate) / repeats


def detectable_effect(
    variance: float, n: int, alpha: float = 0.05, power: float = 0.8, sides: int = 2
) -> float | None:
    """Return the smallest true difference that ``n`` cases find; ``None`` without cases.

    Raises:
        ValueError: an argument is out of its range.
    """
    if variance < 0:
        msg = f"a variance is not negative: {variance}"
        raise ValueError(msg)
    if n < 1:
        return None
    return _z_sum(alpha, power, sides) * math.sqrt(variance / n)


def sign_test_power(share: float, n: int, alpha: float = 0.05) -> float:
    """Return the power of the one-sided sign test on ``n`` discordant pairs.

    ``share`` is the true rate of wins among them.

    Raises:
        ValueError: ``share`` or ``alpha`` is out of its range, or ``n`` is negative.
        MissingLibrary: scipy is not installed.
    """
    _check_share(share, alpha)
    if n < 0:
        msg = f"a number of pairs is not negative: {n}"
        raise ValueError(msg)
    tail = need("scipy.special", "eval").bdtrc
    # the smallest k with P(Bin(n, ½) ≥ k) ≤ α, by bisection; k = n + 1 always has it
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if middle > 0 and tail(middle - 1, n, 0.5) <= alpha:
            high = middle
        else:
            low = middle + 1
    return 0.0 if low > n else float(tail(low - 1, n, share))


def discordant_needed(
    share: float, alpha: float = 0.05, power: float = 0.8, most: int = 10_000
) -> int | None:
    """Return the first number of discordant pairs at which the sign test has the power.

    ``None`` where ``most`` pairs do not suffice. Because counts are whole, a few more pairs can
    have a little less power again.

    Raises:
        ValueError: an argument is out of its range.
        MissingLibrary: scipy is not installed.
    """
    _check_share(share, alpha)
    if share <= 0.5:
        return None
    for n in range(1, most + 1):
        if sign_test_power(share, n, alpha) >= power:
            return n
    return None


def _check_share(share: float, alpha: float) -> None:
    if not 0 <= share <= 1 or not 0 < alpha < 1:
        msg = f"a share of {share} and an α of {alpha} do not lie between 0 and 1"
        raise ValueError(msg)
