"""Runs a check by its kind."""

from __future__ import annotations

from pathlib import Path

from .base import Answer, Checker, CheckSpec, Finding, NotRun, excerpt
from .language import check_language
from .length import check_length
from .number import check_number
from .pattern import check_regex
from .schema import check_json_schema
from .script import check_python
from .text import check_contains, check_not_contains
from .used import check_skill, check_tool

__all__ = ["KINDS", "run_check"]

_CHECKERS: dict[str, Checker] = {
    "contains": check_contains,
    "not_contains": check_not_contains,
    "regex": check_regex,
    "json_schema": check_json_schema,
    "number": check_number,
    "length": check_length,
    "language": check_language,
    "python": check_python,
    "tool": check_tool,
    "skill": check_skill,
}
KINDS = tuple(_CHECKERS)


def run_check(spec: CheckSpec, answer: Answer, folder: Path | None = None) -> Finding:
    """Run ``spec`` on ``answer``; ``folder`` holds the files that a check may name.

    Raises:
        MissingLibrary: the kind needs a library that is not installed.
    """
    checker = _CHECKERS.get(spec.kind)
    try:
        if checker is None:
            known = ", ".join(KINDS)
            raise NotRun(f"unknown kind; known are {known}", f"未知的检查类型；可用：{known}")
        return checker(spec, answer, folder)
    except NotRun as error:
        label = f"{spec.kind}: {excerpt(str(spec.value))}"
        return Finding(None, label, error.english, error.chinese)
