"""``polyskill import``: any dialect → canonical folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polyskill.compiler.diagnostics import Severity

from .language import tr
from .output import fail, print_diagnostics, print_json, print_summary
from .sources import resolve

__all__ = ["HELP", "import_"]

HELP = tr(
    "Turn skills, rules, commands, agents and plugins of any dialect into canonical folders.",
    "把任何写法的技能、规则、命令、代理和插件转换为规范文件夹。",
)


def import_(
    sources: Annotated[
        list[Path], typer.Argument(help=tr("Folders or files to import.", "要导入的文件夹或文件。"))
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help=tr("Folder for the canonical skills.", "存放规范技能的文件夹。")
        ),
    ] = Path("skills"),
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=tr("Overwrite skills that exist in OUT.", "覆盖输出文件夹中已有的技能。"),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr("Write nothing; tell what would be written.", "不写入，仅列出将写入的内容。"),
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=tr("Print JSON.", "输出 JSON。"))] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=tr("Print only errors.", "只输出错误。"))
    ] = False,
) -> None:
    """Import skills (see :data:`HELP`)."""
    from dataclasses import asdict

    from polyskill.compiler.checks.as_json import to_json
    from polyskill.platforms.deliver.importing import import_sources

    try:
        result = import_sources(resolve(sources), out, force=force, dry_run=dry_run)
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or error}", status=1)
    if json:
        print_json(
            {
                "out": str(out),
                "skills": [
                    {
                        "name": skill.name,
                        "source": skill.source,
                        "dialect": skill.dialect,
                        "files": list(skill.files),
                        "dropped": [asdict(item) for item in skill.dropped],
                        "written": skill.written,
                    }
                    for skill in result.skills
                ],
                "diagnostics": to_json(result.diagnostics),
            }
        )
    else:
        print_diagnostics(result.diagnostics, least=Severity.ERROR if quiet else Severity.INFO)
        if not quiet:
            for skill in result.skills:
                sign = "→" if skill.written else "✗"
                typer.echo(f"{skill.source} {sign} {out / skill.name}  ({skill.dialect})")
                for item in skill.dropped:
                    label = tr("not carried over", "未带入")
                    typer.echo(f"    {label}: {item.construct}: {item.detail} [{item.location}]")
            print_summary(result.diagnostics)
    if result.failed:
        raise typer.Exit(1)
