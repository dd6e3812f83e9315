"""Look before anything is written: do the preconditions hold, and what is there to do?"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from .changes import Change, Delete, Put, RemoveFolder
from .disk import digest, look
from .errors import Conflict
from .layout import FOLDER, parent, valid

__all__ = ["Plan", "make_plan"]


@dataclass(slots=True)
class Plan:
    """What is to be done, in the order in which it is done."""

    deletes: list[tuple[Delete, os.stat_result]] = field(default_factory=list)
    folders: list[tuple[str, os.stat_result]] = field(default_factory=list)  # deepest first
    trees: dict[str, list[Put]] = field(default_factory=dict)  # new folder → files in it
    replaced: list[tuple[Put, os.stat_result]] = field(default_factory=list)
    created: list[Put] = field(default_factory=list)  # in folders that are there
    new_folders: list[str] = field(default_factory=list)  # outermost first

    def __bool__(self) -> bool:
        return bool(self.deletes or self.folders or self.trees or self.replaced or self.created)


class _Look:
    """The folders below the root as they will be when the files are put, each looked at once."""

    def __init__(self, root: str, changes: Sequence[Change]) -> None:
        self.root = root
        self._folders: dict[str, bool] = {"": True}
        self._outermost: dict[str, str] = {}
        self.deleted = {change.path for change in changes if isinstance(change, Delete)}
        self.removed = {change.path for change in changes if isinstance(change, RemoveFolder)}

    def is_folder(self, path: str, wanted: str) -> bool:
        """Tell whether ``path`` is a folder (``False``: nothing is there by then).

        Raises:
            Conflict: a link or something else is there; it names the path ``wanted``.
        """
        known = self._folders.get(path)
        if known is not None:
            return known
        here = ""
        for part in path.split("/"):
            above, here = here, f"{here}/{part}" if here else part
            if here not in self._folders:
                self._folders[here] = self._folders[above] and self._look(here, wanted)
        return self._folders[path]

    def _look(self, path: str, wanted: str) -> bool:
        found = look(f"{self.root}/{path}")
        if found is None:
            return path == FOLDER  # the engine makes that one before it puts anything
        if stat.S_ISLNK(found.st_mode):
            raise Conflict(wanted, "symlink", path)
        if stat.S_ISDIR(found.st_mode):
            return True
        if path in self.deleted:  # a file makes room for a folder
            return False
        raise Conflict(path, "not-a-folder")

    def outermost(self, path: str) -> str:
        """Return the outermost missing folder of the missing folder ``path``."""
        found = self._outermost.get(path)
        if found is None:
            above = parent(path)
            found = path if self._folders[above] else self.outermost_above(above)
            self._outermost[path] = found
        return found

    def outermost_above(self, path: str) -> str:
        """The same, walking up instead of calling itself: paths may be deep."""
        while not self._folders[parent(path)]:
            path = parent(path)
        return path

    def vanishes(self, path: str) -> bool:
        """Tell whether the folder ``path`` is empty by the time that it is to be removed."""
        waiting = [path]
        gone = {unicodedata.normalize("NFC", name) for name in self.deleted | self.removed}
        while waiting:
            folder = waiting.pop()
            with os.scandir(f"{self.root}/{folder}") as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}"
                    if unicodedata.normalize("NFC", name) not in gone:
                        return False
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(name)
        return True


def _check_names(changes: Sequence[Change]) -> None:
    """Raise a Conflict for a path that is not allowed, stands twice, or is file and folder."""
    good: set[str] = set()
    files: set[str] = set()
    folders: set[str] = set()
    for change in changes:
        path = change.path
        above, _, name = path.rpartition("/")
        if above not in good or not name or name in (".", ".."):
            if not valid(path):
                raise Conflict(path, "path")
            if above != FOLDER:  # there, the name itself may be reserved
                good.add(above)
        elif not valid(name):
            raise Conflict(path, "path")
        seen = folders if isinstance(change, RemoveFolder) else files
        if path in seen:
            raise Conflict(path, "path")
        seen.add(path)
    above_puts = {parent(change.path) for change in changes if isinstance(change, Put)}
    for path in list(above_puts):
        above = parent(path)
        while above and above not in above_puts:
            above_puts.add(above)
            above = parent(above)
    for change in changes:
        if isinstance(change, Put) and change.path in above_puts:
            raise Conflict(change.path, "path")


def _regular(path: str, root: str, before: str) -> os.stat_result:
    """Return what is at ``path``, which must be a file with the bytes ``before``."""
    found = look(f"{root}/{path}")
    if found is None:
        raise Conflict(path, "missing")
    if stat.S_ISLNK(found.st_mode):
        raise Conflict(path, "symlink")
    if not stat.S_ISREG(found.st_mode):
        raise Conflict(path, "not-a-file")
    if digest(f"{root}/{path}") != before:
        raise Conflict(path, "changed")
    return found


def _put(plan: Plan, seen: _Look, change: Put) -> None:
    path, above = change.path, parent(change.path)
    if not seen.is_folder(above, path):
        if change.before is not None:
            raise Conflict(path, "missing")
        plan.trees.setdefault(seen.outermost(above), []).append(change)
        return
    if change.before is not None:
        found = _regular(path, seen.root, change.before)
        same_bytes = hashlib.sha256(change.data).hexdigest() == change.before
        if not same_bytes or stat.S_IMODE(found.st_mode) != change.mode:
            plan.replaced.append((change, found))
        return
    there = look(f"{seen.root}/{path}")
    if there is None:
        plan.created.append(change)
    elif stat.S_ISLNK(there.st_mode):
        raise Conflict(path, "symlink")
    elif not stat.S_ISDIR(there.st_mode):
        raise Conflict(path, "exists")
    elif path in seen.removed and seen.vanishes(path):  # a folder makes room for a file
        plan.created.append(change)
    else:
        raise Conflict(path, "not-a-file")


def _remove_folder(plan: Plan, seen: _Look, path: str, emptied: set[str]) -> None:
    if path == FOLDER or not seen.is_folder(parent(path), path):
        return  # the engine's own folder goes with the engine's last file
    found = look(f"{seen.root}/{path}")
    if found is None or not stat.S_ISDIR(found.st_mode):
        return
    if path not in emptied:
        with os.scandir(f"{seen.root}/{path}") as entries:
            if next(entries, None) is not None:
                return
    plan.folders.append((path, found))


def _add_missing(plan: Plan, seen: _Look) -> None:
    """List all folders that have to be made, outermost first."""
    missing: set[str] = set()
    made_by_engine = look(f"{seen.root}/{FOLDER}") is None
    for outermost, files in plan.trees.items():
        missing.add(outermost)
        if made_by_engine and parent(outermost) == FOLDER:
            missing.add(FOLDER)
        for file in files:
            above = parent(file.path)
            while above and above not in missing:
                missing.add(above)
                above = parent(above)
    if made_by_engine and any(parent(put.path) == FOLDER for put in plan.created):
        missing.add(FOLDER)
    plan.new_folders = sorted(missing, key=lambda path: (path.count("/"), path))


def make_plan(root: str, changes: Sequence[Change]) -> Plan:
    """Check all preconditions of ``changes`` below the real path ``root``; write nothing.

    Raises:
        Conflict: one of them does not hold.
        OSError: something cannot be looked at.
    """
    _check_names(changes)
    plan, seen = Plan(), _Look(root, changes)
    emptied: set[str] = set()  # folders out of which something goes
    for path in seen.deleted | seen.removed:
        above = parent(path)
        while above and above not in emptied:
            emptied.add(above)
            above = parent(above)
    for change in changes:
        if isinstance(change, Delete):
            if not seen.is_folder(parent(change.path), change.path):
                raise Conflict(change.path, "missing")
            found = _regular(change.path, root, change.before)
            plan.deletes.append((change, found))
    for path in sorted(seen.removed, key=lambda path: (-path.count("/"), path)):
        _remove_folder(plan, seen, path, emptied)
    for change in changes:
        if isinstance(change, Put):
            _put(plan, seen, change)
    _add_missing(plan, seen)
    return plan
