"""Fetch any source, list what it offers, and say which versions of it there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from polyskill.compiler.codes.build import NOT_WRITTEN

from .errors import SourceError
from .kinds import one
from .listing import Listing, fetch_rows, offered
from .model import Context, Fetched, Limits, Offer, Progress, Release, Spec, quiet

__all__ = ["fetch", "latest", "offers"]


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
            A recorded commit of a branch is fetched even if the branch moved on. Of a list, it is
            that of the one name in ``spec.pick``.
        offline: take only what is in the cache.
        progress: is told about downloads.
        bundled: the folder with the skills that come with polyskill.
        allow_http: allow plain http from other machines.
        limits: other bounds than the usual ones.

    Returns:
        One item; of a marketplace or an index, one for each plugin or skill (of ``spec.pick``).

    Raises:
        SourceError: the source as a whole cannot be had. One bad entry of a list is in the notes
            of the first of the others.
    """
    context = Context(cache, offline, progress, allow_http, bundled, limits or Limits())
    with _told(cache):
        listing = _listing(spec, context)
        if listing is None:
            return [one(spec, context, revision)]
        return fetch_rows(spec, listing, revision)


def offers(
    spec: Spec,
    *,
    cache: Path,
    offline: bool = False,
    progress: Progress = quiet,
    bundled: Path | None = None,
    allow_http: bool = False,
) -> list[Offer]:
    """Return what a source lists.

    The plugins of a marketplace and the skills of an index are not fetched; of other sources the
    skills are found by fetching and reading them.

    Raises:
        SourceError: the source cannot be had.
    """
    context = Context(cache, offline, progress, allow_http, bundled)
    from .offering import skills_in  # noqa: PLC0415  (needs the readers)

    with _told(cache):
        listing = _listing(spec, context)
        if listing is not None:
            return offered(spec, listing)
        return skills_in(spec, one(spec, context))


def latest(
    spec: Spec,
    *,
    cache: Path,
    offline: bool = False,
    allow_http: bool = False,
) -> list[Release]:
    """Return the versions on offer, the newest first; ``[]`` where there is no such thing.

    Git: the tags; npm and PyPI: the versions; an index or a marketplace: the version of the one
    entry in ``spec.pick``.

    Raises:
        SourceError: the source cannot be asked, or it is ``offline``.
    """
    from .offering import releases  # noqa: PLC0415

    context = Context(cache, offline, quiet, allow_http)
    with _told(cache):
        return releases(spec, context, _listing)


@contextmanager
def _told(cache: Path) -> Iterator[None]:
    """Turn what the file system says about the cache into an error for users."""
    try:
        yield
    except OSError as error:
        place = os.fspath(error.filename or cache)
        reason = error.strerror or type(error).__name__
        raise SourceError(NOT_WRITTEN, place, output=place, reason=reason) from error


def _listing(spec: Spec, context: Context) -> Listing | None:
    """Return what a list lists (``None`` for a source that is none)."""
    if spec.kind == "index":
        from .wellknown import read_index  # noqa: PLC0415

        return read_index(spec, context)
    if spec.kind == "marketplace":
        from .marketplace import read_marketplace  # noqa: PLC0415

        return read_marketplace(spec, context)
    return None
