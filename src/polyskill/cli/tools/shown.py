"""How calculators show numbers, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..language import message_language, tr
from ..output import columns, echo, styled
from ..text import plain, wrap

__all__ = ["duration", "figure", "percent", "size", "whence"]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def size(number: float) -> str:
    """Return bytes in the largest unit that leaves a number of 1 or more: ``1.50 GiB``."""
    unit = 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    return f"{number:,.0f} B" if unit == 0 else f"{number:,.2f} {_UNITS[unit]}"


def figure(number: float) -> str:
    """Return a large number with three digits: ``5.76e23``; a small one as it is."""
    if number and not 1e-2 <= abs(number) < 1e6:
        mantissa, _, exponent = f"{number:.2e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{number:,.4g}"


def percent(number: float) -> str:
    """Return a share as percent with three digits."""
    return f"{number * 100:.3g} %"


def duration(seconds: float) -> str:
    """Return a time in the unit that fits it."""
    if seconds >= _DAY:
        return tr(f"{seconds / _DAY:,.1f} days", f"{seconds / _DAY:,.1f} 天")
    if seconds >= _HOUR:
        return tr(f"{seconds / _HOUR:.1f} hours", f"{seconds / _HOUR:.1f} 小时")
    if seconds >= _MINUTE:
        return tr(f"{seconds / _MINUTE:.1f} minutes", f"{seconds / _MINUTE:.1f} 分钟")
    return tr(f"{seconds:.1f} seconds", f"{seconds:.1f} 秒")


def whence(result: Mapping[str, Any], *, notes: Sequence[Mapping[str, str]] | None = None) -> None:
    """Print the formula, the sources and the notes of a result."""
    lang = message_language().value
    lines = []
    if result.get("formula"):
        lines.append((tr("formula", "公式"), plain(str(result["formula"]))))
    for source in result.get("sources", ()):
        lines.append((tr("source", "出处"), plain(str(source))))
    for note in result.get("notes", ()) if notes is None else notes:
        lines.append((tr("note", "提示"), plain(note[lang])))
    if lines:
        echo()
    room = columns()
    for label, text in lines:
        head = f"{label}{tr(': ', '：')}"
        for at, line in enumerate(wrap(text, room - 8) if room else [text]):
            echo(styled(head, "dim") + line if at == 0 else "  " + line)
