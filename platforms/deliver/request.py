"""What a build is asked to do, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from polyskill.compiler.diagnostics import Diagnostic, Severity
from polyskill.compiler.model import Kind

from .records import SkillRecord, Target
from .sinks import Change

__all__ = ["Counts", "Request", "Result"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. ``compare`` writes nothing and trusts no cache: it only tells what differs."""

    sources: tuple[Path, ...]
    out: Path
    targets: tuple[Target, ...]
    form: Kind | None = None
    jobs: int = 1
    force: bool = False
    share: bool = True
    compare: bool = False
    marketplace: str = "skills"


@dataclass(slots=True)
class Counts:
    """How many skills and files: built anew, taken from the cache, failed; written, …."""

    built: int = 0
    cached: int = 0
    failed: int = 0
    written: int = 0
    shared: int = 0
    untouched: int = 0
    removed: int = 0


@dataclass(slots=True)
class Result:
    """What a build did. ``skills`` holds only the records of the targets that were asked for."""

    skills: list[SkillRecord] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    files: dict[str, int] = field(default_factory=dict)  # target key → number of files

    @property
    def failed(self) -> bool:
        """Whether anything was not built as asked."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)
