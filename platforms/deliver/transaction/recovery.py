"""Bring a root to the old state or to the new one after an interruption, and clear up.

journal.json  committed: roll forward (if that is refused: mark for undoing, roll back)
undo.json     roll back
done.json     all is in place: clear up
none of them  nothing visible was done: clear up
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from polyskill.compiler.codes import transaction as codes
from polyskill.compiler.diagnostics import Diagnostic

from .back import roll_back
from .disk import look, remove_tree, sync_folder
from .errors import Conflict, TransactionError, refusal, shown
from .forward import roll_forward
from .journal import Journal, read_journal, read_staged
from .layout import DONE, FOLDER, JOURNAL, NEW, OLD, PARTIAL, STAGED, UNDO, WORK
from .walls import Walls

__all__ = ["clear_up", "complete", "is_pending", "mark_for_undo", "recover", "undo"]


def _is_folder(path: str) -> bool:
    found = look(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _is_ours(root: str) -> bool:
    """Tell whether there is a folder of an earlier transaction (not a link to somewhere)."""
    return _is_folder(f"{root}/{FOLDER}") and _is_folder(f"{root}/{WORK}")


def is_pending(root: str) -> bool:
    """Tell whether a transaction waits to be completed or undone."""
    return _is_ours(root) and any(look(f"{root}/{name}") for name in (JOURNAL, UNDO))


def _drop_folder(root: str) -> None:
    """Remove the engine's own folder if nothing else is in it (the installer keeps files there).

    It is looked into first: a command that changes nothing tries no write either.
    """
    with suppress(OSError):
        with os.scandir(f"{root}/{FOLDER}") as entries:
            empty = next(entries, None) is None
        if empty:
            os.rmdir(f"{root}/{FOLDER}")


def clear_up(root: str) -> None:
    """Remove the left-overs of a transaction of which nothing is to be done any more.

    Raises:
        OSError: the system refused; the next command goes on.
    """
    if _is_ours(root):
        walls = Walls(root)
        for name in read_staged(root):
            with suppress(Conflict):
                remove_tree(walls.path(name))
        for name in (OLD, NEW, PARTIAL, STAGED, DONE):
            remove_tree(f"{root}/{name}")
        os.rmdir(f"{root}/{WORK}")
    if _is_folder(f"{root}/{FOLDER}"):  # a kill may have come before anything was in it
        _drop_folder(root)


def complete(root: str) -> None:
    """Note durably that all is in place: from here on the new state holds.

    Raises:
        OSError: the system refused; the journal is still there.
    """
    os.rename(f"{root}/{JOURNAL}", f"{root}/{DONE}")
    with suppress(OSError):  # a journal that comes back finds everything done
        sync_folder(f"{root}/{WORK}")


def mark_for_undo(root: str) -> None:
    """Turn a committed transaction into one that is to be undone, by one rename.

    Raises:
        OSError: the system refused; it is still to be completed.
    """
    os.rename(f"{root}/{JOURNAL}", f"{root}/{UNDO}")


def undo(root: str, journal: Journal) -> Walls:
    """Undo a transaction that is marked for it.

    Raises:
        Conflict, OSError: it could not be finished; the next command goes on.
    """
    sync_folder(f"{root}/{WORK}")
    walls = Walls(root)
    roll_back(walls, journal)
    os.unlink(f"{root}/{UNDO}")
    with suppress(OSError):  # a mark that comes back finds everything undone
        sync_folder(f"{root}/{WORK}")
    return walls


def _read(root: str, name: str) -> Journal:
    try:
        return read_journal(f"{root}/{name}")
    except ValueError as error:
        args = {"output": name, "reason": shown(str(error))}
        raise TransactionError(Diagnostic(codes.JOURNAL_DAMAGED, name, args=args)) from error
    except OSError as error:
        code = codes.UNFINISHED_UNDO if name == UNDO else codes.UNFINISHED
        raise refusal(code, root, error) from error


def _forward_or_back(root: str) -> tuple[str, Walls]:
    journal = _read(root, JOURNAL)
    walls = Walls(root)
    code = codes.UNFINISHED
    try:
        roll_forward(walls, journal)
        complete(root)
    except (OSError, ValueError) as error:
        try:
            mark_for_undo(root)
            code = codes.UNFINISHED_UNDO
            back = undo(root, journal)
        except (OSError, Conflict):
            raise refusal(code, root, error) from error
        back.saved[:0] = walls.saved
        back.diagnostics[:0] = walls.diagnostics
        return "undone", back
    return "completed", walls


def recover(root: str) -> tuple[str | None, Walls]:
    """Finish what an earlier command left: ``completed``, ``undone`` or ``None`` (nothing to do).

    Raises:
        Conflict: a link stands where a folder was; remove it and run a command again.
        TransactionError: the system refuses, or the journal is damaged.
    """
    try:
        done, walls = _recover(root)
    except OSError as error:  # not even a look was possible
        raise refusal(codes.NOT_APPLIED, root, error) from error
    with suppress(OSError):  # no harm in left-overs; a commit will insist
        clear_up(root)
    return done, walls


def _recover(root: str) -> tuple[str | None, Walls]:
    if not _is_ours(root):
        return None, Walls(root)
    if look(f"{root}/{UNDO}") is not None:
        journal = _read(root, UNDO)
        try:
            return "undone", undo(root, journal)
        except OSError as error:
            raise refusal(codes.UNFINISHED_UNDO, root, error) from error
    if look(f"{root}/{JOURNAL}") is not None:
        return _forward_or_back(root)
    if look(f"{root}/{DONE}") is not None:
        return "completed", Walls(root)
    return "undone" if look(f"{root}/{NEW}") is not None else None, Walls(root)
