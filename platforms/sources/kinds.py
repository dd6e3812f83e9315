"""Which function fetches which kind of source."""

from __future__ import annotations

from collections.abc import Callable

from . import local
from .model import Context, Fetched, Spec

__all__ = ["one"]


def _git(spec: Spec, context: Context, revision: str) -> Fetched:
    from .repository import from_git  # noqa: PLC0415  (a folder needs none of this)

    return from_git(spec, context, revision)


def _archive(spec: Spec, context: Context, revision: str) -> Fetched:
    from .packed import from_archive  # noqa: PLC0415  (brings ssl)

    return from_archive(spec, context, revision)


def _npm(spec: Spec, context: Context, revision: str) -> Fetched:
    from .npm import from_npm  # noqa: PLC0415  (rarely needed)

    return from_npm(spec, context, revision)


def _pypi(spec: Spec, context: Context, revision: str) -> Fetched:
    from .pypi import from_pypi  # noqa: PLC0415  (rarely needed)

    return from_pypi(spec, context, revision)


_ONE: dict[str, Callable[[Spec, Context, str], Fetched]] = {
    "folder": local.folder,
    "bundled": local.bundled,
    "git": _git,
    "archive": _archive,
    "npm": _npm,
    "pypi": _pypi,
}


def one(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Fetch a source that gives one tree.

    Raises:
        SourceError: it cannot be had.
    """
    return _ONE[spec.kind](spec, context, revision)
