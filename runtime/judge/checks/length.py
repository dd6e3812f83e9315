"""How long an answer is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from .base import Answer, CheckSpec, Finding, NotRun, amount, only
from .text import normal

__all__ = ["UNITS", "check_length"]

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}_]+(?:['’\-.][^\W{_CJK}_]+)*")
_DENSE = re.compile(rf"[{_CJK}\u3000-\u303f\uff00-\uffef\U0001f000-\U0001faff]")


def _words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _tokens(text: str) -> int:
    """Estimate tokens: one for 4 characters of Latin text, one for 1.5 of Chinese."""
    dense = sum(1 for _ in _DENSE.finditer(text))
    return round((len(text) - dense) / 4 + dense / 1.5)


UNITS: Mapping[str, Callable[[str], int]] = {
    "characters": len,
    "words": _words,
    "tokens": _tokens,
    "lines": lambda text: len(text.split("\n")) if text else 0,
}
_CHINESE = {"characters": "字符", "words": "词", "tokens": "token（估算）", "lines": "行"}


def check_length(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Measure the answer without the white space around it.

    ``value`` is the most, or a mapping with ``min`` and ``max``, which may stand beside ``kind``
    as well. ``unit`` is "characters" (code points in NFC, the default), "words" (a Chinese
    character counts as one), "tokens" (an estimate) or "lines".
    """
    only(spec, "min", "max", "unit")
    bounds = dict(spec.value) if isinstance(spec.value, Mapping) else {}
    if spec.value is not None and not bounds:
        bounds = {"max": spec.value}
    bounds |= {key: spec.options[key] for key in ("min", "max") if key in spec.options}
    unit = spec.options.get("unit", "characters")
    if not bounds or not set(bounds) <= {"min", "max"}:
        raise NotRun("it needs `value`, or `min` and `max`", "需要 `value`，或 `min` 与 `max`")
    if not isinstance(unit, str) or unit not in UNITS:
        known = ", ".join(UNITS)
        raise NotRun(f"`unit` has to be one of {known}", f"`unit` 必须是 {known} 之一")
    least = amount(bounds.get("min", 0), "min")
    most = amount(bounds["max"], "max") if "max" in bounds else None
    found = UNITS[unit](normal(answer.text).strip())
    label = f"length {least:g}–{'' if most is None else f'{most:g}'} {unit}"
    passed = least <= found and (most is None or found <= most)
    return Finding(passed, label, f"{found:,} {unit}", f"{found:,} {_CHINESE[unit]}")
