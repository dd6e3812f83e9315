"""Whether what is installed is still as it was installed, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator

from ..merge import MergeError, find_block, missing
from .errors import InstallError
from .lock import SkillEntry, digest
from .tree import Tree

__all__ = ["MISSING", "MODIFIED", "deviations", "is_intact"]

MISSING, MODIFIED = "missing", "modified"


def deviations(tree: Tree, entry: SkillEntry) -> Iterator[tuple[str, str]]:
    """Yield (:data:`MISSING` or :data:`MODIFIED`, path) for what is not as it was installed."""
    for path, file in entry.files.items():
        present = _content(tree, path)
        if present is None:
            yield MISSING, path
        elif digest(present[0]) != file.sha256 or (present[1] ^ file.mode) & 0o100:
            yield MODIFIED, path
    for path, block in entry.blocks.items():
        present = _content(tree, path)
        try:
            text = None if present is None else find_block(present[0], entry.name, block.style)
        except MergeError:
            yield MODIFIED, path
            continue
        if text is None:
            yield MISSING, path
        elif digest(text.replace(b"\r\n", b"\n")) != block.sha256:
            yield MODIFIED, path
    for path, data in entry.keys.items():
        present = _content(tree, path)
        try:
            if present is None:
                yield MISSING, path
            elif missing(present[0], data):
                yield MODIFIED, path
        except MergeError:
            yield MODIFIED, path


def is_intact(tree: Tree, entry: SkillEntry) -> bool:
    """Whether nothing of a skill is missing or modified."""
    return next(deviations(tree, entry), None) is None


def _content(tree: Tree, path: str) -> tuple[bytes, int] | None:
    try:
        found = tree.get(tree.resolve(path))
    except InstallError:
        return None
    return None if found is None else (found.data, found.mode)
