"""The system calls of a transaction: write, link, look, and make durable.

Linux has all of them. Elsewhere: macOS syncs with F_FULLFSYNC and does not copy extended
attributes; Windows cannot sync folders and knows no permission bits; a file system without hard
links gets copies.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from contextlib import suppress

__all__ = [
    "Writer",
    "can_sync_all",
    "digest",
    "link",
    "look",
    "read",
    "remove_tree",
    "sync_all",
    "sync_file",
    "sync_folder",
    "take_after",
]

_BINARY = getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NO_FOLLOW
_CANNOT_LINK = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}
_CANNOT_TAKE = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


def look(path: str) -> os.stat_result | None:
    """Return what is at ``path`` without following a link; ``None``: nothing."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def digest(path: str) -> str | None:
    """Return the SHA-256 (hex) of a regular file; ``None`` if it is no regular file or gone."""
    found = look(path)
    if found is None or not stat.S_ISREG(found.st_mode):
        return None
    try:
        handle = os.open(path, os.O_RDONLY | _BINARY | _NO_FOLLOW)
    except FileNotFoundError:
        return None
    with open(handle, "rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: str) -> bytes:
    """Return the bytes of a regular file, not of a link to one.

    Raises:
        OSError: it cannot be read.
        ValueError: it is something else.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        msg = "it is no regular file"
        raise ValueError(msg)
    with open(os.open(path, os.O_RDONLY | _BINARY | _NO_FOLLOW), "rb") as file:
        return file.read()


def sync_file(handle: int) -> None:
    """Wait until the bytes of an open file are on the disk, not only in its cache."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415

        with suppress(OSError):  # not every file system has it
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def sync_folder(path: str) -> None:
    """Wait until the names in a folder are on the disk. A folder that is gone is fine."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # a folder that may be written but not read cannot be opened for this
    try:
        sync_file(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(handle)


def can_sync_all() -> bool:
    """Tell whether one call can make a whole file system durable (Linux: syncfs)."""
    return sys.platform == "linux"


def sync_all(path: str) -> None:
    """Wait until all of the file system that ``path`` is on is on the disk (Linux)."""
    if sys.platform != "linux":
        return
    try:
        import ctypes  # noqa: PLC0415  (only for large transactions)
    except ImportError:  # an interpreter that was built without it
        os.sync()
        return
    library = ctypes.CDLL(None, use_errno=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        if library.syncfs(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), path)
    finally:
        os.close(handle)


def take_after(handle: int, path: str, old: os.stat_result) -> None:
    """Give an open new file the owner and the extended attributes of the file at ``path``.

    What the user may not set is left out.
    """
    if sys.platform == "win32":
        return
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid) != (old.st_uid, old.st_gid):
        with suppress(PermissionError):
            os.fchown(handle, old.st_uid, old.st_gid)
    if sys.platform != "linux":
        return
    try:
        for name in os.listxattr(path, follow_symlinks=False):
            try:
                os.setxattr(handle, name, os.getxattr(path, name, follow_symlinks=False))
            except OSError as error:
                if error.errno not in _CANNOT_TAKE:
                    raise
    except OSError as error:
        if error.errno not in _CANNOT_TAKE:
            raise


class Writer:
    """Makes new files with exact permission bits whatever the umask, in few system calls."""

    def __init__(self, *, sync: bool, chmod: bool = False) -> None:
        self._sync = sync
        self._chmod = chmod  # always: where an access list decides instead of the umask
        self._exact: dict[int, bool] = {}  # mode → the umask lets it through

    def file(
        self, path: str, data: bytes, mode: int, like: tuple[str, os.stat_result] | None = None
    ) -> None:
        """Make the file ``path``; ``like`` is a file whose owner and attributes it takes.

        Raises:
            OSError: the system refused; a part of the file may be there.
        """
        handle = os.open(path, _CREATE, mode)
        try:
            written = os.write(handle, data) if data else 0
            if written < len(data):
                rest = memoryview(data)[written:]
                while rest:
                    rest = rest[os.write(handle, rest) :]
            if like is not None:
                take_after(handle, *like)
            if sys.platform != "win32" and (
                like is not None or self._chmod or not self._lets(mode, handle)
            ):
                os.fchmod(handle, mode)
            if self._sync:
                sync_file(handle)
        finally:
            os.close(handle)

    def _lets(self, mode: int, handle: int) -> bool:
        exact = self._exact.get(mode)
        if exact is None:
            exact = self._exact[mode] = stat.S_IMODE(os.fstat(handle).st_mode) == mode
        return exact


def link(path: str, name: str) -> bool:
    """Give the file ``path`` a second name. ``False``: this file system or file cannot.

    Raises:
        FileExistsError: the name is taken.
        OSError: the system refused.
    """
    try:
        if os.link in os.supports_follow_symlinks:
            os.link(path, name, follow_symlinks=False)
        else:  # Windows
            os.link(path, name)
    except OSError as error:
        if error.errno in _CANNOT_LINK:
            return False
        raise
    return True


def remove_tree(path: str) -> None:
    """Remove a file or a folder with all that is in it; links are not followed, gone is fine.

    Raises:
        OSError: the system refused.
    """
    found = look(path)
    if found is None:
        return
    if not stat.S_ISDIR(found.st_mode):
        os.unlink(path)
        return
    folders = [path]
    for folder in folders:  # grows while it is walked: parents before children
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    os.unlink(entry.path)
    for folder in reversed(folders):
        os.rmdir(folder)
