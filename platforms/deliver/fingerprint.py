"""Has a source changed since it was last built? One stat per file, no reads."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

__all__ = ["Fingerprint", "of_code", "of_source"]

_DEPTH = 16
_SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".polyskill"})


class Fingerprint(str):
    """A digest over paths, sizes, times and modes; ``newest`` is the latest time of change."""

    newest: int

    def __new__(cls, digest: str, newest: int) -> Fingerprint:
        """Make a fingerprint from its digest and the newest modification time (ns)."""
        made = super().__new__(cls, digest)
        made.newest = newest
        return made


def of_source(path: str) -> Fingerprint:
    """Return the fingerprint of a file, or of a folder with all that it holds.

    Raises:
        OSError: the source cannot be read.
    """
    lines: list[str] = []
    newest = 0
    status = os.stat(path)
    if not os.path.isdir(path):
        newest = max(status.st_mtime_ns, status.st_ctime_ns)
        lines.append(f"{status.st_size} {status.st_mtime_ns} {status.st_mode}")
    else:
        stack = [(path, "", 0)]
        while stack:
            folder, prefix, depth = stack.pop()
            with os.scandir(folder) as found:
                entries = list(found)
            if depth and any(entry.name == ".polyskill" for entry in entries):
                lines.remove(prefix)  # output of an earlier build, inside the source
                continue
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEPTH and name not in _SKIPPED:
                        stack.append((entry.path, f"{prefix}{name}/", depth + 1))
                        lines.append(f"{prefix}{name}/")
                    continue
                status = entry.stat(follow_symlinks=False)
                newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
                lines.append(
                    f"{prefix}{name}\0{status.st_size} {status.st_mtime_ns} {status.st_mode}"
                )
        lines.sort()
    text = "\n".join(lines).encode("utf-8", "surrogateescape")
    return Fingerprint(blake2b(text, digest_size=16).hexdigest(), newest)


@lru_cache(maxsize=1)
def of_code() -> str:
    """Return a digest over polyskill's own files, so that a new version rebuilds everything.

    Those of the runtime count, too: skills bring parts of it along.
    """
    package = Path(__file__).resolve().parents[1]
    lines = []
    for folder in (package.parent / "compiler", package, package.parent / "runtime"):
        for root, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                if not name.endswith(".pyc"):
                    status = os.stat(f"{root}/{name}")
                    lines.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()
