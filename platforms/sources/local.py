"""Sources on this machine: folders, files, and the skills that come with polyskill."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from polyskill.compiler.codes import readers as reader_codes
from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .errors import SourceError
from .model import Context, Fetched, Spec
from .tree import folder_digest

__all__ = ["bundled", "folder", "missing", "read_local"]


def missing(where: str, what: Text, name: str, there: list[str]) -> SourceError:
    """Return the error that ``where`` has nothing of this name; ``there`` is what it has."""
    near = difflib.get_close_matches(name, there, 3, 0.4) or there[:10]
    shown = ", ".join(f"`{one}`" for one in near) or "–"
    return SourceError(codes.SOURCE_NOT_FOUND, where, what=what, name=name, there=shown)


def folder(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return a folder (or file) of this machine, where it is.

    Raises:
        SourceError: it is not there, or cannot be read.
    """
    del context, revision  # what is here needs neither
    path = Path(spec.location)
    try:
        if not path.exists():
            parent = path.parent
            there = sorted(os.listdir(parent)) if parent.is_dir() else []  # noqa: PTH208
            what = Text("file or folder", "文件或文件夹")
            raise missing(os.fspath(parent), what, path.name, there)
        return Fetched(spec, path, "", "", folder_digest(path))
    except (OSError, ValueError) as error:
        raise _unreadable(spec.location, error) from None


def _unreadable(where: str, error: Exception) -> SourceError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    place = getattr(error, "filename", None) or where
    return SourceError(reader_codes.NOT_READABLE, where, path=place, reason=reason)


def bundled(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return a skill that comes with polyskill.

    Raises:
        SourceError: there is none of this name.
    """
    home = context.bundled
    names = sorted(one.name for one in home.iterdir() if one.is_dir()) if home else []
    if home is None or spec.location not in names:
        raise missing("polyskill", Text("bundled skill", "内置技能"), spec.location, names)
    del revision
    path = home / spec.location
    return Fetched(spec, path, "", "", folder_digest(path))


def read_local(path: str, most: int) -> bytes:
    """Return the bytes of a file of this machine.

    Raises:
        SourceError: it cannot be read, is no regular file, or is larger than ``most`` bytes.
    """
    file = Path(path)
    try:
        if not file.is_file():
            raise missing(os.fspath(file.parent), Text("file", "文件"), file.name, [])
        if file.stat().st_size > most:
            raise SourceError(codes.DOWNLOAD_TOO_LARGE, path, limit=most // (1024 * 1024))
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
