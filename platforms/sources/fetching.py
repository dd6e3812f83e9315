"""Fetch any source: the table of kinds, and the one entry for callers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import single
from .model import Context, Fetched, Limits, Progress, Spec, quiet

__all__ = ["fetch", "one"]

_ONE: dict[str, Callable[[Spec, Context, str], Fetched]] = {
    "folder": single.folder,
    "bundled": single.bundled,
    "git": single.from_git,
    "archive": single.archive,
}


def one(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Fetch a source that gives one tree."""
    return _ONE[spec.kind](spec, context, revision)


def fetch(
    spec: Spec,
    *,
    cache: Path,
    revision: str = "",
    offline: bool = False,
    progress: Progress = quiet,
    bundled: Path | None = None,
    allow_http: bool = False,
    limits: Limits | None = None,
) -> list[Fetched]:
    """Bring a source onto this machine.

    Args:
        spec: what to fetch.
        cache: the cache folder (folders of this machine stay where they are).
        revision: the recorded one, which must come out again; empty: whatever the source has now.
            A recorded commit of a branch is fetched even if the branch moved on.
        offline: take only what is in the cache.
        progress: is told about downloads.
        bundled: the folder with the skills that come with polyskill.
        allow_http: allow plain http from other machines.
        limits: other bounds than the usual ones.

    Returns:
        One item; of a marketplace or an index, one for each plugin or skill (of ``spec.pick``).

    Raises:
        SourceError: the source as a whole cannot be had. One bad entry of a list is in the notes
            of the others.
    """
    context = Context(cache, offline, progress, allow_http, bundled, limits or Limits())
    return [one(spec, context, revision)]
