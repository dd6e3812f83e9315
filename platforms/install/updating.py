"""Newer versions of what is installed; a tag that moved is an error, not an update."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind

from ..sources import SourceError, Spec, parse
from .installing import Installation, install_all
from .lock import Lock, SkillEntry
from .removing import not_installed
from .resolve import Asked, Resolver
from .run import Outcome, load_lock
from .scope import Scope

__all__ = ["Update", "asked_again", "update"]


@dataclass(frozen=True, slots=True)
class Update:
    """What to update: ``names`` (empty: all), to ``version`` (empty: the newest)."""

    names: tuple[str, ...] = ()
    version: str = ""
    refused: list[str] = field(default_factory=list)


def asked_again(entry: SkillEntry, spec: Spec, *, revision: str = "") -> Asked:
    """Return the request that installs an entry of the lock once more."""
    return Asked(
        spec,
        entry.targets,
        Lang(entry.lang),
        Kind(entry.form) if entry.form else None,
        pick=(entry.name,),
        revision=revision,
        wanted=entry.wanted,
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
    names = what.names or tuple(lock.skills)
    for name in names:
        entry = lock.skills.get(name)
        if entry is None:
            resolver.resolved.diagnostics.append(not_installed(name, lock))
            resolver.resolved.refused.append(name)
            continue
        try:
            spec = spec_of(entry, how.scope, bundled)
        except SourceError as error:
            resolver.resolved.diagnostics.append(replace(error.diagnostic, skill=name))
            resolver.resolved.refused.append(name)
            continue
        resolver.add(_newest(lock, entry, spec, what.version))
    return install_all(
        replace(how, keep_targets=True, replace=bool(what.version)), resolver.resolved
    )


def _newest(lock: Lock, entry: SkillEntry, spec: Spec, version: str) -> Asked:
    if version:
        moved = replace(spec, ref=version, text=_respelled(spec, version))
        return asked_again(entry, moved)
    return asked_again(entry, spec)


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
