"""``polyskill install``: skills into the assistants that are in use here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .build import Form, Language
from .changing import conclude, resolver_for
from .choices import code_prefixes, list_of
from .language import message_language, tr
from .options import Json, Quiet
from .output import progress
from .scopes import (
    DryRun,
    Project,
    ScopeName,
    ScopeOption,
    To,
    assistants,
    assistants_in_use,
    guarded,
    scope_of,
)
from .sources import bundled

if TYPE_CHECKING:
    from polyskill.platforms.install.apply import Policy
    from polyskill.platforms.install.scope import Scope

__all__ = ["HELP", "Adopt", "Allow", "Backup", "Details", "install", "policy_of", "targets_of"]

HELP = tr(
    """Install skills into the assistants in use here; a user's own files stay untouched.

polyskill install llm-research-scientist
polyskill install ./my-skill --to claude,codex,cursor --lang zh
polyskill install "git+https://host/repo.git@v1.2.0#skills/one" --scope user --dry-run""",
    """把技能安装到此处使用的助手；用户自己的文件不会被触碰。

polyskill install llm-research-scientist
polyskill install ./my-skill --to claude,codex,cursor --lang zh
polyskill install "git+https://host/repo.git@v1.2.0#skills/one" --scope user --dry-run""",
)
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar=tr("CODE", "代码"),
        help=tr(
            "Install although the check finds this; one code at a time, repeatable",
            "即使检查发现该问题也安装；每次一个代码，可重复",
        ),
    ),
]
Adopt = Annotated[
    bool,
    typer.Option(
        "--adopt",
        help=tr(
            "A file in the way that has the very same bytes becomes polyskill's own",
            "若已有文件内容完全相同，则由 polyskill 接管",
        ),
    ),
]
Backup = Annotated[
    bool,
    typer.Option(
        "--backup",
        help=tr(
            "Put files in the way, and edits that cannot be merged, aside",
            "收存挡路的文件以及无法合并的修改",
        ),
    ),
]
Details = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help=tr("List every file and every note", "列出每个文件和每条提示")
    ),
]


def policy_of(*, adopt: bool, backup: bool) -> Policy:
    """Return what to do with files in the way."""
    from polyskill.platforms.install.apply import Policy

    return Policy(adopt=adopt, backup=backup)


def targets_of(scope: Scope, to: list[str] | None) -> tuple[str, ...]:
    """Return the assistants to install for: those named, else those that are in use.

    Raises:
        InstallError: none is found.
    """
    named = assistants(to)
    if named:
        return named
    from polyskill.compiler.codes.install import NO_ASSISTANT
    from polyskill.compiler.diagnostics import report
    from polyskill.platforms.install.errors import InstallError

    found = assistants_in_use(scope)
    if not found:
        place = str(scope.root)
        raise InstallError(report(NO_ASSISTANT, place, place=place))
    return found


@guarded
def install(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar=tr("SOURCE", "来源"),
            help=tr(
                "Folders, archives, git or web addresses, marketplaces, names of bundled skills",
                "文件夹、压缩包、git 或网址、市场、内置技能名",
            ),
        ),
    ],
    to: To = None,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang",
            "-l",
            metavar="en|zh|bilingual",
            help=tr(
                "Language; default: as installed before, else that of messages",
                "语言；默认沿用已安装的语言，否则与界面语言相同",
            ),
        ),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option(
            "--as",
            metavar="skill|rules|agent",
            help=tr(
                "What skills become; default: what each of them says",
                "技能安装成的形式；默认由技能自身决定",
            ),
        ),
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option(
            "--skill",
            metavar=tr("NAME", "名称"),
            help=tr(
                "Only these skills of the sources; repeatable", "仅安装来源中的这些技能；可重复"
            ),
        ),
    ] = None,
    allow: Allow = None,
    adopt: Adopt = False,
    backup: Backup = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=tr(
                "Replace a skill of the same name from another source",
                "替换来自其他来源的同名技能",
            ),
        ),
    ] = False,
    downgrade: Annotated[
        bool,
        typer.Option(
            "--allow-downgrade", help=tr("Also go back to an older version", "允许退回旧版本")
        ),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help=tr("Use only what the cache has", "仅使用缓存"))
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Details = False,
) -> None:
    """Install skills (see :data:`HELP`)."""
    from pathlib import Path

    from polyskill.compiler.localized import Lang
    from polyskill.compiler.model import Kind
    from polyskill.platforms.install.installing import Installation, install_all
    from polyskill.platforms.install.resolve import Asked, specs_of

    place = scope_of(scope, project)
    targets = targets_of(place, to)
    allowed = code_prefixes(allow)
    specs = specs_of(sources, Path.cwd(), bundled())
    language = Lang(lang.value) if lang else message_language()
    with progress(tr("installing", "安装"), quiet=quiet or json) as update:
        resolver = resolver_for(place, allow=allowed, offline=offline, show=update)
        for spec in specs:
            resolver.add(
                Asked(
                    spec,
                    targets,
                    language,
                    Kind(form.value) if form else None,
                    pick=tuple(list_of(skill or [])),
                )
            )
        outcome = install_all(
            Installation(
                place,
                policy_of(adopt=adopt, backup=backup),
                keep_targets=not to,
                keep_lang=lang is None,
                keep_form=form is None,
                replace=replace,
                downgrade=downgrade,
                dry_run=dry_run,
                progress=update,
            ),
            resolver,
        )
    verb = ("installed", "安装")
    conclude(place, outcome, verb, dry_run=dry_run, json=json, quiet=quiet, verbose=verbose)
