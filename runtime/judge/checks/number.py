"""Whether an answer gives a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from .base import Answer, CheckSpec, Finding, NotRun, amount, excerpt, only, texts
from .figures import Figure, figures, plain
from .pattern import spans

__all__ = ["NEAR", "check_number"]

#: How many characters may lie between a number and what `near` matches.
NEAR = 80
_ROUNDING = 1e-9  # relative: decimal fractions in binary
_MOST_FIGURES = 10_000
_SHOWN = 8
# Between a number and its unit: spaces, Markdown emphasis, what LaTeX puts around units.
_GAP = re.compile(
    r"(?:[\s*_~`$\u200b-]|\\[,;:! ]|\\(?=%)|\\(?:text|mathrm|mathbf|operatorname|rm)\b|[{}])*"
)


def _test(spec: CheckSpec) -> tuple[Callable[[float], bool], str]:
    """Return what tells whether a value fits, and its label."""
    given: dict[str, Any] = dict(spec.value) if isinstance(spec.value, Mapping) else {}
    if spec.value is not None and not given:
        given = {"value": spec.value}
    given |= {
        key: spec.options[key]
        for key in ("min", "max", "tolerance", "relative")
        if key in spec.options
    }
    if not given.keys() <= {"value", "min", "max", "tolerance", "relative"} or not (
        given.keys() & {"value", "min", "max"}
    ):
        raise NotRun("it needs `value`, or `min` and `max`", "需要 `value`，或 `min` 与 `max`")
    numbers = {key: amount(part, key) for key, part in given.items()}
    for key in ("tolerance", "relative"):
        if numbers.get(key, 0) < 0:
            raise NotRun(f"`{key}` has to be 0 or more", f"`{key}` 不能为负")
    low, high = numbers.get("min"), numbers.get("max")
    wanted = numbers.get("value")
    slack = max(
        numbers.get("tolerance", 0.0), numbers.get("relative", 0.0) * abs(wanted or 0.0)
    ) + _ROUNDING * abs(wanted or 0.0)

    def fits(value: float) -> bool:
        return (
            (wanted is None or abs(value - wanted) <= slack)
            and (low is None or value >= low)
            and (high is None or value <= high)
        )

    parts = [f"{key} {number:.15g}" for key, number in numbers.items()]
    return fits, ", ".join(parts)


def _follows(unit: str, text: str, place: int) -> bool:
    gap = _GAP.match(text, place)
    assert gap is not None
    # the gap may have eaten what the unit begins with ("-fold"), so both ends are tried
    for start in (gap.end(), place):
        if text.startswith(unit, start):
            after = text[start + len(unit) : start + len(unit) + 1]
            word = unit[-1].isascii() and unit[-1].isalnum()
            return not (word and after.isascii() and after.isalnum())
    return False


def _values(figure: Figure, text: str, units: tuple[str, ...]) -> tuple[float, ...]:
    """Return what a number may mean; with ``units``, only in front of (or behind) one of them."""
    if not units:
        return figure.meant
    before = text[max(figure.start - 40, 0) : figure.start].rstrip()
    signs = [unit for unit in units if not any(map(str.isalnum, unit))]  # $, ¥, €
    if any(before.endswith(sign) for sign in signs):
        return figure.meant
    return tuple(
        value
        for value, place in figure.readings
        if any(_follows(unit, text, place) for unit in units)
    ) + ((figure.readings[0][0],) if figure.percent and "%" in units else ())


def check_number(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Find a number that fits ``value``, ``min`` and ``max`` (inclusive).

    Any number of the answer will do. ``tolerance`` (absolute) and ``relative`` (a share of the
    value) say how far off it may be; without them it has to be the same but for rounding in the
    ninth digit. ``unit`` (or a list of spellings) has to follow the number, a sign such as ``$``
    may stand before it. ``near`` is a pattern that has to match within 80 characters of it.
    """
    only(spec, "min", "max", "tolerance", "relative", "unit", "near")
    fits, label = _test(spec)
    units = texts(spec.options["unit"], "unit") if "unit" in spec.options else ()
    units = tuple(plain(unit) for unit in units)
    text = plain(answer.text)
    places = None
    if "near" in spec.options:
        places = spans(spec.options["near"], text)
        label += f", near /{excerpt(str(spec.options['near']))}/"
    label = f"number {label}{', unit ' if units else ''}{' | '.join(units)}"
    seen: list[str] = []
    for figure in islice(figures(text), _MOST_FIGURES):
        if places is not None and not any(
            figure.start - end <= NEAR and start - figure.end <= NEAR for start, end in places
        ):
            continue
        values = _values(figure, text, units)
        if any(map(fits, values)):
            return Finding(True, label, f"found: {figure.text}", f"找到：{figure.text}")
        if values and len(seen) < _SHOWN:
            seen.append(figure.text)
    if not seen:
        return Finding(False, label, "no such number", "没有这样的数字")
    shown = ", ".join(seen)
    return Finding(False, label, f"found only: {shown}", f"只找到：{shown}")
