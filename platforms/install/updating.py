"""Newer versions of what is installed; a tag that moved is an error, not an update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Kind

from ..sources import SourceError, Spec, parse
from ..sources.local import missing
from .installing import Installation, install_all
from .lock import SkillEntry
from .removing import not_installed
from .resolve import Asked, Resolver
from .run import Outcome, load_lock
from .scope import Scope

__all__ = ["Update", "asked_again", "update"]


# Sources that hold one version, which nobody can choose.
_ONE_VERSION = frozenset({"folder", "archive", "bundled", "index"})


@dataclass(frozen=True, slots=True)
class Update:
    """What to update: ``names`` (empty: all), to ``version`` (empty: the newest)."""

    names: tuple[str, ...] = ()
    version: str = ""


def asked_again(entries: Sequence[SkillEntry], spec: Spec) -> Asked:
    """Return the request that installs entries of the lock, alike but for their names, again."""
    first = entries[0]
    return Asked(
        spec,
        first.targets,
        Lang(first.lang),
        Kind(first.form) if first.form else None,
        pick=tuple(entry.name for entry in entries),
        wanted=first.wanted,
    )


def spec_of(entry: SkillEntry, scope: Scope, bundled: Path | None) -> Spec:
    """Return the source of an installed skill.

    Raises:
        SourceError: its spelling means nothing any more.
    """
    names = sorted(path.name for path in bundled.iterdir() if path.is_dir()) if bundled else ()
    return parse(entry.source, base=scope.root, bundled=names)


def update(how: Installation, what: Update, resolver: Resolver, bundled: Path | None) -> Outcome:
    """Fetch the sources of installed skills again and install what is new.

    Raises:
        InstallError, Conflict, TransactionError: nothing was changed.
    """
    lock, _ = load_lock(how.scope)
    groups: dict[tuple[object, ...], list[SkillEntry]] = {}
    for name in what.names or tuple(lock.skills):
        entry = lock.skills.get(lock.named(name))
        if entry is None:
            resolver.resolved.diagnostics.append(not_installed(name, lock))
            resolver.resolved.refused.append(name)
        else:  # skills of one source are fetched together
            key = (entry.source, entry.targets, entry.lang, entry.form, entry.wanted)
            groups.setdefault(key, []).append(entry)
    for entries in groups.values():
        try:
            spec = spec_of(entries[0], how.scope, bundled)
            if what.version and spec.kind in _ONE_VERSION:
                _demand(what.version, entries, spec, resolver)
        except SourceError as error:
            resolver.resolved.diagnostics.append(error.diagnostic)
            resolver.resolved.refused += [entry.name for entry in entries]
            continue
        if what.version and spec.kind not in _ONE_VERSION:
            spec = replace(spec, ref=what.version, text=_respelled(spec, what.version))
        resolver.add(asked_again(entries, spec))
    return install_all(
        replace(how, keep_targets=True, replace=how.replace or bool(what.version)), resolver
    )


def _demand(version: str, entries: Sequence[SkillEntry], spec: Spec, resolver: Resolver) -> None:
    """Raise a SourceError unless the source has this very version of all the skills."""
    there = resolver.versions(spec)
    for entry in entries:
        found = there.get(entry.name, version)  # what is not there at all is told later
        if found != version:
            raise missing(spec.text, Text("version", "版本"), version, [found] if found else [])


def _respelled(spec: Spec, version: str) -> str:
    """Return the spelling of a source with another version in it."""
    if spec.kind == "npm":
        return f"npm:{spec.location}@{version}"
    if spec.kind == "pypi":
        return f"pypi:{spec.location}=={version}"
    if spec.kind == "git":
        address = spec.location if spec.location.startswith("git@") else f"git+{spec.location}"
        return f"{address}@{version}" + (f"#{spec.subfolder}" if spec.subfolder else "")
    return spec.text
