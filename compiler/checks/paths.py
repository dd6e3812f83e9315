"""Paths that some file system cannot store, or that lead out of the skill."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ..codes import resources, safety
from ..diagnostics import Diagnostic, report
from .registry import rule
from .subject import Subject
from .unseen import name_of, runs_in

__all__ = ["RESERVED", "bad_paths", "colliding_paths", "fold"]

RESERVED = frozenset(
    {"AUX", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"}
    | {f"{device}{number}" for device in ("COM", "LPT") for number in "123456789¹²³"}
)
DEEPEST = 8
LONGEST = 200
_FORBIDDEN = frozenset('<>:"|?*\\')


@rule(safety.PATH_RESERVED, safety.PATH_CHARACTER, safety.PATH_ESCAPES, safety.PATH_DEEP, gate=True)
def bad_paths(subject: Subject) -> Iterator[Diagnostic]:
    """Report resource paths that cannot be unpacked everywhere, and at their place."""
    for resource in subject.skill.resources:
        path = resource.path
        where = subject.located(resource)
        parts = path.split("/")
        drive = path[1:2] == ":" and path[:1].isalpha()
        if path.startswith(("/", "\\", "~")) or drive or ".." in path.replace("\\", "/").split("/"):
            yield report(safety.PATH_ESCAPES, where, file=path)
            continue
        if len(parts) > DEEPEST or len(path) > LONGEST:
            depth = len(parts) - 1
            yield report(safety.PATH_DEEP, where, file=path, depth=depth, length=len(path))
        for part in parts:
            if part.split(".", 1)[0].rstrip().upper() in RESERVED:
                yield report(safety.PATH_RESERVED, where, file=path, part=part)
            elif bad := _bad_character(part):
                yield report(safety.PATH_CHARACTER, where, file=path, character=bad)


def _bad_character(part: str) -> str:
    """Name the first character that keeps a file's name from being stored (empty for none)."""
    if part.endswith((".", " ")):
        return f"{name_of(part[-1])} at an end"
    for char in part:
        if char < " " or char in _FORBIDDEN:
            return name_of(char)
    hidden = next(runs_in(part), None)
    return name_of(part[hidden.start]) if hidden is not None else ""


def fold(path: str) -> str:
    """Return what a file system sees that ignores letter case and the Unicode form."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@rule(resources.RESOURCE_COLLISION, gate=True)
def colliding_paths(subject: Subject) -> Iterator[Diagnostic]:
    """Report resources that overwrite each other on macOS and Windows."""
    seen: dict[str, str] = {"skill.md": "SKILL.md"} if subject.skill.main else {}
    for resource in subject.skill.resources:
        other = seen.setdefault(fold(resource.path), resource.path)
        if other == resource.path:
            continue
        same = unicodedata.normalize("NFC", other) == unicodedata.normalize("NFC", resource.path)
        yield report(
            resources.RESOURCE_COLLISION,
            subject.located(resource),
            file=resource.path,
            other=other,
            how="NFC" if same else "casefold",
        )
