"""The record of a transaction: once it has its name, the transaction will be finished.

All paths are relative to the root. A journal that is read is not trusted: a repository could bring
one along. Its paths are checked like those of a caller, and its temporary files must bear the
engine's own names.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from typing import Any

from .disk import read, sync_file
from .layout import NEW, OLD, PARTIAL, STAGED, TEMPORARY, valid

__all__ = [
    "FileStep",
    "FolderStep",
    "Journal",
    "Removal",
    "TreeStep",
    "read_journal",
    "read_staged",
    "write_record",
    "write_staged",
]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Removal:
    """The file ``path`` with the bytes ``before`` goes to ``old``."""

    path: str
    before: str
    old: str


@dataclass(frozen=True, slots=True)
class FolderStep:
    """The folder ``path`` goes.

    What it needs to come back: permission bits, owner, group, and a place ``new`` to be made in.
    """

    path: str
    new: str
    mode: int
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class TreeStep:
    """The folder ``new`` becomes ``path``; ``files`` are (path inside, SHA-256)."""

    path: str
    new: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileStep:
    """The file ``new`` (SHA-256 ``after``) becomes ``path``; what was there goes to ``old``.

    ``before`` is the SHA-256 of what was there; ``None``: nothing.
    """

    path: str
    new: str
    after: str
    before: str | None
    old: str


_Step = Removal | FolderStep | TreeStep | FileStep


def _plain(step: _Step) -> dict[str, object]:
    return {field.name: getattr(step, field.name) for field in fields(step)}


@dataclass(frozen=True, slots=True)
class Journal:
    """All steps of one transaction, in the order of their doing."""

    note: str
    removals: tuple[Removal, ...]
    folders: tuple[FolderStep, ...]
    trees: tuple[TreeStep, ...]
    files: tuple[FileStep, ...]

    def to_json(self) -> bytes:
        """Return the bytes of the journal file (ASCII: names need not be valid Unicode)."""
        document = {
            "version": _VERSION,
            "note": self.note,
            "removals": [_plain(step) for step in self.removals],
            "folders": [_plain(step) for step in self.folders],
            "trees": [_plain(step) for step in self.trees],
            "files": [_plain(step) for step in self.files],
        }
        return json.dumps(document, separators=(",", ":")).encode("ascii")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{value!r} is no text"
        raise ValueError(msg)
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        msg = f"{value!r} is no number"
        raise ValueError(msg)
    return value


def _path(value: Any) -> str:
    path = _text(value)
    if not valid(path):
        msg = f"{path!r} is no path below the root"
        raise ValueError(msg)
    return path


def _temporary(value: Any, folder: str = "") -> str:
    path = _text(value)
    above, _, name = path.rpartition("/")
    inside = folder != "" and above == folder and name.isascii() and name.isdigit()
    if not inside and not (valid(path) and TEMPORARY.fullmatch(name)):
        msg = f"{path!r} is no name of a temporary file"
        raise ValueError(msg)
    return path


def _tree(value: dict[str, Any]) -> TreeStep:
    path = _path(value["path"])
    files = tuple((_text(inside), _text(digest)) for inside, digest in value["files"])
    for inside, _ in files:
        _path(f"{path}/{inside}")
    return TreeStep(path, _temporary(value["new"], NEW), files)


def _file(value: dict[str, Any]) -> FileStep:
    before = value["before"]
    return FileStep(
        _path(value["path"]),
        _temporary(value["new"], NEW),
        _text(value["after"]),
        None if before is None else _text(before),
        _temporary(value["old"], OLD),
    )


def read_journal(path: str) -> Journal:
    """Read a journal.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged or names what it must not.
    """
    document = json.loads(read(path))
    try:
        if document["version"] != _VERSION:
            msg = f"version {document['version']!r} is not {_VERSION}"
            raise ValueError(msg)
        return Journal(
            _text(document["note"]),
            tuple(
                Removal(_path(v["path"]), _text(v["before"]), _temporary(v["old"], OLD))
                for v in document["removals"]
            ),
            tuple(
                FolderStep(
                    _path(v["path"]),
                    _temporary(v["new"], NEW),
                    _number(v["mode"]),
                    _number(v["uid"]),
                    _number(v["gid"]),
                )
                for v in document["folders"]
            ),
            tuple(_tree(v) for v in document["trees"]),
            tuple(_file(v) for v in document["files"]),
        )
    except (KeyError, TypeError) as error:
        msg = f"{type(error).__name__}: {error}"
        raise ValueError(msg) from error


def read_staged(root: str) -> list[str]:
    """Return the temporary names outside of the engine's folder that a transaction announced.

    A record that is not one of ours names nothing.

    Raises:
        OSError: it is there but cannot be read.
    """
    try:
        document = json.loads(read(f"{root}/{STAGED}"))
        return [_temporary(name) for name in document]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def write_staged(root: str, names: list[str]) -> None:
    """Announce durably which temporary names outside of the engine's folder will be used."""
    write_record(root, json.dumps(names).encode("ascii"), STAGED)


def write_record(root: str, data: bytes, name: str) -> None:
    """Write ``data`` durably to ``name`` (relative), whole or not at all.

    Raises:
        OSError: the system refused.
    """
    partial = f"{root}/{PARTIAL}"
    handle = os.open(
        partial,
        os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0),
        0o600,
    )
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        sync_file(handle)
    finally:
        os.close(handle)
    os.replace(partial, f"{root}/{name}")
