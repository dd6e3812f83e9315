"""Taking skills out: whole, or for some of their assistants; and going back to what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from .apply import Policy
from .errors import InstallError
from .lock import Lock, SkillEntry, parse
from .run import Outcome, Run, opened
from .scope import Scope

__all__ = ["not_installed", "roll_back", "uninstall"]


def not_installed(name: str, lock: Lock) -> Diagnostic:
    """Return the finding that a skill is not installed."""
    near = get_close_matches(name, lock.skills, n=1)
    hint = f" (`{near[0]}`?)" if near else ""
    return replace(report(codes.NOT_INSTALLED, name, name=name, hint=hint), skill=name)


def uninstall(
    scope: Scope, names: Sequence[str], policy: Policy, *, dry_run: bool = False
) -> Outcome:
    """Take skills out; a skill that holds edits of the user's is refused without ``backup``.

    Args:
        scope: where.
        names: the skills; empty: all.
        policy: what to do with edits.
        dry_run: only tell.

    Raises:
        InstallError, Conflict, TransactionError: nothing was changed.
    """
    with opened(scope, policy, dry_run=dry_run) as run:
        for name in dict.fromkeys(names or run.lock.skills):
            if run.lock.named(name):
                run.remove(run.lock.named(name))
            else:
                run.outcome.diagnostics.append(not_installed(name, run.before))
                run.outcome.refused.append(name)
        return run.finish("uninstall " + ", ".join(names or ("everything",)))


def roll_back(scope: Scope, policy: Policy, *, steps: int = 1, dry_run: bool = False) -> Outcome:
    """Go back to what was installed before the last command (or before several).

    Raises:
        InstallError: there is no such step, or its contents are not kept here.
        Conflict, TransactionError: nothing was changed.
    """
    with opened(scope, policy, dry_run=dry_run) as run:
        history = run.store.state.history
        if steps > len(history):
            detail = f" ({len(history)} < {steps})" if history else ""
            place = str(scope.root)
            raise InstallError(report(codes.NOTHING_TO_ROLL_BACK, place, detail=detail))
        step = history[-steps]
        _restore(run, _earlier(run, step.lock))
        if not run.outcome.refused:
            run.store.state.history = history[:-steps]
            run.store.state.sources = {}  # what is installed now did not come of them as they are
        return run.finish(f"rollback of {step.note}", record=False)


def _earlier(run: Run, key: str) -> Lock:
    if not key:
        return Lock()
    data = run.store.get(key)
    if data is None:
        raise InstallError(report(codes.NO_CONTENT, run.scope.lock, path=run.scope.lock))
    return parse(data, run.scope.lock)


def _restore(run: Run, lock: Lock) -> None:
    for name in run.before.skills:
        if name not in lock.skills:
            run.remove(name)
    for name, entry in lock.skills.items():
        if entry != run.before.skills.get(name, SkillEntry(name, "")):
            run.restore(entry)
