"""What this package takes and gives: a source as the user named it, and as it was fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["KINDS", "Context", "Fetched", "Limits", "Offer", "Progress", "Release", "Spec", "quiet"]

KINDS = ("folder", "bundled", "git", "archive", "index", "marketplace", "npm", "pypi")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Spec:
    """One source.

    Attributes:
        text: as the user wrote it.
        kind: one of :data:`KINDS`.
        location: absolute path, URL (a marketplace in git: ``git+URL``), or package name.
        ref: the wanted branch, tag, commit or version; empty: what the source gives by default.
        subfolder: where in the source to begin, with ``/``; empty: at its root.
        pick: names of skills or plugins in it; empty: all.
        sha256: 64 hex digits that an archive must have, if the user wrote them.
    """

    text: str
    kind: str
    location: str
    ref: str = ""
    subfolder: str = ""
    pick: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A source that is on this machine.

    Attributes:
        spec: what was asked for; of a marketplace or an index, with the one name in ``pick``.
        path: the local folder (or file), to be read by ``polyskill.compiler.readers.discover``.
        revision: git: the full commit id; a download: ``sha256:…`` of it; a folder: empty.
        version: that of the tag (``1.2`` of ``v1.2``), of the package or of the entry; empty if
            none is told.
        digest: ``sha256:…`` of the tree (see ``digest.py``), the same on every machine.
        notes: what was left out, or could not be verified.
        pinned: the same spec must always give this revision (a tag, a commit, a version).
    """

    spec: Spec
    path: Path
    revision: str
    version: str
    digest: str
    notes: tuple[Diagnostic, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A skill or plugin that a source lists; ``where`` is how ``polyskill install`` spells it."""

    name: str
    description: str
    version: str
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class Release:
    """A version on offer: put ``ref`` into the spec to get it."""

    version: str
    ref: str
    revision: str = ""


Progress = Callable[[str, int, int], None]
"""Called with what is being fetched, the bytes so far, and the bytes in all (0: not known)."""


def quiet(what: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is taken from others; sizes in bytes, times in seconds."""

    download: int = 64 * _MIB
    repository: int = 512 * _MIB
    entries: int = 20_000
    file: int = 64 * _MIB
    total: int = 256 * _MIB
    ratio: int = 200
    ratio_floor: int = 16 * _MIB
    redirects: int = 5
    silence: float = 30.0
    deadline: float = 300.0


@dataclass(frozen=True, slots=True)
class Context:
    """What every way of fetching needs to know.

    Attributes:
        cache: the cache folder; created when something is kept.
        offline: only what the cache has.
        progress: is told about downloads.
        allow_http: plain http is allowed from other machines too.
        bundled: the folder with the skills that come with polyskill.
        limits: bounds.
    """

    cache: Path
    offline: bool = False
    progress: Progress = quiet
    allow_http: bool = False
    bundled: Path | None = None
    limits: Limits = Limits()
