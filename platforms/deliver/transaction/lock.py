"""One polyskill at a time per root.

The lock is an advisory one (flock) on the root folder itself: no file, no trace, gone with the
process. Where a folder cannot be locked (Windows, some network file systems, a folder that may not
be read) it is on the file ``.polyskill/lock``, which goes when the lock is given back.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes import transaction as codes
from polyskill.compiler.diagnostics import Diagnostic

from .errors import TransactionError
from .layout import FOLDER, LOCK

__all__ = ["locked"]

_BUSY = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_SHORTEST, _LONGEST = 0.001, 0.05  # seconds between two tries


def _try(handle: int) -> bool:
    """Take the lock now; ``False``: somebody has it.

    Raises:
        OSError: this cannot be locked.
    """
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise
    return True


def _is_at(handle: int, path: str) -> bool:
    """Tell whether the open file is still the one at ``path``."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _open(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _take(path: str, flags: int, root: str, wait: float) -> int:
    """Return a handle on ``path`` that has the lock.

    Raises:
        TransactionError: somebody else has it for longer than ``wait`` seconds.
        OSError: this cannot be locked.
    """
    end = time.monotonic() + wait
    pause = _SHORTEST
    while True:
        handle = _open(path, flags)
        try:
            if _try(handle):
                if _is_at(handle, path):
                    return handle
            elif time.monotonic() >= end:
                args = {"root": printable(root), "seconds": f"{wait:g}"}
                raise TransactionError(Diagnostic(codes.LOCKED, printable(root), args=args))
            else:
                time.sleep(min(pause, max(0.0, end - time.monotonic())))
                pause = min(pause * 2, _LONGEST)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


@contextmanager
def _by_file(root: str, wait: float) -> Iterator[None]:
    path = f"{root}/{LOCK}"
    with suppress(FileExistsError):
        os.mkdir(f"{root}/{FOLDER}")
    handle = _take(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), root, wait)
    try:
        yield
    finally:
        with suppress(OSError):
            if sys.platform == "win32":
                os.close(handle)  # an open file cannot be removed there
                handle = -1
            os.unlink(path)
        if handle >= 0:
            os.close(handle)
        with suppress(OSError):
            os.rmdir(f"{root}/{FOLDER}")


@contextmanager
def locked(root: str, wait: float) -> Iterator[None]:
    """Hold the lock of ``root`` (a real path), after waiting for it at most ``wait`` seconds.

    Raises:
        TransactionError: another process has it for longer than that.
        OSError: the root is not a folder, or nothing in it can be locked.
    """
    handle = -1
    if sys.platform != "win32":
        with suppress(PermissionError):  # a folder that may be entered but not read
            try:
                handle = _take(root, os.O_RDONLY | os.O_DIRECTORY, root, wait)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ENOTDIR):
                    raise
    if handle < 0:
        with _by_file(root, wait):
            yield
        return
    try:
        yield
    finally:
        os.close(handle)
