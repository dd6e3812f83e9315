"""Figures as people read them: signs, percent, dollars; a dash where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..results import Estimate
from .words import both

__all__ = [
    "DASH",
    "count",
    "dollars",
    "estimate_of",
    "finite",
    "gap",
    "hundred",
    "percent",
    "points",
    "points_of",
    "probability",
    "rate_of",
    "signed",
    "strength_of",
]

DASH = "–"
_MINUS = "−"


def finite(value: object) -> float | None:
    """Return ``value`` as a number, or ``None`` if it is none, or not a finite one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def estimate_of(value: object) -> Estimate:
    """Return an estimate from one, or from the mapping that JSON made of it, without NaN."""
    if isinstance(value, Mapping):
        known = {field.name: value.get(field.name) for field in fields(Estimate)}
    elif isinstance(value, Estimate):
        known = {field.name: getattr(value, field.name) for field in fields(Estimate)}
    else:
        return Estimate()
    n = known["n"] if isinstance(known["n"], int) else 0
    return Estimate(finite(known["value"]), finite(known["low"]), finite(known["high"]), n)


def count(value: int) -> str:
    """Return an integer with commas: 12,345."""
    return f"{value:,}"


def points(value: float | None) -> str:
    """Return a difference of shares in points of 100, signed: +12.5, −3.0, 0.0."""
    if value is None:
        return DASH
    text = f"{abs(value) * 100:.1f}"
    if float(text) == 0:
        return text
    return (_MINUS if value < 0 else "+") + text


def hundred(value: float | None) -> str:
    """Return a score in points of 100: 75, or 66.7."""
    return DASH if value is None else f"{round(value * 100, 1):g}"


def percent(value: float | None) -> str:
    """Return a share as whole percent; a share that is not 0 or 1 never reads so."""
    if value is None:
        return DASH
    text = f"{value * 100:.0f}"
    if (text == "0" and value > 0) or (text == "100" and value < 1):
        text = f"{value * 100:.1f}"
        if text in {"0.0", "100.0"}:
            return "<0.1%" if value < 0.5 else ">99.9%"
    return f"{text}%"


def dollars(value: float | None) -> str:
    """Return US dollars with as many digits as small sums need."""
    if value is None:
        return DASH
    size = abs(value)
    if size >= 1 or size == 0:
        text = f"{size:,.2f}"
    elif size >= 0.01:
        text = f"{size:.3f}"
    else:
        text = f"{size:.2g}" if size >= 1e-4 else f"{size:.1e}"
    return f"{_MINUS if value < 0 else ''}${text}"


def probability(value: float | None) -> str:
    """Return a p-value: three digits, or "<0.001"."""
    if value is None or not math.isfinite(value):
        return DASH
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def signed(value: float | None) -> str:
    """Return a number with its sign and two decimals: +0.85, −1.20, 0.00."""
    if value is None:
        return DASH
    text = f"{abs(value):.2f}"
    if float(text) == 0:
        return text
    return (_MINUS if value < 0 else "+") + text


def strength_of(estimate: Estimate) -> str:
    """Return a strength in logits with its interval: ``+0.85 [+0.10, +1.60]``."""
    return _with_interval(estimate, signed)


def points_of(estimate: Estimate) -> str:
    """Return a difference with its interval: ``+12.5 [+3.1, +21.9]``."""
    return _with_interval(estimate, points)


def rate_of(estimate: Estimate) -> str:
    """Return a rate with its interval: ``83% [61%, 94%]``."""
    return _with_interval(estimate, percent)


def _with_interval(estimate: Estimate, show: Any) -> str:
    if estimate.value is None:
        return DASH
    if estimate.low is None or estimate.high is None:
        return str(show(estimate.value))
    return f"{show(estimate.value)} [{show(estimate.low)}, {show(estimate.high)}]"


def gap(estimate: Estimate) -> tuple[str, str] | None:
    """Return why a figure or its interval is absent, in both languages; ``None`` if it is not."""
    if estimate.value is None:
        return both("no_data")
    if estimate.low is None or estimate.high is None:
        return both("no_interval_one" if estimate.n == 1 else "no_interval")
    return None
