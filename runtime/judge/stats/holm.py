"""p-values of several comparisons at once."""

from __future__ import annotations

from collections.abc import Sequence

from ..missing import need

__all__ = ["benjamini_hochberg", "holm"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values: at α, the chance of *any* false alarm in the family is ≤ α.

    Source: Holm 1979. For the gate's family.

    Raises:
        ValueError: a p-value is not between 0 and 1.
        MissingLibrary: statsmodels is not installed.
    """
    return _adjust(p_values, "holm")


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p-values that bound the *share* of false findings. For exploration.

    Source: Benjamini and Hochberg 1995.

    Raises:
        ValueError: a p-value is not between 0 and 1.
        MissingLibrary: statsmodels is not installed.
    """
    return _adjust(p_values, "fdr_bh")


def _adjust(p_values: Sequence[float], method: str) -> list[float]:
    for p in p_values:
        if not 0 <= p <= 1:
            msg = f"{p} is no p-value: it lies between 0 and 1"
            raise ValueError(msg)
    if len(p_values) < 2:  # nothing to adjust: spares the import, a second and a half
        return [float(p) for p in p_values]
    adjusted = need("statsmodels.stats.multitest", "eval").multipletests(p_values, method=method)[1]
    return [float(p) for p in adjusted]
