"""``polyskill search`` and ``polyskill info``: what there is to install, and what it is."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from .install_report import previews_json, tell_previews
from .language import message_language, tr
from .options import Json, Quiet
from .output import echo, print_diagnostics, print_json, styled
from .scopes import (
    Project,
    ScopeName,
    assistants,
    assistants_in_use,
    cache_folder,
    empty_folder,
    guarded,
    scope_of,
)
from .scopes import To as ToOption
from .sources import bundled
from .tables import Column, print_table
from .text import clip, plain
from .update import Offline

__all__ = ["HELP", "INFO_HELP", "info", "search"]

HELP = tr(
    """List skills whose name or description has all the words.

polyskill search
polyskill search release notes --in marketplace:./team-skills""",
    """列出名称或描述包含所有关键词的技能。

polyskill search
polyskill search release notes --in marketplace:./team-skills""",
)
INFO_HELP = tr(
    """Say what a source brings before it is installed: files, tokens, scripts, hosts, licence.

polyskill info llm-research-scientist
polyskill info ./my-skill --to claude,codex --json""",
    """在安装前说明来源带来的内容：文件、词元、脚本、主机、许可证。

polyskill info llm-research-scientist
polyskill info ./my-skill --to claude,codex --json""",
)
_LONGEST = 160


@guarded
def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("WORD", "关键词"), help=tr("Words; default: everything", "关键词；默认全部")
        ),
    ] = None,
    in_: Annotated[
        list[str] | None,
        typer.Option(
            "--in",
            metavar=tr("SOURCE", "来源"),
            help=tr(
                "Look here too; repeatable. `sources` in skills.toml does the same for good",
                "同时在此查找；可重复。在 skills.toml 中写 `sources` 可长期生效",
            ),
        ),
    ] = None,
    project: Project = None,
    offline: Offline = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find skills (see :data:`HELP`)."""
    from polyskill.platforms.install.catalogue import configured, search
    from polyskill.platforms.install.resolve import specs_of

    scopes = [scope_of(ScopeName.PROJECT, project), scope_of(ScopeName.USER, None)]
    specs = configured(scopes) + specs_of(in_ or (), Path.cwd(), bundled())
    made = search(words or (), specs, cache=cache_folder(), bundled=bundled(), offline=offline)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json(
            {
                "ok": not made.diagnostics,
                "found": [asdict(one) for one in made.found],
                "diagnostics": to_json(made.diagnostics),
            }
        )
    else:
        print_diagnostics(made.diagnostics)
        if made.found:
            print_table(
                [
                    Column(tr("name", "名称")),
                    Column(tr("version", "版本")),
                    Column(tr("description", "描述"), wrap=True),
                    Column(tr("install", "安装"), wrap=True),
                ],
                [
                    (
                        plain(one.name),
                        plain(one.version),
                        clip(plain(one.description), _LONGEST),
                        plain(one.where),
                    )
                    for one in made.found
                ],
            )
        elif not quiet:
            echo(tr("nothing found", "没有找到"))
    if made.diagnostics:
        raise typer.Exit(1)


@guarded
def info(
    source: Annotated[
        str,
        typer.Argument(
            metavar=tr("SOURCE", "来源"),
            help=tr("What `polyskill install` takes", "`polyskill install` 接受的来源"),
        ),
    ],
    to: ToOption = None,
    project: Project = None,
    offline: Offline = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what a source brings (see :data:`INFO_HELP`)."""
    from polyskill.compiler.diagnostics import Severity
    from polyskill.platforms.install.apply import Policy
    from polyskill.platforms.install.installing import Installation, install_all
    from polyskill.platforms.install.resolve import Asked, Resolver, specs_of
    from polyskill.platforms.install.run import load_lock
    from polyskill.platforms.sources import latest

    place = scope_of(ScopeName.PROJECT, project)
    [spec] = specs_of([source], Path.cwd(), bundled())
    targets = assistants(to) or assistants_in_use(place) or ("agents", "claude")
    resolver = Resolver(place.root, cache_folder(), bundled=bundled(), offline=offline)
    resolver.add(Asked(spec, targets, message_language()))
    with empty_folder() as folder:  # what is installed here shall not change what is told
        from polyskill.platforms.install.scope import Scope

        how = Installation(Scope("project", folder, place.home), Policy(), dry_run=True)
        outcome = install_all(how, resolver)
    lock, _ = load_lock(place)
    installed = {
        item.name: lock.skills[item.name] for item in outcome.previews if item.name in lock.skills
    }
    releases = [] if offline else latest(spec, cache=cache_folder())
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json(
            {
                "ok": not outcome.failed,
                "skills": previews_json(outcome.previews),
                "versions": [asdict(one) for one in releases],
                "installed": {name: entry.version for name, entry in installed.items()},
                "diagnostics": to_json(outcome.diagnostics),
            }
        )
    else:
        least = Severity.ERROR if quiet else Severity.WARNING
        print_diagnostics(outcome.diagnostics, least=least)
        if not quiet:
            tell_previews(outcome.previews)
            _more(installed, [one.version for one in releases])
    if outcome.failed:
        raise typer.Exit(1)


def _more(installed: dict[str, Any], versions: list[str]) -> None:
    if versions:
        shown = tr(", ", "、").join(plain(version) for version in versions[:10])
        echo(f"{styled(tr('versions', '版本'), 'dim')}  {shown}")
    for name, entry in installed.items():
        titles = tr(", ", "、").join(entry.targets)
        version = f" {entry.version}" if entry.version else ""
        echo(
            tr(
                f"{plain(name)}{version} is installed here for {titles}",
                f"此处已为 {titles} 安装 {plain(name)}{version}",
            )
        )
