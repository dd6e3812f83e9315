"""A folder that is published into: compare what shall be there with what is, then change it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..base import File
from ..deliver import atomic
from ..deliver.transaction import Delete, Put, RemoveFolder, exclusive, pending
from .ledger import mark
from .sums import digest

__all__ = ["Change", "Place"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a file; ``kind`` is "create", "update" or "remove"."""

    kind: str
    path: str


@dataclass(slots=True)
class Place:
    """The changes to a folder, gathered and then made all at once."""

    root: Path
    changes: list[Change] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _work: list[Put | Delete | RemoveFolder] = field(default_factory=list)

    def recover(self) -> None:
        """Finish or undo what an interrupted command left, before anything is compared.

        Raises:
            polyskill.platforms.deliver.transaction.TransactionError: the file system refused.
        """
        if self.root.is_dir() and pending(self.root):
            with exclusive(self.root) as session:
                self.diagnostics += session.diagnostics

    def read(self, path: str) -> File | None:
        """Return the file at ``path``, or ``None`` if there is none.

        What is no plain file, or lies behind a link, is an error in ``diagnostics``.

        Raises:
            OSError: it cannot be read.
        """
        place = self.root / path
        try:
            if any(folder.is_symlink() for folder in place.parents if self.root in folder.parents):
                raise NotADirectoryError
            status = place.lstat()
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            self._refuse(path)
            return None
        if not S_ISREG(status.st_mode):
            self._refuse(path)
            return None
        return File(place.read_bytes(), bool(status.st_mode & 0o100))

    def _refuse(self, path: str) -> None:
        self.diagnostics.append(report(codes.NOT_OURS, str(self.root / path), path=path))

    def put(self, path: str, file: File, known: str | None, *, shared: bool = False) -> None:
        """Plan a file; ``known`` is the mark that polyskill left there, ``shared`` a listing.

        A file that is neither right nor as polyskill left it is an error.
        """
        wrong = len(self.diagnostics)
        there = self.read(path)
        if len(self.diagnostics) > wrong:
            return
        if there is None:
            self.changes.append(Change("create", path))
            self._work.append(Put(path, file.data, _mode(file), None))
            return
        if there == file or (os.name == "nt" and there.data == file.data):
            return
        if not shared and mark(there) != known and there.data != file.data:
            self._refuse(path)
            return
        self.changes.append(Change("update", path))
        self._work.append(Put(path, file.data, _mode(file), digest(there.data)))

    def remove(self, path: str, known: str) -> None:
        """Plan that a file goes, if it is as polyskill left it."""
        wrong = len(self.diagnostics)
        there = self.read(path)
        if there is None or len(self.diagnostics) > wrong:
            return
        if mark(there) != known:
            self._refuse(path)
            return
        self.changes.append(Change("remove", path))
        self._work.append(Delete(path, digest(there.data)))

    def put_all(
        self, files: Mapping[str, File], known: Mapping[str, str], gone: Iterable[str] = ()
    ) -> None:
        """Plan many files, and that those of ``gone`` go with the folders that they leave empty."""
        for path, file in sorted(files.items()):
            self.put(path, file, known.get(path))
        folders: set[str] = set()
        for path in sorted(gone):
            self.remove(path, known[path])
            parent = path.rpartition("/")[0]
            while parent:
                folders.add(parent)
                parent = parent.rpartition("/")[0]
        self._work += [RemoveFolder(path) for path in sorted(folders, reverse=True)]

    def commit(self, note: str) -> None:
        """Make all changes, or none; without any, nothing is written.

        Raises:
            polyskill.platforms.deliver.transaction.Conflict: a file changed in the meantime.
            polyskill.platforms.deliver.transaction.TransactionError: the file system refused.
            OSError: the folder itself cannot be made.
        """
        if not self.changes:
            return
        atomic.make_directory(self.root)
        with exclusive(self.root) as session:
            session.commit(self._work, note=note)


def _mode(file: File) -> int:
    return 0o755 if file.executable else 0o644
