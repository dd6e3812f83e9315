"""``polyskill update`` and ``polyskill sync``: newer versions, and what skills.toml wants."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from .changing import conclude, resolver_for
from .choices import code_prefixes
from .install import Adopt, Allow, Backup, Details, policy_of
from .language import tr
from .options import Json, Quiet
from .output import echo, fail, print_diagnostics, print_json, progress
from .scopes import (
    DryRun,
    Project,
    ScopeName,
    ScopeOption,
    assistants_in_use,
    complete_installed,
    guarded,
    scope_of,
)
from .sources import bundled

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["HELP", "SYNC_HELP", "Offline", "sync", "update"]

HELP = tr(
    """Fetch the sources of installed skills again and install what is new.

polyskill update
polyskill update my-skill --to-version v1.3.0 --dry-run""",
    """重新获取已安装技能的来源，并安装新内容。

polyskill update
polyskill update my-skill --to-version v1.3.0 --dry-run""",
)
SYNC_HELP = tr(
    """Make the installation what skills.toml wants, and write skills.lock.

polyskill sync
polyskill sync --frozen""",
    """使安装与 skills.toml 一致，并写入 skills.lock。

polyskill sync
polyskill sync --frozen""",
)
Offline = Annotated[
    bool, typer.Option("--offline", help=tr("Use only what the cache has", "仅使用缓存"))
]
Downgrade = Annotated[
    bool,
    typer.Option(
        "--allow-downgrade", help=tr("Also go back to an older version", "允许退回旧版本")
    ),
]
Replace = Annotated[
    bool,
    typer.Option(
        "--replace",
        help=tr(
            "Accept another source of the same name, and a tag or archive that changed",
            "接受同名的其他来源，以及已变动的标签或压缩包",
        ),
    ),
]


@guarded
def update(
    skills: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("SKILL", "技能"),
            autocompletion=complete_installed,
            help=tr("Names of installed skills; default: all", "已安装技能的名称；默认全部"),
        ),
    ] = None,
    to_version: Annotated[
        str,
        typer.Option(
            "--to-version",
            metavar=tr("VERSION", "版本"),
            help=tr("This version, tag or commit", "指定版本、标签或提交"),
        ),
    ] = "",
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    allow: Allow = None,
    adopt: Adopt = False,
    backup: Backup = False,
    replace: Replace = False,
    downgrade: Downgrade = False,
    offline: Offline = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Details = False,
) -> None:
    """Update skills (see :data:`HELP`)."""
    from polyskill.platforms.install.installing import Installation
    from polyskill.platforms.install.updating import Update
    from polyskill.platforms.install.updating import update as bring_up_to_date

    if to_version and not skills:
        fail(tr("`--to-version` needs the name of a skill", "`--to-version` 需要指定技能名称"))
    place = scope_of(scope, project)
    allowed = code_prefixes(allow)
    with progress(tr("updating", "更新"), quiet=quiet or json) as show:
        resolver = resolver_for(place, allow=allowed, offline=offline, show=show)
        how = Installation(
            place,
            policy_of(adopt=adopt, backup=backup),
            replace=replace,
            downgrade=downgrade,
            dry_run=dry_run,
            progress=show,
        )
        what = Update(tuple(skills or ()), to_version)
        outcome = bring_up_to_date(how, what, resolver, bundled())
    verb = ("updated", "更新")
    conclude(place, outcome, verb, dry_run=dry_run, json=json, quiet=quiet, verbose=verbose)


@guarded
def sync(
    frozen: Annotated[
        bool,
        typer.Option(
            "--frozen",
            help=tr(
                "Change nothing; exit 1 unless skills.toml, skills.lock and the files agree",
                "不作改动；若 skills.toml、skills.lock 与文件不一致则以 1 退出",
            ),
        ),
    ] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help=tr(
                "Leave in what skills.toml no longer names", "保留 skills.toml 中已不再列出的技能"
            ),
        ),
    ] = False,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    allow: Allow = None,
    adopt: Adopt = False,
    backup: Backup = False,
    replace: Replace = False,
    downgrade: Downgrade = False,
    offline: Offline = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Details = False,
) -> None:
    """Bring the installation in line (see :data:`SYNC_HELP`)."""
    from polyskill.platforms.install import syncing
    from polyskill.platforms.install.installing import Installation

    place = scope_of(scope, project)
    how = Installation(
        place,
        policy_of(adopt=adopt, backup=backup),
        replace=replace,
        downgrade=downgrade,
        dry_run=dry_run,
    )
    if frozen:
        _frozen(syncing.frozen(how, bundled=bundled()), json=json, quiet=quiet)
        return
    allowed = code_prefixes(allow)
    with progress(tr("synchronising", "同步"), quiet=quiet or json) as show:
        resolver = resolver_for(place, allow=allowed, offline=offline, show=show)
        outcome = syncing.sync(
            dataclasses.replace(how, progress=show),
            resolver,
            bundled=bundled(),
            detected=assistants_in_use(place),
            prune=not keep,
        )
    verb = ("synchronised", "同步")
    conclude(place, outcome, verb, dry_run=dry_run, json=json, quiet=quiet, verbose=verbose)


def _frozen(found: list[Diagnostic], *, json: bool, quiet: bool) -> None:
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json({"ok": not found, "diagnostics": to_json(found)})
    else:
        print_diagnostics(found)
        if not found and not quiet:
            echo(
                tr(
                    "skills.toml, skills.lock and the files agree",
                    "skills.toml、skills.lock 与文件一致",
                )
            )
    if found:
        raise typer.Exit(1)
