"""Undo a transaction: each step whatever was done of it, and whatever of it is undone already."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress

from .apply import remove_folder, sync_touched
from .disk import digest, look
from .journal import FileStep, FolderStep, Journal, Removal, TreeStep
from .layout import parent
from .walls import Walls

__all__ = ["roll_back"]


def _take_away(walls: Walls, path: str, after: str) -> None:
    """Remove a new file; what is not its bytes is the user's and stays."""
    whole = walls.path(path)
    found = look(whole)
    if found is None or stat.S_ISDIR(found.st_mode):  # a folder: the one that was there before
        return
    if digest(whole) == after:
        os.unlink(whole)
    else:
        walls.leave(path)


def _file(walls: Walls, step: FileStep) -> None:
    if step.before is None:
        _take_away(walls, step.path, step.after)
        return
    path, old = walls.path(step.path), walls.path(step.old)
    aside = look(old)
    if aside is None:
        return  # not begun, or put back
    there = look(path)
    if there is not None and os.path.samestat(there, aside):
        return
    if there is not None:
        present = digest(path)
        if present == step.before != step.after:
            return
        if present != step.after:
            walls.keep(step.path)
    os.replace(old, path)


def _tree(walls: Walls, step: TreeStep) -> None:
    found = look(walls.path(step.path))
    if found is None or not stat.S_ISDIR(found.st_mode):
        return
    folders = {step.path}
    for inside, after in step.files:
        path = f"{step.path}/{inside}"
        _take_away(walls, path, after)
        above = parent(path)
        while above not in folders:
            folders.add(above)
            above = parent(above)
    for folder in sorted(folders, key=lambda name: -name.count("/")):
        walls.forget(folder)
        remove_folder(walls.path(folder))


def _folder(walls: Walls, step: FolderStep) -> None:
    path = walls.path(step.path)
    if look(path) is not None:
        return
    new = walls.path(step.new)
    with suppress(FileExistsError):  # an undo that was interrupted has made it
        os.mkdir(new, 0o700)
    if sys.platform != "win32":
        with suppress(PermissionError):
            os.chown(new, step.uid, step.gid)
    os.chmod(new, step.mode)
    os.rename(new, path)


def _removal(walls: Walls, step: Removal) -> None:
    path, old = walls.path(step.path), walls.path(step.old)
    if look(old) is None:
        return
    if look(path) is not None:
        if digest(path) == step.before:
            return
        walls.keep(step.path)
    os.replace(old, path)


def roll_back(walls: Walls, journal: Journal) -> None:
    """Undo what was done of ``journal``, last step first, and make it durable.

    Raises:
        Conflict: a link is in the way now.
        OSError: the system refused.
    """
    for step in reversed(journal.files):
        _file(walls, step)
    for tree in reversed(journal.trees):
        _tree(walls, tree)
    for folder in reversed(journal.folders):
        _folder(walls, folder)
    for removal in reversed(journal.removals):
        _removal(walls, removal)
    sync_touched(walls.root, journal)
