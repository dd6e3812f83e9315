"""Small plots as SVG: positions are percentages, so a plot is as wide as its place, undistorted.

The only text that comes in is the name of a class, which is escaped.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass

from ..results import Estimate

__all__ = ["Scale", "axis", "interval", "scale_for", "stack"]

_HEIGHT = 26  # pixels of a row
_RADIUS = 5
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
_FURTHEST = 100.0  # beyond any difference and any strength: only a forged run gets there


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of an axis, its ticks, and the band and the line to mark (``None``: none)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    zero: float | None = None
    band: float | None = None

    def at(self, value: float) -> str:
        """Return where ``value`` stands, in percent of the width, held within the axis."""
        share = (value - self.low) / (self.high - self.low)
        return f"{min(1.0, max(0.0, share)) * 100:.2f}%"


def scale_for(estimates: Iterable[Estimate], band: float | None) -> Scale:
    """Return a scale around zero that holds all intervals and the band of ± ``band``."""
    values = [
        max(-_FURTHEST, min(_FURTHEST, value))
        for each in estimates
        for value in (each.value, each.low, each.high)
        if value is not None
    ]
    values += [0.0, *([band, -band] if band else [])]
    low, high = min(values), max(values)
    if high - low < 0.05:
        low, high = low - 0.05, high + 0.05
    step = next((step for step in _STEPS if (high - low) / step <= 6), _STEPS[-1])
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(round(at * step, 6) for at in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks, zero=0.0, band=band)


def interval(estimate: Estimate, scale: Scale, kind: str) -> str:
    """Return one row: the interval as a line, the estimate as a dot, hollow without interval.

    ``kind`` is a class of the style sheet that gives the colour.
    """
    middle = _HEIGHT / 2
    parts = []
    if scale.band:
        left, right = scale.at(-scale.band), scale.at(scale.band)
        parts.append(
            f'<rect class="band" x="{left}" y="0" height="100%" '
            f'width="{float(right[:-1]) - float(left[:-1]):.2f}%"/>'
        )
    parts += [_vertical(scale.at(tick), "grid") for tick in scale.ticks]
    if scale.zero is not None:
        parts.append(_vertical(scale.at(scale.zero), "zero"))
    if estimate.value is not None:
        known = estimate.low is not None and estimate.high is not None
        if estimate.low is not None and estimate.high is not None:
            low, high = scale.at(estimate.low), scale.at(estimate.high)
            parts.append(
                f'<line class="whisker" x1="{low}" x2="{high}" y1="{middle}" y2="{middle}"/>'
            )
            for end in (low, high):
                parts.append(
                    f'<line class="whisker" x1="{end}" x2="{end}" '
                    f'y1="{middle - 4}" y2="{middle + 4}"/>'
                )
        parts.append(
            f'<circle class="{"dot" if known else "dot hollow"}" cx="{scale.at(estimate.value)}" '
            f'cy="{middle}" r="{_RADIUS}"/>'
        )
    return _svg(f"plot {kind}", _HEIGHT, parts)


def _vertical(at: str, kind: str) -> str:
    return f'<line class="{kind}" x1="{at}" x2="{at}" y1="0" y2="100%"/>'


def axis(scale: Scale, *, unit: float = 100.0, suffix: str = "") -> str:
    """Return the axis: a tick with its figure (the value times ``unit``) at each tick."""
    parts = []
    for at, tick in enumerate(scale.ticks):
        anchor = "start" if at == 0 else "end" if at == len(scale.ticks) - 1 else "middle"
        figure = f"{abs(tick) * unit:g}{suffix}"
        sign = "−" if tick < 0 else "+" if tick > 0 and scale.low < 0 else ""
        parts.append(
            f'<text x="{scale.at(tick)}" y="12" text-anchor="{anchor}">{sign}{figure}</text>'
        )
    return _svg("axis", 16, parts)


def stack(wins: int, ties: int, losses: int) -> str:
    """Return one bar of three parts, told apart by colour and by hatching."""
    whole = wins + ties + losses
    parts, start = [], 0.0
    for kind, number in (("win", wins), ("tie", ties), ("loss", losses)):
        share = 100 * number / whole if whole else 0.0
        if number:
            place = f'x="{start:.2f}%" y="3" width="{share:.2f}%" height="{_HEIGHT - 6}"'
            parts.append(f'<rect class="{kind}" {place}/>')
            if kind != "win":
                parts.append(f'<rect fill="url(#hatch-{kind})" {place}/>')
        start += share
    return _svg("stack", _HEIGHT, parts)


def _svg(kind: str, height: int, parts: Iterable[str]) -> str:
    shape = f'class="{html.escape(kind)}" width="100%" height="{height}"'
    return f'<svg {shape} aria-hidden="true">{"".join(parts)}</svg>'
