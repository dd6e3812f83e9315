"""``polyskill import``: any dialect → canonical folders."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyskill.compiler.diagnostics import Severity

from .language import counted, tr
from .options import Json, Quiet
from .output import echo, print_diagnostics, print_json, print_summary, styled
from .sources import resolve, usable_out
from .text import plain

if TYPE_CHECKING:
    from polyskill.platforms.deliver.importing import ImportResult

__all__ = ["HELP", "import_"]

HELP = tr(
    """Turn skills, rules, commands and plugins into canonical folders.

polyskill import old-rules/ -o skills/
polyskill import .cursorrules --dry-run""",
    """把技能、规则、命令、代理和插件转换为规范文件夹。

polyskill import old-rules/ -o skills/
polyskill import .cursorrules --dry-run""",
)


def import_(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar=tr("SOURCE", "来源"),
            readable=False,
            help=tr("Folders or files to import", "要导入的文件夹或文件"),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("Where to put the skills; default: skills", "存放技能的位置；默认 skills"),
        ),
    ] = Path("skills"),
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=tr("Overwrite files that differ", "覆盖内容不同的已有文件"),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr("Write nothing; tell what would be written", "不写入，仅列出将写入的内容"),
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Import skills (see :data:`HELP`)."""
    from polyskill.platforms.deliver.importing import import_sources

    paths = resolve(sources)
    usable_out(out, paths)
    result = import_sources(paths, out, force=force, dry_run=dry_run)
    if json:
        print_json(_json(result, out))
    else:
        _tell(result, out, dry_run=dry_run, quiet=quiet)
    if result.failed:
        raise typer.Exit(1)


def _tell(result: ImportResult, out: Path, *, dry_run: bool, quiet: bool) -> None:
    print_diagnostics(result.diagnostics, least=Severity.ERROR if quiet else Severity.INFO)
    if quiet:
        return
    print_summary(result.diagnostics)
    for skill in result.skills:
        source = plain(skill.source)
        if skill.written:
            echo(f"{source} → {plain(str(out / skill.name))}  ({skill.dialect})")
        else:
            echo(f"{source} {styled('✗', 'red')} {tr('not imported', '未导入')}  ({skill.dialect})")
        for item in skill.dropped:
            label = tr("not carried over", "未带入")
            where = f" ({plain(item.location)})" if item.location else ""
            echo(f"    {label}: {item.construct}: {plain(item.detail)}{where}")
    done = sum(skill.written for skill in result.skills)
    failed = len(result.skills) - done
    said = tr(
        f"{counted(done, 'skill', '')} {'would be ' if dry_run else ''}imported",
        f"{'将' if dry_run else '已'}导入 {done} 个技能",
    )
    said += tr(f", {failed} not", f"，{failed} 个未导入") if failed else ""
    echo(f"{out}{tr(': ', '：')}{said}")


def _json(result: ImportResult, out: Path) -> dict[str, Any]:
    from polyskill.compiler.checks.as_json import to_json

    return {
        "out": str(out),
        "ok": not result.failed,
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
