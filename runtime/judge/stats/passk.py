"""Passing at least once, and passing every time, in k tries."""

from __future__ import annotations

from math import comb

__all__ = ["pass_at_k", "pass_every_k"]


def _check(passed: int, tries: int, k: int) -> None:
    if not 0 <= passed <= tries:
        msg = f"{passed} of {tries} tries cannot have passed"
        raise ValueError(msg)
    if k < 1:
        msg = f"k is at least 1, not {k}"
        raise ValueError(msg)


def pass_at_k(passed: int, tries: int, k: int) -> float | None:
    """Return the unbiased chance that at least one of ``k`` tries passes (pass@k).

    Source: Chen et al. 2021 (arXiv 2107.03374), section 2.1: 1 - C(n-c, k)/C(n, k). ``None``
    with fewer than ``k`` tries.

    Raises:
        ValueError: the counts are impossible.
    """
    _check(passed, tries, k)
    return None if tries < k else 1 - comb(tries - passed, k) / comb(tries, k)


def pass_every_k(passed: int, tries: int, k: int) -> float | None:
    """Return the unbiased chance that all of ``k`` tries pass (pass^k).

    Source: Yao et al. 2024 (τ-bench, arXiv 2406.12045), section 4: C(c, k)/C(n, k). ``None`` with
    fewer than ``k`` tries.

    Raises:
        ValueError: the counts are impossible.
    """
    _check(passed, tries, k)
    return None if tries < k else comb(passed, k) / comb(tries, k)
