"""What the commands that change an installation have in common: fetching, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from .install_report import as_json, tell
from .output import print_json
from .scopes import cache_folder
from .sources import bundled

if TYPE_CHECKING:
    from polyskill.platforms.install.resolve import Resolver
    from polyskill.platforms.install.run import Outcome
    from polyskill.platforms.install.scope import Scope

__all__ = ["conclude", "resolver_for"]


def resolver_for(
    place: Scope, *, allow: tuple[str, ...], offline: bool, show: Callable[[int, int], None]
) -> Resolver:
    """Return what fetches and reads sources; ``show`` draws the progress of downloads."""
    from polyskill.platforms.install.resolve import Resolver

    return Resolver(
        place.root,
        cache_folder(),
        bundled=bundled(),
        allow=allow,
        offline=offline,
        progress=lambda _what, done, total: show(done, total),
    )


def conclude(
    place: Scope,
    outcome: Outcome,
    verb: tuple[str, str],
    *,
    dry_run: bool,
    json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Tell what was done and end the command; ``verb`` is what was done, in both languages."""
    if json:
        print_json(as_json(place, outcome, dry_run=dry_run))
    else:
        tell(place, outcome, verb, dry_run=dry_run, quiet=quiet, verbose=verbose)
    if outcome.failed:
        raise typer.Exit(1)
