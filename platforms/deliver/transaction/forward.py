"""Finish a committed transaction that was interrupted: each step whatever is done of it already."""

from __future__ import annotations

import os
import stat

from .apply import copy_aside, place_new, remove_folder, sync_touched
from .disk import digest, link, look
from .journal import FileStep, Journal, Removal, TreeStep
from .walls import Walls

__all__ = ["roll_forward"]


def _remove(walls: Walls, step: Removal) -> None:
    path, old = walls.path(step.path), walls.path(step.old)
    if look(old) is not None or look(path) is None:
        return  # done before; what is there now came later
    if digest(path) == step.before:
        os.rename(path, old)
    else:
        walls.leave(step.path)


def _place(walls: Walls, step: FileStep) -> None:
    """Put a staged file (if it still waits) to its place; a user's file there is kept beside."""
    new, path = walls.path(step.new), walls.path(step.path)
    staged = look(new)
    if staged is None:
        return  # done before; what is there now is the new file, or the user's later version
    if not stat.S_ISREG(staged.st_mode):
        msg = f"{step.new} is no file"
        raise ValueError(msg)
    there = look(path)
    if there is not None and os.path.samestat(there, staged):
        return
    if there is not None:
        present = digest(path)
        if present == step.before and step.before is not None:
            if look(walls.path(step.old)) is None and not link(path, walls.path(step.old)):
                copy_aside(path, walls.path(step.old))
            os.replace(new, path)
            return
        if present == step.after:
            os.replace(new, path)
            return
        walls.keep(step.path)
    place_new(new, path)


def _tree(walls: Walls, step: TreeStep) -> None:
    new, path = walls.path(step.new), walls.path(step.path)
    staged = look(new)
    if staged is None:
        return
    there = look(path)
    if there is None:
        os.rename(new, path)
        return
    if not stat.S_ISDIR(there.st_mode):
        walls.keep(step.path)
        os.rename(new, path)
        return
    for inside, after in step.files:  # somebody made that folder: put the files into it
        folder = ""
        for part in f"{step.path}/{inside}".split("/")[:-1]:
            folder = f"{folder}/{part}" if folder else part
            found = look(walls.path(folder))
            if found is not None and not stat.S_ISDIR(found.st_mode):
                walls.keep(folder)
                found = None
            if found is None:
                os.mkdir(walls.path(folder))
        _place(walls, FileStep(f"{step.path}/{inside}", f"{step.new}/{inside}", after, None, ""))


def _check(walls: Walls, step: Removal | FileStep) -> None:
    """Keep an old file that somebody wrote to just before it was put aside."""
    old = walls.path(step.old)
    if look(old) is not None and digest(old) != step.before:
        walls.keep(step.path, at=step.old)


def roll_forward(walls: Walls, journal: Journal) -> None:
    """Do what is left of ``journal`` and make it durable.

    Raises:
        Conflict: a link is in the way now.
        OSError: the system refused.
        ValueError: what waits is not what the journal says.
    """
    for removal in journal.removals:
        _remove(walls, removal)
    for folder in journal.folders:
        walls.forget(folder.path)
        remove_folder(walls.path(folder.path))
    for tree in journal.trees:
        _tree(walls, tree)
    for step in journal.files:
        _place(walls, step)
    sync_touched(walls.root, journal)
    for removal in journal.removals:
        _check(walls, removal)
    for step in journal.files:
        _check(walls, step)
