"""The skills and instruction files that lie in the folders which a client reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from polyskill.compiler.frontmatter import FrontMatterResult, read_recovering
from polyskill.compiler.source import Source, decode

from ..clients import Client, get, names
from .listed import listed_files

__all__ = [
    "SKILL_FILE",
    "SkillFile",
    "everywhere",
    "instruction_files",
    "skill_folders",
    "skills_in",
]

SKILL_FILE = "SKILL.md"
_MAX_FILE = 4 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class SkillFile:
    """A SKILL.md on disk. ``shown`` is its folder's path as messages show it (``~/`` for home)."""

    path: Path
    shown: str

    @cached_property
    def source(self) -> Source:
        """The text of the file."""
        with self.path.open("rb") as file:
            return decode(file.read(_MAX_FILE), self.shown)

    @cached_property
    def front(self) -> FrontMatterResult:
        """Its front matter, read as well as can be."""
        return read_recovering(self.source)

    def field(self, key: str) -> Any:
        """Return the value of a key of the front matter (``None`` without one)."""
        return None if self.front.front is None else self.front.front.values.get(key)

    @property
    def name(self) -> str:
        """The name in the front matter, else that of the folder."""
        name = self.field("name")
        return name if isinstance(name, str) and name else self.path.parent.name

    @property
    def description(self) -> str:
        """The description, empty if there is none."""
        value = self.field("description")
        return value if isinstance(value, str) else ""

    @property
    def body(self) -> str:
        """What stands behind the front matter."""
        return self.source.text[self.front.body_start :]


def skill_folders(client: Client, project: Path, home: Path) -> Iterator[tuple[Path, str]]:
    """Yield each folder of skills that ``client`` reads, with the path that messages show."""
    for root, mark, reads in ((project, "", client.project), (home, "~/", client.user)):
        for place in reads.skills:
            yield root / place, mark + place


def skills_in(folder: Path, shown: str) -> list[SkillFile]:
    """Return the skills in the folders right below ``folder``, by name.

    A file whose name differs from ``SKILL.md`` only in case is taken too: what a client makes of
    it is the question.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError:  # not there, or not ours to read: then a client finds nothing either
        return []
    files = ((entry, _skill_file(entry)) for entry in entries)
    return [SkillFile(file, f"{shown}/{entry.name}") for entry, file in files if file is not None]


def _skill_file(folder: Path) -> Path | None:
    try:
        held = [entry.name for entry in folder.iterdir()]
    except OSError:
        return None
    if SKILL_FILE in held:
        return folder / SKILL_FILE
    near = [name for name in held if name.upper() == SKILL_FILE.upper()]
    return folder / near[0] if near else None


def everywhere(project: Path, home: Path) -> list[SkillFile]:
    """Return every skill in any folder that any client reads."""
    folders = dict(place for name in names() for place in skill_folders(get(name), project, home))
    return [skill for folder, shown in folders.items() for skill in skills_in(folder, shown)]


def instruction_files(client: Client, project: Path, home: Path) -> list[Path]:
    """Return the instruction files that ``client`` loads in every session, shadowed ones left out.

    Rules that load only for some files (``paths``, ``globs``, ``applyTo`` in their front matter)
    are left out too.
    """
    found: list[Path] = []
    for root, reads in ((project, client.project), (home, client.user)):
        for place in reads.instructions:
            if any((root / other).is_file() for other in reads.shadowed.get(place, ())):
                continue
            path = root / place
            if not place.endswith("/"):
                found += [path] if path.is_file() else []
            elif path.is_dir():
                found += [file for file in sorted(path.glob("*.md")) if not _conditional(file)]
        for settings, key in reads.listing.items():
            found += listed_files(root, settings, key)
    return list(dict.fromkeys(found))


_CONDITIONS = ("paths", "globs", "applyTo")


def _conditional(path: Path) -> bool:
    file = SkillFile(path, path.name)
    return any(file.field(key) is not None for key in _CONDITIONS)
