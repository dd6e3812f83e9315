"""Shares between 0 and 1 as SVG; places are percentages, so that a plot is as wide as its place."""

from __future__ import annotations

from collections.abc import Iterable

from ...judge.stats.intervals import Interval

__all__ = ["axis", "share", "stack"]

_HEIGHT, _RADIUS = 26, 5  # pixels
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def share(found: Interval, kind: str, margin: float = 0.0) -> str:
    """Return one row: the interval as a line, the share as a dot, hollow without interval.

    ``kind`` is the class of a colour; ``margin`` shades what lies below one half by so little.
    """
    parts = []
    if margin:
        parts.append(
            f'<rect class="band" x="{_at(0.5 - margin)}" width="{_at(margin)}" height="100%"/>'
        )
    parts += [_line(tick, "level" if tick == 0.5 else "grid") for tick in _TICKS]
    known = found.low is not None and found.high is not None
    middle = _HEIGHT / 2
    if found.low is not None and found.high is not None:
        parts.append(
            f'<line class="whisker" x1="{_at(found.low)}" x2="{_at(found.high)}" '
            f'y1="{middle}" y2="{middle}"/>'
        )
        parts += [
            f'<line class="whisker" x1="{_at(end)}" x2="{_at(end)}" '
            f'y1="{middle - 4}" y2="{middle + 4}"/>'
            for end in (found.low, found.high)
        ]
    if found.value is not None:
        parts.append(
            f'<circle class="{"dot" if known else "hollow"}" cx="{_at(found.value)}" '
            f'cy="{middle}" r="{_RADIUS}"/>'
        )
    return _svg(kind, _HEIGHT, parts)


def axis() -> str:
    """Return the figures below a column of rows."""
    ends = {0.0: "start", 1.0: "end"}
    return _svg(
        "axis",
        16,
        (
            f'<text class="tick" x="{_at(tick)}" y="12" '
            f'text-anchor="{ends.get(tick, "middle")}">{tick:.0%}</text>'
            for tick in _TICKS
        ),
    )


def stack(parts: Iterable[tuple[str, int]]) -> str:
    """Return one bar of parts: the class of a colour, and a number."""
    counted = list(parts)
    whole = sum(number for _, number in counted)
    made, start = [], 0.0
    for kind, number in counted:
        if number:
            wide = number / whole
            made.append(
                f'<rect class="part {kind}" x="{_at(start)}" y="3" width="{_at(wide)}" '
                f'height="{_HEIGHT - 6}"/>'
            )
            start += wide
    return _svg("stack", _HEIGHT, made)


def _at(value: float) -> str:
    return f"{min(1.0, max(0.0, value)) * 100:.2f}%"


def _line(value: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{_at(value)}" x2="{_at(value)}" y1="0" y2="100%"/>'


def _svg(kind: str, height: int, parts: Iterable[str]) -> str:
    shape = f'class="row {kind}" width="100%" height="{height}"'
    return f'<svg {shape} aria-hidden="true">{"".join(parts)}</svg>'
