"""Read one file, or every file of a folder, within bounds and never outside of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from .placed import LOCK, made, placed

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_FILE",
    "MAX_FILES",
    "SKIPPED",
    "Found",
    "Scan",
    "encodable",
    "leaves",
    "link_finding",
    "read_bytes",
    "read_file",
    "scan",
    "special",
]

MAX_FILE = 10 * 1024 * 1024
MAX_FILES = 2_000
MAX_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 12

# Nothing of these is ever a part of a skill: version control, installed packages, caches.
SKIPPED = frozenset(
    {
        ".DS_Store",
        ".cache",
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".polyskill",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "Thumbs.db",
        "__pycache__",
        "desktop.ini",
        "node_modules",
    }
)

# A pipe must not block the open, and a link that was put in place of a file must not be followed.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


_FIRST = frozenset({"SKILL.md", "SKILL.zh.md", "skill.md"})


class TooBigError(OSError):
    """The file is over :data:`MAX_FILE`."""


class NotAFileError(OSError):
    """The path is a pipe, a socket or a device."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was read; ``path`` is relative to the folder, with ``/``."""

    path: str
    data: bytes
    executable: bool = False


@dataclass(slots=True)
class Scan:
    """The files of a folder by path, in the order of their paths."""

    folder: str
    files: dict[str, Found] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read_bytes(path: str) -> tuple[bytes, bool]:
    """Return the bytes of a regular file and whether its owner may execute it.

    Raises:
        OSError: it cannot be opened, is no regular file, is a link, or is over the bound.
    """
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        if not S_ISREG(status.st_mode):
            raise NotAFileError
        if status.st_size > MAX_FILE:
            raise TooBigError
        data = os.read(handle, status.st_size + 1)
        if len(data) != status.st_size:  # it shrank, it grows, or it is of a file system like proc
            while len(data) <= MAX_FILE and (more := os.read(handle, MAX_FILE)):
                data += more
        if len(data) > MAX_FILE:
            raise TooBigError
    finally:
        os.close(handle)
    return data, bool(status.st_mode & 0o100)


def encodable(name: str) -> bool:
    """Return whether a file name is Unicode (one that is not cannot be printed or written)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def special(path: str) -> Diagnostic:
    """Report a pipe, socket or device."""
    return report(
        codes.NOT_A_FILE, path, path=path, what="not a regular file", what_zh="非普通文件"
    )


def _over(path: str, limit: int, unit: str, unit_zh: str) -> Diagnostic:
    return report(codes.OVER_BOUND, path, path=path, limit=limit, unit=unit, unit_zh=unit_zh)


def _failure(path: str, error: OSError) -> Diagnostic:
    if isinstance(error, TooBigError):
        return _over(path, MAX_FILE // (1024 * 1024), "MiB a file", "MiB(单个文件)")
    if isinstance(error, NotAFileError):
        return special(path)
    reason = error.strerror or type(error).__name__
    return report(codes.NOT_READABLE, path, path=path, reason=reason)


def link_finding(path: str, root: str) -> tuple[str, Diagnostic | None]:
    """Return what a symbolic link leads to, or the finding that forbids to follow it."""
    try:
        target = os.path.realpath(path, strict=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return "", report(codes.LINK_BROKEN, path, path=path, reason=reason)
    except ValueError:
        return "", report(codes.LINK_BROKEN, path, path=path, reason="unusable name")
    if leaves(root, target):
        return "", report(codes.LINK_LEAVES, path, path=path, target=target)
    return target, None


def leaves(root: str, path: str) -> bool:
    """Return whether ``path`` is not below ``root``, once every link on the way is followed."""
    inside, target = os.path.realpath(root), os.path.realpath(path)
    return target != inside and not target.startswith(inside.rstrip(os.sep) + os.sep)


def read_file(path: Path, root: Path) -> tuple[Found | None, list[Diagnostic]]:
    """Read a file that was named or found by itself; a link may lead anywhere inside ``root``."""
    name = os.fspath(path)
    try:
        if path.is_symlink():
            target, problem = link_finding(name, os.fspath(root if root.is_dir() else root.parent))
            if problem:
                return None, [problem]
            data, executable = read_bytes(target)
        else:
            data, executable = read_bytes(name)
    except (OSError, ValueError) as error:
        failure = error if isinstance(error, OSError) else OSError(0, str(error))
        return None, [_failure(name, failure)]
    return Found(path.name, data, executable), []


Skip = Callable[[str, frozenset[str]], bool]


def scan(folder: str | os.PathLike[str], skip: Skip | None = None) -> Scan:
    """Read every file below ``folder``.

    Args:
        folder: where to look.
        skip: is asked for each sub-folder (its relative path and the names in it) whether to
            leave it out.
    """
    base = os.fspath(folder)
    result = Scan(base)
    walker = _Walker(base, result, skip)
    walker.folder(base, "", 0, ())
    if walker.nested or walker.linked or not _FIRST.isdisjoint(result.files):
        result.files = dict(sorted(result.files.items()))
    return result


class _Walker:
    """The state of one scan; the recursion is bounded by :data:`MAX_DEPTH`."""

    def __init__(self, base: str, result: Scan, skip: Skip | None) -> None:
        self.base, self.result, self.skip = base, result, skip
        self.bytes = 0
        self.entries = 0
        self.full = False
        self.nested = self.linked = False
        self.placed: frozenset[str] = frozenset()

    def say(self, finding: Diagnostic) -> None:
        self.result.diagnostics.append(finding)

    def stop(self, limit: int, unit: str, unit_zh: str) -> None:
        self.full = True
        self.say(_over(self.base, limit, unit, unit_zh))

    def folder(self, real: str, prefix: str, depth: int, chain: tuple[str, ...]) -> None:
        """Read the files of the folder ``real``, which appears as ``prefix`` in the result."""
        if depth > MAX_DEPTH:
            self.say(_over(real, MAX_DEPTH, "levels of folders", "层文件夹"))
            return
        try:
            with os.scandir(real) as found:
                entries = sorted(found, key=lambda entry: entry.name)
                if not prefix:  # what the bounds leave unread is never the text itself
                    entries.sort(key=lambda entry: entry.name not in _FIRST)
        except OSError as error:
            self.say(_failure(real, error))
            return
        if prefix and made([entry.name for entry in entries]):
            return  # what polyskill wrote is not what it reads
        if prefix and self.skip:
            names = frozenset(entry.name for entry in entries)
            if self.skip(prefix[:-1], names):
                return
        if any(entry.name == LOCK for entry in entries):
            self.placed |= placed(real)
        for entry in entries:
            if self.full:
                return
            name = entry.name
            if name in SKIPPED or (self.placed and os.path.normpath(entry.path) in self.placed):
                continue
            self.entries += 1
            if self.entries > 10 * MAX_FILES:
                self.stop(10 * MAX_FILES, "entries", "个条目")
            elif not (name.isascii() or encodable(name)):
                place = ascii(f"{self.base}/{prefix}{name}")[1:-1]
                reason = "the name is not UTF-8"
                self.say(report(codes.NOT_READABLE, place, path=place, reason=reason))
            elif entry.is_symlink():
                self.linked = True
                self.link(entry.path, prefix + name, depth, chain)
            elif entry.is_dir(follow_symlinks=False):
                self.nested = True
                self.folder(entry.path, f"{prefix}{name}/", depth + 1, chain)
            else:
                self.file(entry.path, prefix + name)

    def file(self, real: str, path: str) -> None:
        try:
            data, executable = read_bytes(real)
        except OSError as error:
            self.say(_failure(f"{self.base}/{path}", error))
            return
        self.bytes += len(data)
        if len(self.result.files) >= MAX_FILES:
            self.stop(MAX_FILES, "files", "个文件")
        elif self.bytes > MAX_BYTES:
            self.stop(MAX_BYTES // (1024 * 1024), "MiB in all", "MiB(总量)")
        else:
            self.result.files[path] = Found(path, data, executable)

    def link(self, real: str, path: str, depth: int, chain: tuple[str, ...]) -> None:
        """Read what a link leads to, if that is inside the folder and not around the link."""
        place = f"{self.base}/{path}"
        target, problem = link_finding(real, self.base)
        if problem:
            self.say(problem)
            return
        try:
            mode = Path(target).stat().st_mode
        except OSError as error:
            self.say(_failure(place, error))
            return
        if S_ISDIR(mode):
            here = os.path.realpath(Path(real).parent)
            if target in chain or (here + os.sep).startswith(target + os.sep):
                self.say(report(codes.LINK_BROKEN, place, path=place, reason="loop"))
                return
        shown = os.path.relpath(target, os.path.realpath(self.base)).replace(os.sep, "/")
        self.say(report(codes.LINK_RESOLVED, place, path=place, target=shown))
        if S_ISDIR(mode):
            self.folder(target, path + "/", depth + 1, (*chain, target))
        else:
            self.file(target, path)
