"""Copies what assistants read of a project and of a home into clean, temporary ones.

Only the folders and files in the tables of ``platforms/clients`` are taken: nothing in them is
executed by a client at its start, which hooks, MCP servers and settings would be. Of settings that
list instruction files, that list alone is taken.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from ..clients import get, names
from ..clients.base import Reads
from ..deliver import atomic
from .listed import listed_files, only_the_list

__all__ = ["copy", "put"]

_SKIPPED = {".git", "node_modules", ".venv", "__pycache__"}
_MAX_FILE = 16 * 1024 * 1024  # bytes; what is larger is no text that an assistant reads
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"


def put(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write a file and the folders above it."""
    atomic.make_directory(path.parent)
    atomic.write(path, data, executable=executable)


def copy(project: Path, home: Path, into: Path) -> tuple[Path, Path]:
    """Make ``into/project`` (a git repository without commits) and ``into/home``; return both.

    A linked skill folder becomes a link again, to a copy beside the project.

    Raises:
        OSError: a file could not be read or written.
    """
    made = into / "project", into / "home"
    linked = _Links(into / "linked")
    for root, target, scope in ((project, made[0], "project"), (home, made[1], "user")):
        atomic.make_directory(target)
        reads = [get(name).reads(scope) for name in names()]
        for place in sorted({place.rstrip("/") for each in reads for place in _places(each)}):
            _copy(root / place, target / place, linked)
        for settings, key in ((s, k) for each in reads for s, k in each.listing.items()):
            _copy_listed(root, target, settings, key)
    repository = made[0] / ".git"
    put(repository / "HEAD", b"ref: refs/heads/main\n")
    put(repository / "config", _CONFIG.encode("ascii"))
    atomic.make_directory(repository / "objects")
    atomic.make_directory(repository / "refs" / "heads")
    return made


def _copy_listed(root: Path, target: Path, settings: str, key: str) -> None:
    """Copy the instruction files that a settings file lists, and of that file just the list."""
    listing = only_the_list(root, settings, key)
    if listing is not None:
        put(target / settings, listing)
    for file in listed_files(root, settings, key):
        _copy_file(file, target / file.relative_to(root))


def _places(reads: Reads) -> list[str]:
    shadows = [name for others in reads.shadowed.values() for name in others]
    return [*reads.skills, *reads.instructions, *reads.agents, *shadows]


class _Links:
    """Where the targets of linked folders go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = count(1)

    def next(self) -> Path:
        return self._folder / str(next(self._number))


def _copy(source: Path, target: Path, linked: _Links) -> None:
    if source.is_file():
        _copy_file(source, target)
    elif source.is_dir():
        atomic.make_directory(target)
        for entry in sorted(source.iterdir()):
            if entry.name in _SKIPPED:
                continue
            inner = target / entry.name
            if entry.is_symlink() and entry.is_dir():
                place = linked.next()
                _copy_plain(entry, place)
                inner.symlink_to(place, target_is_directory=True)
            elif entry.is_dir():
                _copy(entry, inner, linked)
            elif entry.is_file():
                _copy_file(entry, inner)


def _copy_plain(source: Path, target: Path) -> None:
    """Copy a folder whose inner links to folders are left out: they could lead in a circle."""
    atomic.make_directory(target)
    for entry in sorted(source.iterdir()):
        if entry.is_dir() and not entry.is_symlink() and entry.name not in _SKIPPED:
            _copy_plain(entry, target / entry.name)
        elif entry.is_file():
            _copy_file(entry, target / entry.name)


def _copy_file(source: Path, target: Path) -> None:
    status = source.stat()
    if status.st_size <= _MAX_FILE:
        put(target, source.read_bytes(), executable=bool(status.st_mode & 0o100))
