"""What all ways of fetching share: the cache, offline use, and the recorded revision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.diagnostics import CATALOGUE, Diagnostic

from .entries import why_refused
from .errors import SourceError, finding
from .model import Context, Fetched, Spec
from .store import Record, Store
from .tree import Tree

__all__ = ["Got", "changed", "recalled", "settle"]

_UNREACHABLE = (codes.DOWNLOAD_FAILED, codes.PROGRAM_FAILED, codes.PROGRAM_MISSING)


@dataclass(frozen=True, slots=True)
class Got:
    """What came from a source: its files, what to call their folder, and which version it is."""

    tree: Tree
    name: str
    revision: str
    version: str = ""
    pinned: bool = False


def _key_of(spec: Spec) -> tuple[str, ...]:
    """Return under which key the cache knows a source."""
    return (spec.kind, spec.location, spec.ref, spec.subfolder)


def changed(spec: Spec, found: str, wanted: str) -> SourceError:
    """Return the error that a source no longer gives what was recorded."""
    return SourceError(codes.REVISION_CHANGED, spec.text, found=found, wanted=wanted)


def settle(
    spec: Spec,
    context: Context,
    revision: str,
    ask: Callable[[], Got | Fetched],
    *,
    declared: str = "",
) -> Fetched:
    """Return what ``ask`` fetches, kept in the cache; offline, what the cache has.

    ``ask`` may find that the cache has it. ``declared`` is the revision that the user or an index
    declares: what the cache has of it need not be fetched.

    Raises:
        SourceError: it cannot be had, or its revision is not the recorded one.
    """
    if declared:
        if revision and revision != declared:
            raise changed(spec, declared, revision)
        revision = declared
        known = recalled(spec, context, declared)
        if known is not None:
            return known
    if context.offline:
        found = recalled(spec, context, revision)
        if found is None:
            raise SourceError(codes.NOT_IN_CACHE, spec.text)
        return found
    try:
        got = ask()
    except SourceError as error:
        known = recalled(spec, context, revision) if revision else None
        if known is None or error.diagnostic.code not in _UNREACHABLE:
            raise
        return replace(known, notes=(*known.notes, finding(codes.CACHED_INSTEAD, spec.text)))
    if revision and got.revision != revision:
        raise changed(spec, got.revision, revision)
    return got if isinstance(got, Fetched) else _keep(spec, context, got)


def _keep(spec: Spec, context: Context, got: Got) -> Fetched:
    """Put what came into the cache."""
    store = Store(context.cache)
    name = got.name if why_refused(got.name) is None and "/" not in got.name else "source"
    place = store.keep(got.tree, name)
    record = Record(
        got.revision,
        got.version,
        got.tree.digest(),
        name,
        tuple(path for path, file in got.tree.files.items() if file.executable),
        got.pinned,
        tuple((note.code.id, note.path, dict(note.args)) for note in got.tree.notes),
    )
    store.remember(_key_of(spec), record)
    return _fetched(spec, record, place)


def recalled(spec: Spec, context: Context, revision: str) -> Fetched | None:
    """Return what the cache has of a source (at ``revision``; else what came last)."""
    found = Store(context.cache).recall(_key_of(spec), revision)
    return _fetched(spec, *found) if found else None


def _fetched(spec: Spec, record: Record, place: Path) -> Fetched:
    notes = tuple(
        Diagnostic(CATALOGUE[code], path, args=args)
        for code, path, args in record.notes
        if code in CATALOGUE
    )
    return Fetched(
        spec, place, record.revision, record.version, record.digest, notes, record.pinned
    )
