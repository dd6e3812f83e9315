"""``polyskill uninstall`` and ``polyskill rollback``: out without a trace, and back a step."""

from __future__ import annotations

from typing import Annotated

import typer

from .changing import conclude
from .install import Backup, Details, policy_of
from .language import tr
from .options import Json, Quiet
from .output import fail
from .scopes import DryRun, Project, ScopeName, ScopeOption, complete_installed, guarded, scope_of

__all__ = ["HELP", "ROLLBACK_HELP", "rollback", "uninstall"]

HELP = tr(
    """Take skills out; what was there before is there again, byte for byte.

polyskill uninstall llm-research-scientist
polyskill uninstall --all --dry-run""",
    """卸载技能；之前的内容逐字节恢复。

polyskill uninstall llm-research-scientist
polyskill uninstall --all --dry-run""",
)
ROLLBACK_HELP = tr(
    """Go back to what was installed before the last command.

polyskill rollback
polyskill rollback --steps 2 --dry-run""",
    """恢复到上一条命令之前的安装状态。

polyskill rollback
polyskill rollback --steps 2 --dry-run""",
)


@guarded
def uninstall(
    skills: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("SKILL", "技能"),
            autocompletion=complete_installed,
            help=tr("Names of installed skills", "已安装技能的名称"),
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help=tr("Every installed skill", "所有已安装的技能"))
    ] = False,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    backup: Backup = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Details = False,
) -> None:
    """Take skills out (see :data:`HELP`)."""
    if bool(skills) == all_:
        fail(tr("name skills, or give `--all`", "请指定技能名称，或使用 `--all`"))
    from polyskill.platforms.install.removing import uninstall as take_out

    place = scope_of(scope, project)
    policy = policy_of(adopt=False, backup=backup)
    outcome = take_out(place, skills or (), policy, dry_run=dry_run)
    verb = ("uninstalled", "卸载")
    conclude(place, outcome, verb, dry_run=dry_run, json=json, quiet=quiet, verbose=verbose)


@guarded
def rollback(
    steps: Annotated[
        int,
        typer.Option(
            "--steps",
            min=1,
            metavar=tr("N", "数"),
            help=tr("How many commands to go back; default: 1", "回退的命令数；默认 1"),
        ),
    ] = 1,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    backup: Backup = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Details = False,
) -> None:
    """Go back (see :data:`ROLLBACK_HELP`)."""
    from polyskill.platforms.install.removing import roll_back

    place = scope_of(scope, project)
    policy = policy_of(adopt=False, backup=backup)
    outcome = roll_back(place, policy, steps=steps, dry_run=dry_run)
    verb = ("rolled back", "回退")
    conclude(place, outcome, verb, dry_run=dry_run, json=json, quiet=quiet, verbose=verbose)
