"""Everything that is to come is written before anything visible changes.

Files wait in ``.polyskill/transaction/new``; a folder that is not there yet waits there as a whole.
Where a rename from there would fail (another device) or would give a file another group or access
list than its folder hands down, they wait beside their target under a temporary name.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator

from .changes import Put
from .disk import Writer, can_sync_all, look, sync_all, sync_folder
from .errors import Conflict
from .journal import FileStep, FolderStep, Journal, Removal, TreeStep, write_staged
from .layout import FOLDER, NEW, OLD, WORK, parent
from .plan import Plan

__all__ = ["MANY", "is_many", "make_folders", "stage"]

MANY = 64  # from so many files on, the whole file system is synced once


def is_many(count: int) -> bool:
    """Tell whether one sync of the file system is to replace ``count`` single ones."""
    return count >= MANY and can_sync_all()


def mount_points(root: str) -> list[str]:
    """Return the paths (relative) below ``root`` where something is mounted (Linux)."""
    if sys.platform != "linux":
        return []
    try:
        with open("/proc/self/mountinfo", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    found = []
    above = root.rstrip("/") + "/"
    for line in lines:
        escaped = line.split(b" ")[4]
        raw = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), escaped)
        path = os.fsdecode(raw)
        if path.startswith(above):
            found.append(path[len(above) :])
    return found


class _Places:
    """Decides where a file waits; gives each a number."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._device = os.lstat(f"{root}/{WORK}").st_dev
        self._mounts = mount_points(root)
        self._token = os.urandom(8).hex()
        self._beside: dict[str, bool] = {}
        self._number = -1
        self.outside: list[str] = []

    def next(self, above: str) -> tuple[str, str]:
        """Return (new, old) for a target whose folder ``above`` is there."""
        self._number += 1
        beside = self._beside.get(above)
        if beside is None:
            beside = self._beside[above] = self._must_be_beside(above)
        if not beside:
            return f"{NEW}/{self._number}", f"{OLD}/{self._number}"
        stem = f".polyskill-{self._token}-{self._number}"
        if above:
            stem = f"{above}/{stem}"
        self.outside += [f"{stem}.new", f"{stem}.old"]
        return f"{stem}.new", f"{stem}.old"

    def _must_be_beside(self, above: str) -> bool:
        path = f"{self._root}/{above}" if above else self._root
        found = os.lstat(path)
        if found.st_dev != self._device or found.st_mode & stat.S_ISGID:
            return True
        if any(above == point or above.startswith(f"{point}/") for point in self._mounts):
            return True
        if sys.platform == "linux":
            try:
                os.getxattr(path, "system.posix_acl_default")
            except OSError:  # none there, or not known to this file system
                return False
            return True
        return False


def _existing(root: str, path: str) -> str:
    """Return the nearest folder above ``path`` that is there now."""
    above = parent(path)
    while above:
        found = look(f"{root}/{above}")
        if found is not None and stat.S_ISDIR(found.st_mode):
            break
        above = parent(above)
    return above


def make_folders(root: str) -> None:
    """Make the engine's own folders.

    Raises:
        Conflict: one of their names is a file or a link of the user's.
        OSError: the system refused.
    """
    for name in (FOLDER, WORK):
        found = look(f"{root}/{name}")
        if found is not None and stat.S_ISLNK(found.st_mode):
            raise Conflict(name, "symlink")
        if found is not None and not stat.S_ISDIR(found.st_mode):
            raise Conflict(name, "not-a-folder")
        if name == FOLDER and found is None:
            os.mkdir(f"{root}/{FOLDER}")
    os.mkdir(f"{root}/{WORK}", 0o700)  # old files may be private
    os.mkdir(f"{root}/{NEW}")
    os.mkdir(f"{root}/{OLD}")


def _tree(root: str, writer: Writer, path: str, new: str, files: list[Put]) -> TreeStep:
    """Write the new folder ``path`` below its waiting place ``new``."""
    made = {path}
    base = f"{root}/{new}"
    os.mkdir(base)
    skip = len(path)
    steps = []
    for file in files:
        _folder(base, path, parent(file.path), made)
        inside = file.path[skip:]
        writer.file(f"{base}{inside}", file.data, file.mode)
        steps.append((inside[1:], hashlib.sha256(file.data).hexdigest()))
    return TreeStep(path, new, tuple(steps))


def _folder(base: str, path: str, folder: str, made: set[str]) -> None:
    """Make the waiting place of ``folder`` and of those between it and ``path``."""
    missing = []
    while folder not in made:
        missing.append(folder)
        folder = parent(folder)
    for name in reversed(missing):
        os.mkdir(f"{base}{name[len(path) :]}")
        made.add(name)


def _waiting(root: str, plan: Plan, places: _Places) -> Iterator[tuple[str, str]]:
    """Yield (new, old) for every step that needs a place, in the order of the journal."""
    for delete, _ in plan.deletes:
        yield places.next(parent(delete.path))
    for path, _ in plan.folders:
        yield places.next(parent(path))
    for path in plan.trees:
        yield places.next(_existing(root, path))
    for put, _ in plan.replaced:
        yield places.next(parent(put.path))
    for put in plan.created:
        yield places.next(parent(put.path))


def _sync(root: str, trees: list[TreeStep], steps: list[FileStep], *, many: bool) -> None:
    """Make durable what was staged: the files were synced singly unless there are many."""
    waiting = {NEW}
    waiting |= {parent(tree.new) for tree in trees}
    waiting |= {parent(step.new) for step in steps}
    if many:
        devices = {os.lstat(f"{root}/{folder}").st_dev: folder for folder in sorted(waiting)}
        for folder in devices.values():
            sync_all(f"{root}/{folder}")
        return
    for tree in trees:
        waiting |= {parent(f"{tree.new}/{inside}") for inside, _ in tree.files}
        waiting.add(tree.new)
    for folder in sorted(waiting):
        sync_folder(f"{root}/{folder}")


def stage(root: str, plan: Plan, note: str) -> Journal:
    """Write all new files to where they wait, and return the journal.

    Raises:
        Conflict: ``.polyskill`` is the user's.
        OSError: the system refused; what was written is left for the caller to remove.
    """
    make_folders(root)
    places = _Places(root)
    waiting = list(_waiting(root, plan, places))
    if places.outside:
        write_staged(root, places.outside)
        sync_folder(f"{root}/{WORK}")
    many = is_many(sum(map(len, plan.trees.values())) + len(plan.replaced) + len(plan.created))
    inside = Writer(sync=not many)
    beside = Writer(sync=not many, chmod=True)
    place = iter(waiting)

    removals = []
    for delete, _ in plan.deletes:
        removals.append(Removal(delete.path, delete.before, next(place)[1]))
    folders = []
    for path, found in plan.folders:
        bits, owner = stat.S_IMODE(found.st_mode), (found.st_uid, found.st_gid)
        folders.append(FolderStep(path, next(place)[0], bits, *owner))
    trees = []
    for path, files in plan.trees.items():
        new, _ = next(place)
        writer = inside if new.startswith(WORK) else beside
        trees.append(_tree(root, writer, path, new, files))
    steps = []
    for put, old_stat in plan.replaced:
        new, old = next(place)
        writer = inside if new.startswith(WORK) else beside
        writer.file(f"{root}/{new}", put.data, put.mode, (f"{root}/{put.path}", old_stat))
        after = hashlib.sha256(put.data).hexdigest()
        steps.append(FileStep(put.path, new, after, put.before, old))
    for put in plan.created:
        new, old = next(place)
        writer = inside if new.startswith(WORK) else beside
        writer.file(f"{root}/{new}", put.data, put.mode)
        after = hashlib.sha256(put.data).hexdigest()
        steps.append(FileStep(put.path, new, after, None, old))
    _sync(root, trees, steps, many=many)
    return Journal(note, tuple(removals), tuple(folders), tuple(trees), tuple(steps))
