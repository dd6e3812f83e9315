"""Every write of polyskill goes through here: a file is there whole, or as it was before.

A new file is written beside its target under a temporary name and renamed over it. Identical
content is not written twice: :class:`Cloner` shares it where the file system can.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

__all__ = ["Cloner", "make_directory", "remove", "remove_empty_directories", "write"]

_FILE_MODE, _EXECUTABLE_MODE = 0o644, 0o755
_FICLONE = 0x40049409  # linux/fs.h: share the extents of another file (btrfs, XFS, bcachefs)
_serial = count()


def _temporary(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[:100]}.polyskill-{os.getpid()}-{next(_serial)}")


def write(
    path: str | Path, data: bytes, *, executable: bool = False, mode: int | None = None
) -> None:
    """Write ``data`` to ``path`` atomically, with mode 0644 (0755 if executable) on any umask.

    ``mode`` asks for another one: that of a user's file that is edited in place.

    The parent folder must exist.

    Raises:
        OSError: the file system refused; the old file is untouched.
    """
    target = os.fspath(path)
    if mode is None:
        mode = _EXECUTABLE_MODE if executable else _FILE_MODE
    temporary = _temporary(target)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o600)  # nobody else reads a secret before its mode is set
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            if sys.platform != "win32":
                os.fchmod(handle, mode)
        finally:
            os.close(handle)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _reflink(existing: str, temporary: str, mode: int) -> bool:
    """Share the extents of ``existing`` with a new file; ``False`` where that cannot be done."""
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415  (not on Windows)

    with open(existing, "rb") as source, open(temporary, "xb") as target:
        try:
            fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
        except OSError:
            return False
        os.fchmod(target.fileno(), mode)
    return True


class Cloner:
    """Gives a second name to bytes that are already on disk: clone, else hard link, else copy.

    What the file system cannot do is asked of it once per run.
    """

    def __init__(self, *, share: bool = True) -> None:
        self._can_reflink = share
        self._can_link = share

    def __call__(self, existing: str, path: str, *, executable: bool = False) -> None:
        """Make ``path`` hold the bytes of ``existing``.

        Raises:
            OSError: not even a copy could be made.
        """
        mode = _EXECUTABLE_MODE if executable else _FILE_MODE
        if self._can_link and not self._can_reflink:
            try:
                os.link(existing, path)  # the common case: nothing is in the way
            except FileExistsError:
                pass
            except OSError:  # another device, too many links (EMLINK), not supported
                with open(existing, "rb") as file:
                    write(path, file.read(), executable=executable)
                return
            else:
                return
        temporary = _temporary(path)
        try:
            if self._can_reflink and not _reflink(existing, temporary, mode):
                self._can_reflink = False
                with suppress(FileNotFoundError):
                    os.unlink(temporary)
                self(existing, path, executable=executable)
                return
            if not self._can_reflink:
                if self._can_link:
                    os.link(existing, temporary)
                else:
                    shutil.copyfile(existing, temporary)
                    os.chmod(temporary, mode)
            os.replace(temporary, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)


def make_directory(path: str | Path) -> None:
    """Create a folder and its parents; one that is there is fine.

    Raises:
        OSError: a parent is a file, or the file system refused.
    """
    os.makedirs(path, exist_ok=True)


def remove(path: str | Path) -> None:
    """Remove a file; one that is gone is fine."""
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(path)


def remove_empty_directories(start: Path, stop: Path) -> None:
    """Remove ``start`` and its parents below ``stop`` as long as they are empty."""
    folder = start
    while folder != stop and stop in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
