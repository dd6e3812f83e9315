"""Where output goes: to disk, or only into a list of what would change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import atomic

__all__ = ["Change", "CompareSink", "Conflict", "DiskSink", "Sink", "Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it lies on disk after :meth:`Sink.put`."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to a file; ``kind`` is "create", "update" or "remove"."""

    kind: str
    path: str


class Conflict(Exception):
    """A file is in the way that polyskill did not write."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Sink(Protocol):
    """Takes files one by one; paths are relative to the sink's root, with ``/``."""

    def put(self, path: str, data: bytes, digest: str, *, executable: bool, ours: bool) -> Written:
        """Store a file; ``ours`` says that polyskill wrote what is there now.

        Raises:
            Conflict: something else is there.
            OSError: the file system refused.
        """

    def discard(self, path: str) -> None:
        """Remove a file that polyskill wrote earlier, and the folders that it leaves empty."""


def _same(path: str, status: os.stat_result, data: bytes, executable: bool) -> bool:
    if status.st_size != len(data) or bool(status.st_mode & 0o100) != executable:
        return False
    with open(path, "rb") as file:
        return file.read() == data


class DiskSink:
    """Writes below ``root``; identical bytes are written once and shared from then on.

    ``since`` is when a build began that was interrupted (ns): what was written from then on is
    its left-over. ``written``, ``shared`` and ``untouched`` count files.
    """

    def __init__(
        self, root: Path, *, share: bool = True, force: bool = False, since: int | None = None
    ) -> None:
        self.since = since
        self._root = os.fspath(root)
        self._folders: set[str] = set()
        self._first: dict[tuple[str, bool], str] = {}
        self._cloner = atomic.Cloner(share=share)
        self._share = share
        self._force = force
        self.written = self.shared = self.untouched = 0

    def put(self, path: str, data: bytes, digest: str, *, executable: bool, ours: bool) -> Written:
        """Write a file, share it with an identical one, or leave it if it is right already."""
        target = f"{self._root}/{path}"
        folder = target[: target.rfind("/")]
        if folder in self._folders:
            fresh = False
        else:
            fresh = not os.path.isdir(folder)
            if fresh:
                atomic.make_directory(folder)
            self._folders.add(folder)
        key = (digest, executable)
        if not fresh:
            try:
                status = os.lstat(target)
            except FileNotFoundError:
                pass
            else:
                if not os.path.islink(target) and _same(target, status, data, executable):
                    self._first.setdefault(key, target)
                    self.untouched += 1
                    return Written(status.st_size, status.st_mtime_ns)
                left_over = self.since is not None and status.st_mtime_ns >= self.since
                if not (ours or self._force or left_over):
                    raise Conflict(path)
        first = self._first.get(key) if self._share and data else None
        if first is None:
            atomic.write(target, data, executable=executable)
            self._first[key] = target
            self.written += 1
        else:
            self._cloner(first, target, executable=executable)
            self.shared += 1
        status = os.stat(target)
        return Written(status.st_size, status.st_mtime_ns)

    def discard(self, path: str) -> None:
        """Remove a file and the folders that it leaves empty."""
        root = Path(self._root)
        target = root / path
        atomic.remove(target)
        atomic.remove_empty_directories(target.parent, root)
        self._folders.clear()


class CompareSink:
    """Writes nothing; ``changes`` tells what a build would do to the folder."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self.changes: list[Change] = []

    def put(self, path: str, data: bytes, digest: str, *, executable: bool, ours: bool) -> Written:
        """Compare a file with what is on disk."""
        del digest, ours
        target = f"{self._root}/{path}"
        try:
            status = os.lstat(target)
        except (FileNotFoundError, NotADirectoryError):
            self.changes.append(Change("create", path))
            return Written(len(data), 0)
        if os.path.islink(target) or not _same(target, status, data, executable):
            self.changes.append(Change("update", path))
        return Written(status.st_size, status.st_mtime_ns)

    def discard(self, path: str) -> None:
        """Note that a file would go."""
        if os.path.lexists(f"{self._root}/{path}"):
            self.changes.append(Change("remove", path))


def outputs_intact(root: str, outputs: Mapping[str, tuple[int, int]]) -> bool:
    """Whether every file is there with the size and the time that were recorded: one stat each."""
    for path, (size, mtime_ns) in outputs.items():
        try:
            status = os.lstat(f"{root}/{path}")
        except OSError:
            return False
        if status.st_size != size or status.st_mtime_ns != mtime_ns:
            return False
    return True
