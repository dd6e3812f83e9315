"""One polyskill at a time per root.

The lock is an advisory one (flock) on the root folder itself: no file, no trace, gone with the
process. Where a folder cannot be locked (Windows, some network file systems, a folder that may not
be read) it is on the file ``.polyskill/lock``, which goes when the lock is given back.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from polyskill.compiler.codes import transaction as codes
from polyskill.compiler.diagnostics import Diagnostic

from .errors import TransactionError, shown
from .layout import FOLDER, LOCK

__all__ = ["locked"]

_BUSY = {errno.EWOULDBLOCK, errno.EAGAIN}
if sys.platform == "win32":
    _BUSY |= {errno.EACCES, errno.EDEADLK}
# A folder that may not be opened, or a file system without locks on folders.
_CANNOT = {
    errno.EACCES,
    errno.EPERM,
    errno.EBADF,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENOLCK,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
}
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


def _take(path: str, flags: int, root: str, wait: float) -> int:
    """Return a handle on ``path`` that has the lock.

    Raises:
        TransactionError: somebody else has it for longer than ``wait`` seconds.
        OSError: this cannot be locked.
    """
    end = time.monotonic() + wait
    pause = _SHORTEST
    while True:
        handle = os.open(path, flags, 0o600)
        try:
            if _try(handle):
                if _is_at(handle, path):
                    return handle
            elif time.monotonic() >= end:
                args = {"root": shown(root), "seconds": f"{wait:g}"}
                raise TransactionError(Diagnostic(codes.LOCKED, shown(root), args=args))
            else:
                time.sleep(min(pause, max(0.0, end - time.monotonic())))
                pause = min(pause * 2, _LONGEST)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _take_file(root: str, wait: float) -> int:
    """Lock the file in the engine's folder; whoever had it last may be removing both just now."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    end = time.monotonic() + wait
    while True:
        with suppress(FileExistsError):
            os.mkdir(f"{root}/{FOLDER}")
        try:
            if not stat.S_ISDIR(os.lstat(f"{root}/{FOLDER}").st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), FOLDER)
            return _take(f"{root}/{LOCK}", flags, root, wait)
        except FileNotFoundError:
            if time.monotonic() >= end:
                raise


def _free_file(root: str, handle: int) -> None:
    if sys.platform == "win32":
        os.close(handle)  # an open file cannot be removed there
        with suppress(OSError):  # the next one has it open already
            os.unlink(f"{root}/{LOCK}")
    else:
        with suppress(OSError):
            os.unlink(f"{root}/{LOCK}")
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
        try:
            handle = _take(root, os.O_RDONLY | os.O_DIRECTORY, root, wait)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
    if handle >= 0:
        try:
            yield
        finally:
            os.close(handle)
        return
    handle = _take_file(root, wait)
    try:
        yield
    finally:
        _free_file(root, handle)
