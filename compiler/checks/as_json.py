"""Findings as JSON: the stable form that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..diagnostics import Diagnostic
from ..localized import Lang
from .fix import fixable
from .printable import printable

__all__ = ["to_json"]


def _both(say: Callable[[Lang], str]) -> dict[str, str]:
    return {"en": printable(say(Lang.EN)), "zh": printable(say(Lang.ZH))}


def to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return findings as plain data.

    Lines and columns count from 1 and are ``null`` where a file is meant as a whole; ``end`` is
    where the text that is meant ends. Keys are never removed or renamed, only added.
    """
    return [_one(diagnostic) for diagnostic in diagnostics]


def _one(found: Diagnostic) -> dict[str, Any]:
    end = {"line": found.end_line, "column": found.end_column} if found.end_line else None
    return {
        "code": found.code.id,
        "slug": found.code.slug,
        "severity": found.severity.value,
        "path": found.path,
        "line": found.line or None,
        "column": found.column or None,
        "end": end,
        "message": _both(found.message),
        "why": _both(found.why),
        "help": _both(found.help),
        "skill": found.skill,
        "fixable": fixable(found),
    }
