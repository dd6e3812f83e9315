"""Check many sources on all cores, and write repairs back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler import checks, readers
from polyskill.compiler.checks import SkillSummary
from polyskill.compiler.checks.fix import apply, fixes
from polyskill.compiler.codes import build as build_codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.readers import Candidate
from polyskill.compiler.source import decode

from . import atomic
from .pool import spread
from .worker import internal

__all__ = ["Report", "check", "fix"]


@dataclass(slots=True)
class Report:
    """All findings, in order of place, and how many skills were looked at."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    skills: int = 0


def _chunk(candidates: Sequence[Candidate]) -> tuple[list[SkillSummary], list[Diagnostic]]:
    summaries: list[SkillSummary] = []
    found: list[Diagnostic] = []
    for candidate in candidates:
        try:
            result = readers.read(candidate)
            found += result.diagnostics
            for skill in result.skills:
                found += [
                    replace(item, skill=item.skill or skill.name)
                    for item in checks.check_skill(skill)
                ]
                summaries.append(checks.summarise(skill))
        except Exception as error:  # the wall between one source and the rest of the run
            found.append(internal(str(candidate.path), error))
    return summaries, found


def check(
    sources: Iterable[Path],
    processes: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Check all skills found at ``sources``, one by one and against each other."""
    made = Report()
    candidates: list[Candidate] = []
    for source in sources:
        found_here = readers.discover(source)
        candidates += found_here
        if not found_here:
            made.diagnostics.append(report(build_codes.NOTHING_TO_BUILD, str(source)))
    summaries: list[SkillSummary] = []
    for part, found in spread(_chunk, candidates, processes, progress):
        summaries += part
        made.diagnostics += found
    made.skills = len(summaries)
    made.diagnostics += checks.check_run(summaries)
    made.diagnostics.sort(key=Diagnostic.sort_key)
    return made


def fix(diagnostics: Iterable[Diagnostic], *, dry_run: bool = False) -> list[str]:
    """Repair what has a safe repair; return the files that change, sorted.

    Raises:
        OSError: a file cannot be read or written.
    """
    changed = []
    for path, edits in sorted(fixes(diagnostics).items()):
        file = Path(path)
        source = decode(file.read_bytes(), path)
        repaired = apply(source, edits).encode()
        if repaired == source.encode():
            continue
        changed.append(path)
        if not dry_run:
            atomic.write(file, repaired, mode=file.stat().st_mode & 0o7777)
    return changed
