"""What discovery hands to reading: small, picklable, and without any content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic
from ..model import Dialect, Skill

__all__ = ["Candidate", "ReadResult"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that looks like a source.

    ``dialect`` is ``None`` where there is nothing to read and ``diagnostics`` say why. ``root`` is
    the place that the user named: nothing outside it is read. ``form`` tells kindred notations
    apart ("mdc", "toml", …). ``twin`` is the same thing in Chinese, where the two languages live
    in parallel folders. ``entry`` is the marketplace row (JSON text) that led to a plugin and
    ``listing`` the marketplace file that it stands in.
    """

    path: Path
    dialect: Dialect | None
    root: Path
    form: str = ""
    twin: Path | None = None
    entry: str = ""
    listing: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The skills of one candidate, and the findings that belong to none of them."""

    skills: tuple[Skill, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, *skills: Skill, notes: Iterable[Diagnostic] = ()) -> ReadResult:
        """Make a result of ``skills`` and of the findings that belong to none of them."""
        return cls(skills, tuple(notes))
