"""Installing what was resolved: targets join those of before, names are not taken over silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from polyskill.compiler.codes import install as codes
from polyskill.compiler.codes.sources import REVISION_CHANGED
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind

from ..sources.versions import older
from .apply import Policy
from .resolve import Batch, Resolver
from .run import Outcome, Run, Wish, opened
from .scope import Scope

__all__ = ["Installation", "install_all", "install_batches", "welcome"]


@dataclass(frozen=True, slots=True)
class Installation:
    """How to install.

    ``exact``: for the assistants, in the language and in the form that were asked for. Otherwise
    a skill that is installed already counts as well: with ``keep_targets`` it keeps its assistants
    (they were not named), else those that were named are added; ``keep_lang`` and ``keep_form`` do
    the same for the language and the form. ``replace``: a skill of the same name may come from
    elsewhere. ``downgrade``: an older version may replace a newer one. ``progress`` is told how
    many skills of a source are done.
    """

    scope: Scope
    policy: Policy
    exact: bool = False
    keep_targets: bool = False
    keep_lang: bool = False
    keep_form: bool = False
    replace: bool = False
    downgrade: bool = False
    dry_run: bool = False
    progress: Callable[[int, int], None] = lambda _done, _total: None


def install_all(how: Installation, resolver: Resolver) -> Outcome:
    """Install everything in one transaction; a skill that is refused leaves the others alone.

    Raises:
        InstallError, Conflict, TransactionError: nothing was changed.
    """
    with opened(how.scope, how.policy, dry_run=how.dry_run) as run:
        names = install_batches(how, run, resolver)
        return run.finish(f"install {', '.join(names[:5])}")


def install_batches(how: Installation, run: Run, resolver: Resolver) -> list[str]:
    """Install what was fetched; return the names of its skills.

    A source that has not changed since all of its skills were installed, and they are intact, is
    not even read; of another one, only the skills that changed are checked and made.
    """
    names: list[str] = []
    resolved, outcome = resolver.resolved, run.outcome
    for batch in resolved.batches:
        known = run.known(batch.source, batch.key)
        if known:
            outcome.unchanged += known
            names += known
            continue
        wishes = resolver.read(batch)
        done: list[bool] = []
        for wish in wishes:
            done.append(welcome(how, run, wish) and _install(how, run, resolver, batch, wish))
            how.progress(len(done), len(wishes))
        names += [wish.skill.name for wish in wishes]
        if all(done) and not resolved.refused:
            run.remember(batch.source, batch.key, [wish.skill.name for wish in wishes])
    outcome.diagnostics += resolved.diagnostics
    outcome.refused += resolved.refused
    return names


def _install(how: Installation, run: Run, resolver: Resolver, batch: Batch, wish: Wish) -> bool:
    wish = _for_all(how, run, wish)
    if run.current(wish.entry()):
        run.outcome.unchanged.append(wish.skill.name)
        return True
    return resolver.safe(wish.skill, batch.allow) and run.install(wish)


def welcome(how: Installation, run: Run, wish: Wish) -> bool:
    """Whether a skill may take its name, and may be of this version."""
    name = wish.skill.name
    present = run.lock.skills.get(name)
    if present is None:
        return True
    new = wish.entry()
    found: Diagnostic | None = None
    if present.source != new.source and not how.replace:
        found = report(codes.ALREADY_INSTALLED, name, name=name, other=present.source)
    elif wish.pinned and not how.replace and present.revision not in ("", new.revision):
        said = {"where": new.source, "found": new.revision, "wanted": present.revision}
        found = Diagnostic(REVISION_CHANGED, new.source, args=said)
    elif older(new.version, present.version) and not how.downgrade:
        found = report(
            codes.DOWNGRADE, name, name=name, version=new.version, installed=present.version
        )
    if found is None:
        return True
    run.outcome.diagnostics.append(replace(found, skill=name))
    run.outcome.refused.append(name)
    return False


def _for_all(how: Installation, run: Run, wish: Wish) -> Wish:
    """Return a wish for the assistants of before and the new ones."""
    present = run.lock.skills.get(wish.skill.name)
    if present is None or how.exact:
        return wish
    more = () if how.keep_targets else wish.targets
    targets = tuple(dict.fromkeys((*present.targets, *more)))
    lang = Lang(present.lang) if how.keep_lang else wish.lang
    form = wish.form
    if how.keep_form:
        form = Kind(present.form) if present.form else None
    wanted = wish.wanted or present.wanted
    return replace(wish, targets=targets, lang=lang, form=form, wanted=wanted)
