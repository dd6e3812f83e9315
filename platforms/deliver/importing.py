"""Write skills of any dialect down as canonical folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler import checks, readers
from polyskill.compiler.codes import build as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst
from polyskill.compiler.model import Skill
from polyskill.compiler.write import CanonicalFolder, Dropped, to_canonical

from . import atomic
from .worker import internal

__all__ = ["ImportResult", "Imported", "import_sources"]


@dataclass(frozen=True, slots=True)
class Imported:
    """One skill that was imported, and what could not come along."""

    name: str
    source: str
    dialect: str
    files: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    written: bool


@dataclass(slots=True)
class ImportResult:
    """All skills that were found, and all findings."""

    skills: list[Imported] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something was not imported."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def _in_the_way(folder: Path, made: CanonicalFolder) -> Path | None:
    for name, data in made.files.items():
        file = folder / name
        if file.is_symlink() or (file.exists() and file.read_bytes() != data):
            return file
    return None


def _write(folder: Path, made: CanonicalFolder) -> None:
    for name, data in sorted(made.files.items()):
        file = folder / name
        atomic.make_directory(file.parent)
        atomic.write(file, data, executable=name in made.executables)


def _import(
    skill: Skill, out: Path, taken: dict[str, str], *, force: bool, dry_run: bool
) -> tuple[Imported, list[Diagnostic]]:
    findings = [
        replace(item, skill=item.skill or skill.name)
        for item in checks.check_skill(skill, gate_only=True)
    ]
    made = to_canonical(skill)
    folder = out / skill.name
    other = taken.setdefault(skill.name.casefold(), skill.path)
    written = worst(findings) is not Severity.ERROR
    if other != skill.path:
        findings.append(report(codes.DUPLICATE_NAME, skill.path, name=skill.name, other=other))
        written = False
    if written and not force:
        blocked = _in_the_way(folder, made)
        if blocked is not None:
            findings.append(report(codes.IN_THE_WAY, skill.path, output=str(blocked)))
            written = False
    if written and not dry_run:
        _write(folder, made)
    files = tuple(sorted(made.files))
    imported = Imported(skill.name, skill.path, skill.dialect.value, files, made.dropped, written)
    return imported, findings


def import_sources(
    sources: Iterable[Path], out: Path, *, force: bool = False, dry_run: bool = False
) -> ImportResult:
    """Import everything found at ``sources`` into folders below ``out``.

    A skill with errors of safety or identity is not written; the others are.

    Raises:
        OSError: ``out`` cannot be written.
    """
    result = ImportResult()
    taken: dict[str, str] = {}
    for source in sources:
        candidates = readers.discover(source)
        if not candidates:
            result.diagnostics.append(report(codes.NOTHING_TO_BUILD, str(source)))
        for candidate in candidates:
            try:
                read = readers.read(candidate)
                result.diagnostics += read.diagnostics
                for skill in read.skills:
                    imported, findings = _import(skill, out, taken, force=force, dry_run=dry_run)
                    result.skills.append(imported)
                    result.diagnostics += findings
            except OSError:
                raise
            except Exception as error:  # the wall between one source and the rest of the run
                result.diagnostics.append(internal(str(candidate.path), error))
    return result
