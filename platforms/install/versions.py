"""Which of two versions is older: numbers by value, a pre-release before its release."""

from __future__ import annotations

import re

__all__ = ["older"]

_PARTS = re.compile(r"\d+|[A-Za-z]+")


def _key(version: str) -> list[tuple[int, int, str]]:
    plain = version.strip().lstrip("vV").partition("+")[0]
    made: list[tuple[int, int, str]] = []
    for part in _PARTS.findall(plain):
        made.append((1, int(part), "") if part.isdigit() else (-1, 0, part.lower()))
    while made and made[-1] == (1, 0, ""):
        made.pop()  # 1.0 is 1
    return [*made, (0, 0, "")]  # the end stands between a pre-release and one more number


def older(version: str, installed: str) -> bool:
    """Whether ``version`` is older than ``installed``; ``False`` if either says nothing."""
    if not version or not installed or version == installed:
        return False
    left, right = _key(version), _key(installed)
    numbers = any(part[0] == 1 for part in left) and any(part[0] == 1 for part in right)
    return numbers and left < right
