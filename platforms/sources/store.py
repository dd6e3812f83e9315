"""The cache: trees by their digest, complete or not there at all, verified whenever they are used.

    trees/<digest>/<name>/…     what was fetched
    records/<key>.json          what a source gave: the last time, and for each revision
    work/…                      trees being written, and folders of programs that run

A tree is written in ``work`` and renamed into place. Two processes that fetch the same do the work
twice and keep one result.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from polyskill.platforms.deliver import atomic

from .tree import Tree, folder_digest

__all__ = ["Record", "Store"]


@dataclass(frozen=True, slots=True)
class Record:
    """What a source gave.

    ``executables`` are the paths with the executable bit; ``notes`` are diagnostics as code, place
    and arguments.
    """

    revision: str
    version: str
    digest: str
    name: str
    executables: tuple[str, ...] = ()
    pinned: bool = False
    notes: tuple[tuple[str, str, dict[str, object]], ...] = ()


_ABANDONED = 24 * 3600  # seconds


class Store:
    """The cache folder ``root``; it need not exist before something is kept."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Give an empty folder of one's own in the cache, and remove it afterwards."""
        work = self.root / "work"
        atomic.make_directory(work)
        for old in work.iterdir():  # of processes that were killed
            with suppress(OSError):
                if time.time() - old.stat().st_mtime > _ABANDONED:
                    shutil.rmtree(old)
        folder = Path(tempfile.mkdtemp(dir=work))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, tree: Tree, name: str) -> Path:
        """Put a tree into the cache; return its folder, whose last part is ``name``."""
        place = self.root / "trees" / tree.digest().removeprefix("sha256:") / (name or "source")
        executables = [path for path, file in tree.files.items() if file.executable]
        if self._whole(place, executables):
            return place
        with self.workplace() as work:
            new = work / "new"
            atomic.make_directory(new)
            made: set[str] = set()
            for path, file in tree.files.items():
                folder = path.rpartition("/")[0]
                if folder not in made:
                    atomic.make_directory(new / folder)
                    made.add(folder)
                atomic.write(f"{new}/{path}", file.data, executable=file.executable)
            atomic.make_directory(place.parent)
            for attempt in range(3):
                with suppress(OSError):  # a damaged tree of this name, or that of another process
                    place.rename(work / f"old-{attempt}")
                try:
                    new.rename(place)
                except OSError:
                    if self._whole(place, executables):  # another process was first
                        return place
                else:
                    return place
            new.rename(place)
        return place

    def _whole(self, place: Path, executables: list[str] | tuple[str, ...]) -> bool:
        bits = executables if os.name == "nt" else None
        try:
            return folder_digest(place, bits, whole=True) == f"sha256:{place.parent.name}"
        except OSError:
            return False

    def remember(self, key: tuple[str, ...], record: Record) -> None:
        """Note what the source ``key`` gave, as the last and under its revision."""
        atomic.make_directory(self.root / "records")
        data = json.dumps(asdict(record), ensure_ascii=False, indent=1).encode()
        for revision in ("", record.revision):
            atomic.write(self._record_file(key, revision), data)

    def recall(self, key: tuple[str, ...], revision: str = "") -> tuple[Record, Path] | None:
        """Return what the source ``key`` gave (at ``revision``), if the cache has it whole."""
        try:
            data = json.loads(self._record_file(key, revision).read_bytes())
            data["executables"] = tuple(data["executables"])
            data["notes"] = tuple((code, path, args) for code, path, args in data["notes"])
            record = Record(**data)
            place = self.root / "trees" / record.digest.removeprefix("sha256:") / record.name
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        if place.parent.parent != self.root / "trees" or not self._whole(place, record.executables):
            return None
        return record, place

    def _record_file(self, key: tuple[str, ...], revision: str) -> Path:
        text = json.dumps([*key, revision])
        return self.root / "records" / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
