"""What lies below a root, and what shall lie there: an overlay that becomes one transaction.

Links are followed as far as they stay inside the root, so a ``CLAUDE.md`` that is a link to
``AGENTS.md`` is edited where it really lies; a link that leads out is refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import report

from ..deliver.transaction import Change, Delete, Put, RemoveFolder
from .errors import InstallError
from .lock import digest

__all__ = ["Content", "Tree"]

_MOST_LINKS = 20


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes and the permission bits of a file."""

    data: bytes
    mode: int = 0o644


class Tree:
    """The files below ``root``; paths are relative, with ``/``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._disk: dict[str, Content | None] = {}
        self._wanted: dict[str, Content | None] = {}
        self._parents: dict[str, str] = {}
        self._undo: list[tuple[str, bool, Content | None]] = []

    # -- looking -------------------------------------------------------------------------------

    def resolve(self, path: str) -> str:
        """Return where a path really lies.

        Raises:
            InstallError: a link on the way leads out of the root, or is broken or circular.
        """
        folder, _, name = path.rpartition("/")
        if folder not in self._parents:
            self._parents[folder] = self._inside(path, os.path.join(self._real_root, folder))
        base = self._parents[folder]
        here = f"{base}/{name}" if base else name
        if not os.path.islink(os.path.join(self._real_root, here)):
            return here
        return self._inside(path, os.path.join(self._real_root, here))

    def _inside(self, path: str, place: str) -> str:
        real = os.path.realpath(place)
        if os.path.islink(real):  # circular
            raise InstallError(report(codes.LINK_BROKEN, path, path=path))
        relative = os.path.relpath(real, self._real_root).replace(os.sep, "/")
        if relative == ".." or relative.startswith("../") or os.path.isabs(relative):
            raise InstallError(report(codes.LINK_LEAVES, path, path=path, target=real))
        return "" if relative == "." else relative

    def on_disk(self, path: str) -> Content | None:
        """Return a file as it is now; ``None`` if there is none.

        Raises:
            InstallError: something else is there, or it cannot be read.
        """
        if path not in self._disk:
            self._disk[path] = self._look(path)
        return self._disk[path]

    def _look(self, path: str) -> Content | None:
        place = os.path.join(self._real_root, path)
        try:
            status = os.lstat(place)
            if not stat.S_ISREG(status.st_mode):
                raise InstallError(report(codes.NOT_A_FILE, path, path=path))
            with open(place, "rb") as file:
                return Content(file.read(), stat.S_IMODE(status.st_mode))
        except FileNotFoundError:
            return None
        except NotADirectoryError as error:
            raise InstallError(report(codes.NOT_A_FOLDER, path, path=path)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise InstallError(report(codes.UNREADABLE, path, path=path, reason=reason)) from error

    def get(self, path: str) -> Content | None:
        """Return a file as it shall be."""
        if path in self._wanted:
            return self._wanted[path]
        return self.on_disk(path)

    def exists(self, path: str) -> bool:
        """Whether anything is there now."""
        return os.path.lexists(os.path.join(self._real_root, path))

    # -- changing ------------------------------------------------------------------------------

    def put(self, path: str, content: Content | None) -> None:
        """Say what a file shall be (``None``: gone)."""
        self._undo.append((path, path in self._wanted, self._wanted.get(path)))
        self._wanted[path] = content

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Forget what was set inside if the block raises."""
        self._undo.clear()
        try:
            yield
        except BaseException:
            for path, known, content in reversed(self._undo):
                if known:
                    self._wanted[path] = content
                else:
                    del self._wanted[path]
            raise

    def touched(self) -> list[str]:
        """Return the paths whose bytes or modes shall change, sorted."""
        return sorted(
            path for path, content in self._wanted.items() if content != self.on_disk(path)
        )

    def new_folders(self) -> list[str]:
        """Return the outermost folders that have to be made."""
        found: set[str] = set()
        known: set[str] = set()
        for path in self.touched():
            if self._wanted[path] is None:
                continue
            folder = path.rpartition("/")[0]
            missing = ""
            while folder and folder not in known and not self.exists(folder):
                known.add(folder)
                missing = folder
                folder = folder.rpartition("/")[0]
            if missing and folder not in found and not self._below(missing, found):
                found.add(missing)
        return sorted(found)

    @staticmethod
    def _below(path: str, folders: set[str]) -> bool:
        parent = path.rpartition("/")[0]
        while parent:
            if parent in folders:
                return True
            parent = parent.rpartition("/")[0]
        return False

    def changes(self) -> list[Change]:
        """Return the difference between what is and what shall be."""
        made: list[Change] = []
        for path in self.touched():
            wanted, present = self._wanted[path], self.on_disk(path)
            before = None if present is None else digest(present.data)
            if wanted is not None:
                made.append(Put(path, wanted.data, wanted.mode, before))
            elif before is not None:
                made.append(Delete(path, before))
        return made

    def emptied(self, outermost: tuple[str, ...], kept: Iterator[str]) -> list[RemoveFolder]:
        """Return the folders that may go now, innermost first.

        Args:
            outermost: folders that polyskill made; only they and what is below them may go.
            kept: paths that stay polyskill's own.
        """
        busy: set[str] = set()
        for path in kept:
            folder = path.rpartition("/")[0]
            while folder and folder not in busy:
                busy.add(folder)
                folder = folder.rpartition("/")[0]
        found: set[str] = set()
        for path, content in self._wanted.items():
            if content is not None:
                continue
            folder = path.rpartition("/")[0]
            while folder and folder not in busy:
                if folder in outermost or self._below(folder, set(outermost)):
                    found.add(folder)
                folder = folder.rpartition("/")[0]
        innermost_first = sorted(found, key=lambda path: (-path.count("/"), path))
        return [RemoveFolder(folder) for folder in innermost_first]
