"""Questions about the files of a build: whose, where, how many, and which should not be there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from polyskill.compiler.diagnostics import Severity

from .records import SkillRecord, Target
from .request import Request
from .sinks import Change

__all__ = ["below", "broken", "count_files", "outputs", "shown", "unexpected"]


def below(paths: Iterable[str], folders: Iterable[str]) -> set[str]:
    """Return the paths that lie in one of the folders."""
    prefixes = tuple(f"{folder}/" for folder in folders)
    return {path for path in paths if path.startswith(prefixes)}


def broken(skill: SkillRecord) -> bool:
    """Whether errors keep a skill from being built at all."""
    return any(found.severity is Severity.ERROR for found in skill.diagnostics)


def outputs(skills: Iterable[SkillRecord]) -> set[str]:
    """Return the paths of all files that were written for these skills alone."""
    return {
        item.path
        for skill in skills
        for record in skill.targets.values()
        for item in record.outputs
    }


def count_files(
    targets: Sequence[Target], skills: Sequence[SkillRecord], paths: set[str]
) -> dict[str, int]:
    """Files per target; what is joined counts once, for the first target of its folder."""
    counts: dict[str, int] = {}
    folders: set[str] = set()
    for target in targets:
        records = [skill.targets[target.key] for skill in skills if target.key in skill.targets]
        counts[target.key] = sum(len(record.outputs) for record in records)
        if target.folder not in folders:
            folders.add(target.folder)
            counts[target.key] += len(below(paths, [target.folder]))
    return counts


def unexpected(request: Request, expected: set[str]) -> list[Change]:
    """Files in the folders of the targets that a build would not write."""
    found = []
    for folder in sorted({target.folder for target in request.targets}):
        for where, _, names in os.walk(request.out / folder):
            base = os.path.relpath(where, request.out).replace(os.sep, "/")
            found += [f"{base}/{name}" for name in names]
    return [Change("remove", path) for path in found if path not in expected]


def shown(path: str) -> str:
    """Return a path as a person in the current folder would write it."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive on Windows
        return path
