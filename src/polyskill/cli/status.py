"""``polyskill status``, ``diff`` and ``doctor``: what is installed, and whether it is intact."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyskill.compiler.diagnostics import Severity

from .differences import print_difference
from .language import counted, tr
from .options import Json, Quiet
from .output import echo, print_diagnostics, print_json, print_summary
from .scopes import (
    NeverWrites,
    Project,
    ScopeName,
    ScopeOption,
    complete_installed,
    guarded,
    scope_of,
)
from .tables import Column, print_table
from .text import plain

if TYPE_CHECKING:
    from polyskill.platforms.install.lock import Lock
    from polyskill.platforms.install.scope import Scope

__all__ = ["DIFF_HELP", "DOCTOR_HELP", "HELP", "diff", "doctor", "status"]

HELP = tr(
    """Say what is installed, for whom, and whether it is as it was installed.

polyskill status
polyskill status --scope user --json""",
    """列出已安装的技能、目标助手以及是否与安装时一致。

polyskill status
polyskill status --scope user --json""",
)
DIFF_HELP = tr(
    """Show how installed files differ from what was installed.

polyskill diff
polyskill diff my-skill""",
    """显示已安装文件与安装内容之间的差异。

polyskill diff
polyskill diff my-skill""",
)
DOCTOR_HELP = tr(
    """Look for what is wrong with an installation, and say what to do.

polyskill doctor
polyskill doctor --scope user""",
    """查找安装中的问题，并说明如何处理。

polyskill doctor
polyskill doctor --scope user""",
)
Skills = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=tr("SKILL", "技能"),
        autocompletion=complete_installed,
        help=tr("Names of installed skills; default: all", "已安装技能的名称；默认全部"),
    ),
]


def _chosen(place: Scope, names: list[str] | None) -> Lock:
    from dataclasses import replace

    from polyskill.platforms.install.errors import InstallError
    from polyskill.platforms.install.removing import not_installed
    from polyskill.platforms.install.run import load_lock

    lock, _ = load_lock(place)
    for name in names or ():
        if not lock.named(name):
            raise InstallError(not_installed(name, lock))
    chosen = [lock.named(name) for name in names or ()]
    kept = {name: lock.skills[name] for name in chosen} if names else lock.skills
    return replace(lock, skills=dict(sorted(kept.items())))


@guarded
def status(
    skills: Skills = None,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    dry_run: NeverWrites = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what is installed (see :data:`HELP`)."""
    del dry_run
    from polyskill.platforms.clients import get
    from polyskill.platforms.install.comparing import state_of
    from polyskill.platforms.install.tree import Tree

    place = scope_of(scope, project)
    lock = _chosen(place, skills)
    tree = Tree(place.root)
    states = {name: state_of(tree, entry) for name, entry in lock.skills.items()}
    ok = all(state == "ok" for state in states.values())
    if json:
        rows = [_row(entry, states[name]) for name, entry in lock.skills.items()]
        print_json({"ok": ok, "scope": place.name, "root": str(place.root), "skills": rows})
    elif not quiet:
        words = {
            "ok": tr("intact", "完好"),
            "modified": tr("modified", "已修改"),
            "missing": tr("files missing", "缺少文件"),
        }
        if not lock.skills:
            echo(tr("no skill is installed here", "此处没有安装技能"))
        else:
            print_table(
                [
                    Column(tr("skill", "技能")),
                    Column(tr("version", "版本")),
                    Column(tr("language", "语言")),
                    Column(tr("for", "用于"), wrap=True),
                    Column(tr("state", "状态")),
                    Column(tr("source", "来源"), wrap=True),
                ],
                [
                    (
                        plain(f"{name} ({entry.title})" if entry.title else name),
                        plain(entry.version),
                        entry.lang,
                        tr(", ", "、").join(get(target).title for target in entry.targets),
                        words[states[name]],
                        plain(entry.source),
                    )
                    for name, entry in lock.skills.items()
                ],
            )
    if not ok:
        raise typer.Exit(1)


def _row(entry: Any, state: str) -> dict[str, Any]:
    values = asdict(entry)
    files = {path: item["sha256"] for path, item in values.pop("files").items()}
    return {
        **{key: value for key, value in values.items() if key not in ("blocks", "keys")},
        "state": state,
        "files": files,
        "shared": sorted({*entry.blocks, *entry.keys}),
    }


@guarded
def diff(
    skills: Skills = None,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    dry_run: NeverWrites = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show differences (see :data:`DIFF_HELP`)."""
    del dry_run
    from polyskill.platforms.install.comparing import differences
    from polyskill.platforms.install.store import Store
    from polyskill.platforms.install.tree import Tree

    place = scope_of(scope, project)
    lock = _chosen(place, skills)
    found = list(differences(Tree(place.root), Store(place.root), lock))
    if json:
        print_json({"ok": not found, "differences": [asdict(one) for one in found]})
    elif not quiet:
        for one in found:
            print_difference(one)
    if found:
        raise typer.Exit(1)


@guarded
def doctor(
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    dry_run: NeverWrites = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look for what is wrong (see :data:`DOCTOR_HELP`)."""
    del dry_run
    from polyskill.platforms.install.doctor import examine

    place = scope_of(scope, project)
    report = examine(place)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json(
            {
                "ok": report.ok,
                "assistants": {name: list(signs) for name, signs in report.assistants.items()},
                "skills": report.skills,
                "diagnostics": to_json(report.diagnostics),
            }
        )
    else:
        if not quiet:
            for name, signs in report.assistants.items():
                echo(f"{name}: {tr(', ', '、').join(signs)}")
            echo(
                tr(
                    f"{counted(report.skills, 'skill', '')} installed",
                    f"已安装 {report.skills} 个技能",
                )
            )
        print_diagnostics(report.diagnostics, least=Severity.ERROR if quiet else Severity.INFO)
        if not quiet:
            print_summary(report.diagnostics)
            if not report.diagnostics:
                echo(tr("nothing is wrong", "没有问题"))
    if not report.ok:
        raise typer.Exit(1)
