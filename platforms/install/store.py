"""What polyskill keeps of its own beside a project: earlier contents, and what it replaced.

``.polyskill/`` ignores itself in git. Contents lie in packs (one file a command, named by its
digest: a line of JSON with the offsets, then the bytes), because a file for each content would cost
more than the contents. Everything can be lost without harm to what is installed: then there is
nothing to merge an edited file with, and nothing to roll back to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import report

from ..deliver.transaction import Change, Delete, Put, RemoveFolder
from .errors import InstallError
from .lock import digest

__all__ = ["BACKUPS", "FOLDER", "History", "Known", "Original", "State", "Store"]

FOLDER = ".polyskill"
BACKUPS = f"{FOLDER}/backups"
_STATE = f"{FOLDER}/state.json"
_IGNORE = f"{FOLDER}/.gitignore"
_PACKS = f"{FOLDER}/packs"
_KEPT = 10  # steps that can be rolled back


@dataclass(frozen=True, slots=True)
class Original:
    """What was at a path before polyskill came: a digest and permission bits, or nothing."""

    sha256: str = ""
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class History:
    """One command: the digest of the lock before it (empty: none), when (ISO 8601), and what."""

    lock: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """A source all of whose skills are installed.

    ``key`` is a digest of all that decides what comes of it, ``code`` one of polyskill itself;
    ``skills`` are their names.
    """

    key: str
    code: str
    skills: list[str]


@dataclass(slots=True)
class State:
    """``originals`` and ``written`` (the digest of what polyskill last wrote) are by path.

    ``sources`` tells what came of each source, if all of its skills were installed.
    """

    originals: dict[str, Original] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    history: list[History] = field(default_factory=list)
    sources: dict[str, Known] = field(default_factory=dict)


class Store:
    """The contents of ``.polyskill/`` below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._places: dict[str, tuple[str, int, int]] = {}
        self._new: dict[str, bytes] = {}
        self._packs: dict[str, frozenset[str]] = {}
        self.state = self._load()

    def _read(self, path: str) -> bytes | None:
        try:
            return (self._root / path).read_bytes()
        except OSError:
            return None

    def _load(self) -> State:
        folder = self._root / _PACKS
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            names = []
        for name in names:
            self._index(name)
        data = self._read(_STATE)
        if data is None:
            return State()
        try:
            values: dict[str, Any] = json.loads(data)
            if values.pop("integrity") != _seal(values):
                raise ValueError(_STATE)
            return State(
                {path: Original(**item) for path, item in values["originals"].items()},
                {str(path): str(item) for path, item in values["written"].items()},
                [History(**item) for item in values["history"]],
                {name: Known(**item) for name, item in values["sources"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InstallError(report(codes.STATE_DAMAGED, _STATE, path=_STATE)) from error

    def _index(self, name: str) -> None:
        try:
            with (self._root / _PACKS / name).open("rb") as file:
                entries = json.loads(file.readline())
                start = file.tell()
            found = {str(key): (int(at), int(size)) for key, (at, size) in entries.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return
        for key, (at, size) in found.items():
            self._places[key] = (name, start + at, size)
        self._packs[name] = frozenset(found)

    def get(self, key: str) -> bytes | None:
        """Return the contents with a digest, or ``None`` if they are not (or no longer) kept."""
        if key in self._new:
            return self._new[key]
        place = self._places.get(key)
        if place is None:
            return None
        try:
            with (self._root / _PACKS / place[0]).open("rb") as file:
                file.seek(place[1])
                data = file.read(place[2])
        except OSError:
            return None
        return data if digest(data) == key else None

    def add(self, data: bytes) -> str:
        """Keep contents; return their digest."""
        key = digest(data)
        if key not in self._places:
            self._new[key] = data
        return key

    def remember(self, step: History) -> None:
        """Add a step that can be rolled back."""
        self.state.history = [*self.state.history[-_KEPT + 1 :], step]

    def changes(self, needed: Iterable[str], *, empty: bool, backups: bool) -> list[Change]:
        """Return what makes ``.polyskill/`` hold the state and all contents that are needed.

        Args:
            needed: digests of contents that something refers to.
            empty: nothing is installed any more: leave no trace.
            backups: there are files of the user's in ``backups/``, which stay in any case.
        """
        alive = set() if empty else set(needed)
        changes: list[Change] = []
        for name in sorted(name for name, keys in self._packs.items() if not keys & alive):
            path = f"{_PACKS}/{name}"
            changes.append(Delete(path, digest(self._read(path) or b"")))
        fresh = {key: data for key, data in self._new.items() if key in alive}
        if fresh:
            changes.append(_pack(fresh))
        state = None if empty else _render(self.state)
        ignore = b"*\n" if backups or not empty else None
        for path, data in ((_STATE, state), (_IGNORE, ignore)):
            present = self._read(path)
            before = None if present is None else digest(present)
            if data is None and before is not None:
                changes.append(Delete(path, before))
            elif data is not None and present != data:
                changes.append(Put(path, data, 0o644, before))
        if empty and self._packs:
            changes.append(RemoveFolder(_PACKS))
        return changes


def _pack(contents: dict[str, bytes]) -> Put:
    at = 0
    index: dict[str, tuple[int, int]] = {}
    for key, data in contents.items():
        index[key] = (at, len(data))
        at += len(data)
    head = json.dumps(index, separators=(",", ":")).encode() + b"\n"
    whole = head + b"".join(contents.values())
    return Put(f"{_PACKS}/{digest(whole)[:24]}", whole, 0o644, None)


def _seal(values: dict[str, Any]) -> str:
    return digest(json.dumps(values, sort_keys=True, separators=(",", ":")).encode())


def _render(state: State) -> bytes:
    values = {
        "originals": {path: asdict(item) for path, item in sorted(state.originals.items())},
        "written": dict(sorted(state.written.items())),
        "history": [asdict(step) for step in state.history],
        "sources": {name: asdict(item) for name, item in sorted(state.sources.items())},
    }
    values = {"integrity": _seal(values), **values}
    text = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "surrogatepass")
