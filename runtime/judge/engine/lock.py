"""One process at a time on a journal, by a lock that the system drops when the process ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["JournalBusy", "JournalError", "JournalFull", "JournalLock"]

_BEYOND = 1 << 30  # Windows locks bytes for reading too: lock one that nobody reads


class JournalError(OSError):
    """A journal that cannot be used."""


class JournalBusy(JournalError):
    """Another process has the journal open; the message names the file and the process."""


class JournalFull(JournalError):
    """The disk took no more rows; all rows before are kept."""


class JournalLock:
    """An advisory lock on ``<journal>.lock``, which holds the number of the process that has it.

    The file stays when the lock is given back: removing it would let two processes lock two files
    of one name.

    Raises:
        JournalBusy: another process has it, or this one a second time.
        OSError: the file cannot be made, or the file system knows no locks.
    """

    def __init__(self, journal: Path) -> None:
        path = journal.with_name(journal.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            self._take()
        except (BlockingIOError, PermissionError) as error:
            owner = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            msg = (
                f"{journal} is in use by process {owner}: "
                "wait until it is done or end it, or use another folder for this run"
            )
            raise JournalBusy(msg) from error
        except BaseException:
            os.close(self._file)
            raise
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def _take(self) -> None:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  (only on Windows)

            os.lseek(self._file, _BEYOND, os.SEEK_SET)
            try:
                msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
            finally:
                os.lseek(self._file, 0, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415  (not on Windows)

            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
