"""Take a root's lock, finish what was interrupted, and change many files at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from polyskill.compiler.codes import transaction as codes
from polyskill.compiler.diagnostics import Diagnostic

from .apply import apply
from .changes import Change
from .disk import look, sync_folder
from .errors import Conflict, refusal
from .journal import Journal, write_record
from .layout import FOLDER, JOURNAL, WORK
from .lock import locked
from .plan import Plan, make_plan
from .recovery import clear_up, complete, is_pending, mark_for_undo, recover, undo
from .stage import stage

__all__ = ["Session", "exclusive", "pending"]


class Session:
    """A root that this process may change; made by :func:`exclusive`.

    ``root`` is its real path. ``recovered`` tells what was done about an interrupted command:
    ``None`` (there was none), ``completed`` or ``undone``. ``saved`` are the paths (relative) of
    files that the user changed in between, and ``diagnostics`` say so in words.
    """

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.recovered: str | None = None
        self.saved: list[str] = []
        self.diagnostics: list[Diagnostic] = []
        self._root = root
        self._recover()

    def _recover(self) -> None:
        done, walls = recover(self._root)
        self.recovered = done or self.recovered
        self.saved += walls.saved
        self.diagnostics += walls.diagnostics

    def commit(self, changes: Sequence[Change], *, note: str = "") -> list[str]:
        """Make all changes or none, durably; return the folders that had to be made.

        They are relative to the root, outermost first. A file that has its bytes and mode already
        is not written, and if there is nothing to do nothing at all is written. ``note`` goes
        into the journal, for whoever looks at an interrupted transaction.

        Raises:
            Conflict: a file is not as the changes say, or a link is in the way; nothing changed.
            TransactionError: the system refused; the message says what state holds.
        """
        root = self._root
        try:
            plan = make_plan(root, changes)
            if not plan:
                return []
            if look(f"{root}/{WORK}") is not None:
                self._recover()  # an earlier commit of this session could not be finished
                plan = make_plan(root, changes)
        except OSError as error:
            raise refusal(codes.NOT_APPLIED, root, error) from error
        journal = self._stage(plan, note)
        self._apply(plan, journal)
        with suppress(OSError):  # the new state holds; the next command goes on clearing up
            clear_up(root)
        return plan.new_folders

    def _stage(self, plan: Plan, note: str) -> Journal:
        """Write everything and the journal under its temporary name: still the old state."""
        try:
            return stage(self._root, plan, note)
        except BaseException as error:
            with suppress(OSError):
                clear_up(self._root)
            if isinstance(error, OSError):
                raise refusal(codes.NOT_APPLIED, self._root, error) from error
            raise

    def _apply(self, plan: Plan, journal: Journal) -> None:
        """Commit and make visible; on any error undo, even on a keyboard interrupt."""
        root = self._root
        committed = False
        try:
            write_record(root, journal.to_json(), JOURNAL)
            committed = True
            for folder in (WORK, FOLDER, ""):
                sync_folder(f"{root}/{folder}")
            apply(root, plan, journal)
            complete(root)
        except BaseException as error:
            self._undo(journal, error, committed=committed)
            if isinstance(error, OSError):
                raise refusal(codes.NOT_APPLIED, root, error) from error
            raise

    def _undo(self, journal: Journal, error: BaseException, *, committed: bool) -> None:
        """Undo what ``error`` stopped; the journal's rename tells whether there is anything."""
        root = self._root
        code = codes.UNFINISHED if committed else codes.NOT_APPLIED
        try:
            try:
                mark_for_undo(root)
            except FileNotFoundError:  # the journal has not got its name, or has lost it at the end
                pass
            else:
                code = codes.UNFINISHED_UNDO
                walls = undo(root, journal)
                self.saved += walls.saved
                self.diagnostics += walls.diagnostics
        except (OSError, Conflict) as second:
            cause = error if isinstance(error, OSError) else second
            raise refusal(code, root, cause) from error
        with suppress(OSError):
            clear_up(root)


@contextmanager
def exclusive(root: Path, *, wait: float = 60.0) -> Iterator[Session]:
    """Yield the session of ``root``, a folder that is there, for this process alone.

    Waits ``wait`` seconds for another polyskill to finish, then finishes a transaction that was
    interrupted. Writes nothing if there was none.

    Raises:
        TransactionError: another polyskill does not finish, or the system refused.
        Conflict: an interrupted transaction cannot be finished because a link is in the way.
    """
    path = os.path.realpath(root)
    try:
        lock = locked(path, wait)
        lock.__enter__()
    except OSError as error:
        raise refusal(codes.NOT_APPLIED, path, error) from error
    try:
        yield Session(path)
    finally:
        lock.__exit__(None, None, None)


def pending(root: Path) -> bool:
    """Tell whether an interrupted transaction waits below ``root``; write nothing."""
    return is_pending(os.path.realpath(root))
