"""The checks of a skill's case, run on an answer that is only text."""

from __future__ import annotations

from ...judge.checks import Answer, run_check
from .cases import SkillCase

__all__ = ["has_checks", "run_checks"]

_BY_USE = ("tool", "skill")  # checks of what an agent did; a model here only writes


def has_checks(case: SkillCase) -> bool:
    """Whether a check of the case applies to an answer that is only text."""
    return any(check.kind not in _BY_USE for check in case.checks)


def run_checks(case: SkillCase, text: str) -> tuple[float, float, str]:
    """Return how many checks apply, how many pass, and why one could not be run ("" if all were).

    Checks of what an agent did do not apply.
    """
    total = reached = 0.0
    for check in case.checks:
        found = run_check(check, Answer(text, case.lang, case.prompt), case.folder)
        if found.passed is None and check.kind in _BY_USE:
            continue
        if found.passed is None:
            return total, reached, f"{found.label}: {found.detail}"
        total, reached = total + 1.0, reached + found.passed
    return total, reached, ""
