"""The skills that a command names, read with what is to be said about them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic
    from polyskill.compiler.model import Skill

__all__ = ["read_skills"]


def read_skills(paths: Sequence[Path]) -> tuple[list[Skill], list[Diagnostic]]:
    """Return the skills at some paths, and what was found while reading them."""
    from polyskill.compiler import readers
    from polyskill.compiler.codes import build as codes
    from polyskill.compiler.diagnostics import report

    skills: list[Skill] = []
    findings: list[Diagnostic] = []
    for path in paths:
        candidates = readers.discover(path)
        if not candidates:
            findings.append(report(codes.NOTHING_TO_BUILD, str(path)))
        for candidate in candidates:
            result = readers.read(candidate)
            findings += result.diagnostics
            for skill in result.skills:
                findings += skill.diagnostics
                skills.append(skill)
    return skills, findings
