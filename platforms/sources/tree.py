"""The files of a source in memory, and the digest that names them.

A tree is at most 256 MiB (``Limits.total``), so it is held whole: nothing is written before all
of it was checked.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.readers.files import SKIPPED
from polyskill.compiler.readers.placed import LOCK, made, placed

__all__ = ["File", "Tree", "digest_of", "folder_digest", "sha256"]

# A folder of this name at the top of an archive is a part of what it holds, not a wrapper.
_PARTS = frozenset({"agents", "commands", "hooks", "rules", "skills", "references", "scripts"})


class File(NamedTuple):
    """The bytes of a file, and whether its owner may execute it."""

    data: bytes
    executable: bool = False


@dataclass(slots=True)
class Tree:
    """Files by relative path (``/``, NFC or as they came), and what was said about them."""

    files: dict[str, File] = field(default_factory=dict)
    notes: list[Diagnostic] = field(default_factory=list)

    def digest(self) -> str:
        """Return the digest of the tree."""
        return digest_of(
            (path, hashlib.sha256(file.data).hexdigest(), file.executable)
            for path, file in self.files.items()
        )

    def below(self, folder: str) -> Tree:
        """Return the part of the tree below ``folder`` (all of it for an empty name)."""
        if not folder:
            return self
        start = f"{folder}/"
        found = {
            path[len(start) :]: file for path, file in self.files.items() if path.startswith(start)
        }
        return Tree(found, self.notes)

    def wrapper(self) -> str:
        """Return the one top-level folder that only wraps the rest (empty: there is none)."""
        tops = {path.partition("/")[0] for path in self.files if "/" in path}
        flat = any("/" not in path for path in self.files)
        top = next(iter(tops), "")
        return "" if flat or len(tops) != 1 or top.startswith(".") or top in _PARTS else top


def sha256(data: bytes) -> str:
    """Return ``sha256:`` and the hex digest of ``data``."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def digest_of(files: Iterable[tuple[str, str, bool]]) -> str:
    """Return the digest of a tree, given path, hex SHA-256 and executable bit of each file.

    It is the SHA-256 of one line a file, ``HEX x PATH`` or ``HEX - PATH`` with a final NUL, in the
    order of the UTF-8 bytes of the paths. Empty folders do not count.
    """
    lines = sorted(
        (path.encode("utf-8", "surrogatepass"), hex_digest, "x" if executable else "-")
        for path, hex_digest, executable in files
    )
    total = hashlib.sha256()
    for path, hex_digest, bit in lines:
        total.update(f"{hex_digest} {bit} ".encode() + path + b"\0")
    return f"sha256:{total.hexdigest()}"


def folder_digest(
    folder: Path, executables: Collection[str] | None = None, *, whole: bool = False
) -> str:
    """Return the digest of a folder or file on disk; links count as the place they name.

    What the compiler never reads (``.git``, caches) does not count, nor what was installed into the
    folder, unless the ``whole`` is asked for. ``executables`` replaces the executable bits of the
    file system, where it has none.

    Raises:
        OSError: something cannot be read.
    """
    if folder.is_file():
        with folder.open("rb") as single:
            hashed = hashlib.file_digest(single, "sha256").hexdigest()
        return digest_of([(folder.name, hashed, False)])
    rows: list[tuple[str, str, bool]] = []
    installed: frozenset[str] = frozenset()
    stack = [(os.fspath(folder), "")]
    while stack:
        real, prefix = stack.pop()
        with os.scandir(real) as found:
            entries = list(found)
            if not whole and prefix and made([entry.name for entry in entries]):
                continue
            if not whole and any(entry.name == LOCK for entry in entries):
                installed |= placed(real)
            for entry in entries:
                path = prefix + entry.name
                if entry.name in SKIPPED or (
                    installed and os.path.normpath(entry.path) in installed
                ):
                    continue
                if entry.is_symlink():
                    place = os.fsencode(Path(entry.path).readlink())
                    rows.append((path, hashlib.sha256(b"link:" + place).hexdigest(), False))
                elif entry.is_dir(follow_symlinks=False):
                    stack.append((entry.path, f"{path}/"))
                elif entry.is_file(follow_symlinks=False):
                    bit = bool(entry.stat(follow_symlinks=False).st_mode & 0o100)
                    with open(entry.path, "rb") as file:  # noqa: PTH123
                        hashed = hashlib.file_digest(file, "sha256").hexdigest()
                    rows.append((path, hashed, bit if executables is None else path in executables))
    return digest_of(rows)
