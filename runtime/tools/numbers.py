"""Checks of the numbers that people give to calculators."""

from __future__ import annotations

import math

from .errors import ToolError

__all__ = ["positive", "share", "whole"]


def positive(name: str, value: float) -> float:
    """Return the value.

    Raises:
        ToolError: it is not a finite number above 0.
    """
    if not (math.isfinite(value) and value > 0):
        raise ToolError(
            f"{name} is {value:g}; it must be a number above 0",
            f"{name} 为 {value:g}；应为大于 0 的数",
        )
    return float(value)


def whole(name: str, value: int, least: int = 1, most: int = 10**15) -> int:
    """Return the value.

    Raises:
        ToolError: it is not between ``least`` and ``most``.
    """
    if isinstance(value, bool) or int(value) != value or not least <= value <= most:
        raise ToolError(
            f"{name} is {value}; it must be a whole number from {least} to {most:,}",
            f"{name} 为 {value}；应为 {least} 到 {most:,} 之间的整数",
        )
    return int(value)


def share(name: str, value: float) -> float:
    """Return the value.

    Raises:
        ToolError: it is not between 0 and 1.
    """
    if not 0 <= value <= 1:
        raise ToolError(
            f"{name} is {value:g}; it must lie between 0 and 1",
            f"{name} 为 {value:g}；应在 0 与 1 之间",
        )
    return float(value)
