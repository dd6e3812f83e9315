"""``sync``: skills.toml (wanted) → skills.lock (got) → disk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..sources import SourceError, Spec
from .errors import InstallError
from .installing import Installation, install_batches
from .intact import deviations
from .lock import Lock
from .resolve import Asked, Resolver, specs_of, spelled
from .run import Outcome, load_lock, opened
from .tree import Tree
from .wanted import Wanted, WantedSkill, load

__all__ = ["frozen", "sync"]


def _asked(
    scope_root: Path,
    wanted: Wanted,
    one: WantedSkill,
    spec: Spec,
    lock: Lock,
    detected: tuple[str, ...],
) -> Asked:
    source = spelled(spec, scope_root)
    known = [
        entry
        for entry in lock.skills.values()
        if entry.source.partition("#")[0] == source.partition("#")[0]
        and (entry.source == source or spec.kind in ("marketplace", "index"))
    ]
    recorded = {entry.revision for entry in known}
    return Asked(
        spec,
        one.targets or wanted.targets or detected,
        one.lang or wanted.lang,
        one.form,
        pick=one.pick,
        revision=recorded.pop() if len(recorded) == 1 and spec.kind == "git" else "",
        wanted=True,
    )


def sync(
    how: Installation,
    resolver: Resolver,
    *,
    bundled: Path | None,
    detected: tuple[str, ...],
    prune: bool = True,
) -> Outcome:
    """Make the installation what skills.toml wants; git stays at the recorded commits.

    Args:
        how: where, and what to do with files in the way.
        resolver: fetches and checks.
        bundled: the folder of the bundled skills.
        detected: the assistants for skills that name none.
        prune: take out what an earlier sync installed and skills.toml no longer names.

    Raises:
        InstallError, SourceError, Conflict, TransactionError: nothing was changed.
    """
    scope = how.scope
    wanted = load(scope.root / scope.wanted)
    lock, _ = load_lock(scope)
    specs = specs_of([one.source for one in wanted.skill], scope.root, bundled)
    for one, spec in zip(wanted.skill, specs, strict=True):
        asked = _asked(scope.root, wanted, one, spec, lock, detected)
        if not asked.targets:
            place = str(scope.root)
            raise InstallError(report(codes.NO_ASSISTANT, place, place=place))
        resolver.add(asked, allow=one.allow)
    with opened(scope, how.policy, dry_run=how.dry_run) as run:
        names = install_batches(replace(how, exact=True), run, resolver)
        refused = set(run.outcome.refused)
        if prune and not run.outcome.failed:  # what could not be had is no reason to take out
            for name, entry in run.before.skills.items():
                if entry.wanted and name not in names and name not in refused:
                    run.remove(name)
        return run.finish("sync")


def frozen(scope_how: Installation, *, bundled: Path | None) -> list[Diagnostic]:
    """Say where skills.toml, skills.lock and the files disagree; nothing is fetched or written.

    Raises:
        InstallError, SourceError: one of them cannot be read.
    """
    scope = scope_how.scope
    wanted = load(scope.root / scope.wanted)
    lock, data = load_lock(scope)
    place = str(scope.root / scope.lock)
    if data is None and wanted.skill:
        return [_out(place, "there is no skills.lock", "没有 skills.lock")]
    specs = specs_of([one.source for one in wanted.skill], scope.root, bundled)
    sources = {spelled(spec, scope.root) for spec in specs}
    locked = {entry.source for entry in lock.skills.values() if entry.wanted}
    found = [
        _out(
            place,
            f"skills.toml wants `{source}`, skills.lock does not have it",
            f"skills.toml 需要 `{source}`，但 skills.lock 中没有",
        )
        for source in sorted(sources)
        if not _has(source, locked)
    ]
    found += [
        _out(
            place,
            f"skills.lock has `{entry.name}`, skills.toml no longer wants it",
            f"skills.lock 中有 `{entry.name}`，但 skills.toml 已不需要",
        )
        for entry in lock.skills.values()
        if entry.wanted and not _has_any(entry.source, sources)
    ]
    tree = Tree(scope.root)
    for entry in lock.skills.values():
        for how, path in deviations(tree, entry):
            found.append(
                replace(
                    _out(
                        path,
                        f"`{path}` of `{entry.name}` is {how}",
                        f"`{entry.name}` 的 `{path}` {'缺失' if how == 'missing' else '已被修改'}",
                    ),
                    skill=entry.name,
                )
            )
    found += _stale(scope.root, lock, bundled)
    return found


def _has(source: str, locked: Collection[str]) -> bool:
    return any(one == source or one.partition("#")[0] == source for one in locked)


def _has_any(source: str, sources: Collection[str]) -> bool:
    return source in sources or source.partition("#")[0] in sources


def _stale(root: Path, lock: Lock, bundled: Path | None) -> list[Diagnostic]:
    """Say which folders of this machine changed since they were installed."""
    found: list[Diagnostic] = []
    resolver = Resolver(root, root, bundled=bundled, offline=True)
    for source in sorted({entry.source for entry in lock.skills.values()}):
        try:
            [spec] = specs_of([source], root, bundled)
            if spec.kind not in ("folder", "bundled"):
                continue
            now = resolver.digests(spec)
        except SourceError:
            continue  # the folder is not on this machine: the lock and the files decide
        for entry in lock.skills.values():
            if entry.source == source and entry.digest != now.get(entry.name):
                found.append(
                    _out(
                        source,
                        f"`{source}` changed since `{entry.name}` was installed",
                        f"`{source}` 在安装 `{entry.name}` 之后有改动",
                    )
                )
    return found


def _out(path: str, en: str, zh: str) -> Diagnostic:
    return report(codes.OUT_OF_DATE, path, what=en, what_zh=zh)
