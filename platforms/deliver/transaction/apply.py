"""Make a committed transaction visible, at once and strictly: whatever is unexpected stops it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from .disk import digest, link, look, sync_all, sync_folder
from .errors import Conflict
from .journal import FileStep, Journal, Removal
from .layout import parent
from .plan import Plan
from .stage import is_many

__all__ = ["apply", "copy_aside", "place_new", "remove_folder", "sync_touched"]


def _touched(journal: Journal) -> set[str]:
    """Return the folders whose entries the transaction changes."""
    paths = [removal.path for removal in journal.removals]
    paths += [folder.path for folder in journal.folders]
    paths += [tree.path for tree in journal.trees]
    paths += [step.path for step in journal.files]
    return {parent(path) for path in paths}


def sync_touched(root: str, journal: Journal) -> None:
    """Make the changed entries durable. Folders that are gone by now are fine."""
    folders = _touched(journal)
    if is_many(len(folders)):
        devices: dict[int, str] = {}
        for folder in sorted(folders):
            found = look(f"{root}/{folder}")
            if found is not None:
                devices.setdefault(found.st_dev, folder)
        for folder in devices.values():
            sync_all(f"{root}/{folder}")
        return
    for folder in sorted(folders):
        sync_folder(f"{root}/{folder}")


def copy_aside(path: str, old: str) -> None:
    """Copy a file to ``old``, whole or not at all, with its bits and times: no links here."""
    import shutil  # noqa: PLC0415  (only on file systems without hard links)

    partial = f"{old}.part"
    shutil.copy2(path, partial, follow_symlinks=False)
    os.replace(partial, old)


def place_new(new: str, path: str) -> None:
    """Give a staged file its place, where nothing may be.

    The staged name stays, so that doing it again (or undoing it) can tell its own file.

    Raises:
        FileExistsError: something is there.
    """
    if link(new, path):
        return
    if look(path) is not None:
        raise FileExistsError(17, os.strerror(17), path)
    os.rename(new, path)


def remove_folder(path: str) -> None:
    """Remove a folder if it is empty; otherwise, and if it is gone, that is fine too.

    Raises:
        OSError: the system refused.
    """
    try:
        os.rmdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        with suppress(FileNotFoundError), os.scandir(path) as entries:
            if next(entries, None) is None:
                raise


def _remove(root: str, step: Removal) -> None:
    try:
        os.rename(f"{root}/{step.path}", f"{root}/{step.old}")
    except FileNotFoundError:
        if look(f"{root}/{step.path}") is None:
            raise Conflict(step.path, "missing") from None
        raise


def _replace(root: str, step: FileStep) -> None:
    path, old = f"{root}/{step.path}", f"{root}/{step.old}"
    try:
        if not link(path, old):
            copy_aside(path, old)
            if digest(old) != step.before:
                raise Conflict(step.path, "changed")
    except FileNotFoundError:
        if look(path) is None:
            raise Conflict(step.path, "missing") from None
        raise
    os.replace(f"{root}/{step.new}", path)


def _is_old(path: str, expected: os.stat_result, before: str | None) -> bool:
    """Tell whether ``path`` is the file that was looked at, or at least has its bytes."""
    found = look(path)
    if found is None:
        return False
    now = (found.st_ino, found.st_size, found.st_mtime_ns)
    then = (expected.st_ino, expected.st_size, expected.st_mtime_ns)
    return now == then or digest(path) == before


def _check(root: str, plan: Plan, journal: Journal) -> None:
    """Raise a Conflict if somebody wrote to one of the old files until it was put aside."""
    removed = zip(journal.removals, plan.deletes, strict=True)
    replaced = zip(journal.files, plan.replaced, strict=False)  # these come first
    pairs: Iterable[tuple[Removal | FileStep, os.stat_result]] = (
        *((step, found) for step, (_, found) in removed),
        *((step, found) for step, (_, found) in replaced),
    )
    for step, expected in pairs:
        if not _is_old(f"{root}/{step.old}", expected, step.before):
            raise Conflict(step.path, "changed")


def apply(root: str, plan: Plan, journal: Journal) -> None:
    """Do all steps and make them durable.

    Raises:
        Conflict: somebody else changed a file since the plan was made.
        OSError: the system refused.
    """
    for removal in journal.removals:
        _remove(root, removal)
    for folder in journal.folders:
        remove_folder(f"{root}/{folder.path}")
    for tree in journal.trees:
        if look(f"{root}/{tree.path}") is not None:
            raise Conflict(tree.path, "exists")
        os.rename(f"{root}/{tree.new}", f"{root}/{tree.path}")
    for step in journal.files:
        if step.before is not None:
            _replace(root, step)
            continue
        try:
            place_new(f"{root}/{step.new}", f"{root}/{step.path}")
        except FileExistsError:
            raise Conflict(step.path, "exists") from None
    sync_touched(root, journal)
    _check(root, plan, journal)
