"""Curves as inline SVG: every point of them, their running median, and where findings lie."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .curves import Curve
from .finding import figure
from .robust import running_median

__all__ = ["Mark", "plot"]

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 14, 26
_MOST = 400  # stretches of a curve that are drawn; of each its lowest and highest point
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
#: From such a ratio of the highest to the lowest value on, an axis is logarithmic; not for shares.
_LOGARITHMIC = 100.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding's place: its number, the first and last step, and the class for its colour."""

    number: int
    first: float
    last: float
    kind: str


class _Axis:
    """Where values lie between two ends, in pixels."""

    def __init__(self, low: float, high: float, start: float, end: float, *, log: bool) -> None:
        self._log = log
        self.low, self.high = (math.log10(low), math.log10(high)) if log else (low, high)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        place = math.log10(max(value, 1e-300)) if self._log else value
        share = (place - self.low) / ((self.high - self.low) or 1.0)
        return self._start + min(1.0, max(0.0, share)) * (self._end - self._start)

    def ticks(self) -> list[float]:
        if self._log:
            return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]
        rough = (self.high - self.low) / 4
        if not math.isfinite(rough) or rough <= 0:
            return [self.low]
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * each for each in _STEPS if size * each >= rough * 0.999)
        first = math.ceil(self.low / step)
        return [at * step for at in range(first, math.floor(self.high / step + 1e-9) + 1)]


def plot(curves: Sequence[Curve], marks: Iterable[Mark], title: str) -> str:
    """Return one plot of curves on one axis; ``title`` is read aloud in its stead.

    Colours and fonts are classes of the style sheet; the only texts are numbers and the title.
    """
    drawn = [curve for curve in curves if len(curve)]
    steps = [step for curve in curves for step in (*curve.steps, *curve.broken)]
    values = [value for curve in drawn for value in curve.values]
    if not steps or not values:
        return ""
    x = _Axis(min(steps), max(steps), _LEFT, _WIDTH - _RIGHT, log=False)
    y = _vertical(values)
    parts = [_mark(mark, x) for mark in marks]
    parts += [_grid(y.at(tick), figure(tick)) for tick in y.ticks()]
    parts += [_foot(x.at(tick), figure(tick)) for tick in x.ticks()]
    for number, curve in enumerate(drawn):
        parts += _curve(curve, x, y, number)
    for curve in curves:
        parts += [
            f'<path class="broken" d="M{x.at(step):.1f} {_HEIGHT - _BOTTOM}v-10"/>'
            for step in curve.broken[:_MOST]
        ]
    shape = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{html.escape(title)}"'
    return f"<svg {shape}>{''.join(parts)}</svg>"


def _vertical(values: Sequence[float]) -> _Axis:
    low, high = min(values), max(values)
    log = low > 0 and high > 1 and high / low >= _LOGARITHMIC
    if not log:
        room = (high - low) * 0.05 or abs(high) * 0.05 or 0.5
        low = 0.0 if 0 <= low < 0.3 * high else low - room
        high += room
    return _Axis(low, high, _HEIGHT - _BOTTOM, _TOP, log=log)


def _mark(mark: Mark, x: _Axis) -> str:
    left, right = x.at(mark.first), x.at(mark.last)
    width = max(right - left, 3.0)
    return (
        f'<rect class="mark {html.escape(mark.kind)}" x="{left:.1f}" y="{_TOP}" '
        f'width="{width:.1f}" height="{_HEIGHT - _TOP - _BOTTOM}"/>'
        f'<text class="number {html.escape(mark.kind)}" x="{left + 3:.1f}" y="{_TOP - 3}">'
        f"{mark.number}</text>"
    )


def _grid(at: float, label: str) -> str:
    return (
        f'<path class="grid" d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text class="tick end" x="{_LEFT - 6}" y="{at + 4:.1f}">{label}</text>'
    )


def _foot(at: float, label: str) -> str:
    return f'<text class="tick middle" x="{at:.1f}" y="{_HEIGHT - 8}">{label}</text>'


def _curve(curve: Curve, x: _Axis, y: _Axis, number: int) -> list[str]:
    steps, values = _outline(curve)
    colour = f"c{number % 4}"
    if len(curve) == 1:
        place = f'cx="{x.at(steps[0]):.1f}" cy="{y.at(values[0]):.1f}"'
        return [f'<circle class="dot {colour}" {place} r="3"/>']
    if len(curve) < 25:
        dots = "".join(
            f'<circle class="dot {colour}" cx="{x.at(s):.1f}" cy="{y.at(v):.1f}" r="2.5"/>'
            for s, v in zip(steps, values, strict=True)
        )
        return [_path(steps, values, x, y, f"bold {colour}"), dots]
    smooth = Curve(
        curve.name,
        curve.steps,
        tuple(running_median(curve.values, max(5, min(51, len(curve) // 20)))),
    )
    return [
        _path(steps, values, x, y, f"thin {colour}"),
        _path(*_outline(smooth), x, y, f"bold {colour}"),
    ]


def _path(steps: Sequence[float], values: Sequence[float], x: _Axis, y: _Axis, kind: str) -> str:
    points = " ".join(
        f"{x.at(step):.1f},{y.at(value):.1f}" for step, value in zip(steps, values, strict=True)
    )
    return f'<polyline class="{kind}" points="{points}"/>'


def _outline(curve: Curve) -> tuple[list[float], list[float]]:
    """Return the lowest and the highest point of each stretch, in the order of their steps."""
    if len(curve) <= 2 * _MOST:
        return list(curve.steps), list(curve.values)
    kept: list[int] = []
    for part in range(_MOST):
        span = range(part * len(curve) // _MOST, (part + 1) * len(curve) // _MOST)
        ends = {min(span, key=curve.values.__getitem__), max(span, key=curve.values.__getitem__)}
        kept += sorted(ends)
    return [curve.steps[at] for at in kept], [curve.values[at] for at in kept]
