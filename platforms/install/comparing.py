"""What differs from what was installed: whole states, and line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..merge import MergeError, find_block, missing
from ..merge.jsonc import dumps
from .errors import InstallError
from .intact import MISSING, deviations
from .lock import Lock, SkillEntry
from .store import Store
from .tree import Tree

__all__ = ["Difference", "differences", "problems", "state_of"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that is not as it was installed; ``lines`` is a unified diff (may be empty)."""

    skill: str
    path: str
    kind: str
    lines: tuple[str, ...]


def state_of(tree: Tree, entry: SkillEntry) -> str:
    """Return "ok", "modified" or "missing" (the worst of all its paths)."""
    kinds = {kind for kind, _ in deviations(tree, entry)}
    return "missing" if MISSING in kinds else "modified" if kinds else "ok"


def problems(tree: Tree, lock: Lock) -> Iterator[Diagnostic]:
    """Yield a warning for every path that is not as it was installed."""
    for entry in lock.skills.values():
        for kind, path in deviations(tree, entry):
            code = codes.MISSING_FILE if kind == MISSING else codes.MODIFIED_FILE
            yield report(code, path, path=path, name=entry.name)


def differences(tree: Tree, store: Store, lock: Lock) -> Iterator[Difference]:
    """Yield what differs, with the lines as far as the installed contents are kept."""
    for entry in lock.skills.values():
        for kind, path in deviations(tree, entry):
            before, now = _sides(tree, store, entry, path)
            yield Difference(entry.name, path, kind, tuple(_lines(path, before, now)))


def _sides(
    tree: Tree, store: Store, entry: SkillEntry, path: str
) -> tuple[bytes | None, bytes | None]:
    try:
        content = tree.get(tree.resolve(path))
    except InstallError:
        content = None
    now = None if content is None else content.data
    if path in entry.files:
        return store.get(entry.files[path].sha256), now
    if path in entry.blocks:
        try:
            block = None if now is None else find_block(now, entry.name, entry.blocks[path].style)
        except MergeError:
            block = None
        return store.get(entry.blocks[path].sha256), block
    return _gone(now, entry.keys[path]), b""


def _gone(now: bytes | None, data: Mapping[str, Any]) -> bytes | None:
    """Return the keys that are no longer there, or no longer so, as they were written."""
    try:
        return (dumps(missing(now, data)) + "\n").encode("utf-8", "surrogatepass")
    except MergeError:
        return None


def _lines(path: str, before: bytes | None, now: bytes | None) -> Iterator[str]:
    if before is None or b"\0" in before or (now is not None and b"\0" in now):
        return
    old, new = (side.decode("utf-8", "replace").splitlines() for side in (before, now or b""))
    yield from unified_diff(old, new, f"installed/{path}", path, lineterm="")
