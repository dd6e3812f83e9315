"""``polyskill check``: what is wrong, where, why, and what to do."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polyskill.compiler.diagnostics import Severity

from .language import message_language, tr
from .output import fail, print_diagnostics, print_json, print_summary, progress
from .sources import jobs_default, resolve

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["HELP", "check"]

HELP = tr(
    "Find what is wrong in skills, and say what to do. Without SOURCES: the bundled skills.",
    "找出技能中的问题并说明如何处理。不给出来源时检查内置技能。",
)


class Format(StrEnum):
    """Values of ``--format``."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            help=tr("Folders, files, or names of bundled skills.", "文件夹、文件或内置技能名。")
        ),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help=tr("Form of the report.", "报告格式。"))
    ] = Format.TEXT,
    json: Annotated[
        bool, typer.Option("--json", help=tr("Same as --format json.", "等同于 --format json。"))
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help=tr("Repair what can be repaired safely.", "自动修复可安全修复的问题。")
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr(
                "With --fix: only tell which files would change.",
                "与 --fix 同用：仅列出会改动的文件。",
            ),
        ),
    ] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            help=tr(
                "Code to leave out, e.g. PS450 (repeatable).", "忽略的代码，如 PS450（可重复）。"
            ),
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help=tr("Warnings count as errors.", "警告视为错误。"))
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, help=tr("Processes; 0: all cores.", "进程数；0 表示全部核心。")
        ),
    ] = 0,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=tr("Print only errors.", "只输出错误。"))
    ] = False,
) -> None:
    """Check skills (see :data:`HELP`)."""
    from polyskill.compiler.diagnostics import Severity
    from polyskill.platforms.deliver import checking

    chosen = Format.JSON if json else format_
    paths = resolve(sources or [])
    unknown = checking.unknown_codes(ignore or [])
    if unknown:
        fail(tr(f"no such code: {', '.join(unknown)}", f"没有此代码：{', '.join(unknown)}"))
    with progress(tr("checking", "检查"), quiet=quiet or chosen is not Format.TEXT) as update:
        report = checking.check(paths, jobs or jobs_default(), update)
        if fix:
            changed = checking.fix(report.diagnostics, dry_run=dry_run)
            for path in changed:
                verb = tr("would fix", "将修复") if dry_run else tr("fixed", "已修复")
                typer.echo(f"{verb}: {path}", err=True)
            if changed and not dry_run:
                report = checking.check(paths, jobs or jobs_default(), update)
    diagnostics = [found for found in report.diagnostics if found.code.id not in (ignore or [])]
    _print(chosen, diagnostics, report.skills, quiet=quiet)
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if any(found.severity in bad for found in diagnostics):
        raise typer.Exit(1)


def _print(chosen: Format, diagnostics: list[Diagnostic], skills: int, *, quiet: bool) -> None:
    if chosen is Format.JSON:
        from polyskill.compiler.checks.as_json import to_json

        print_json({"skills": skills, "diagnostics": to_json(diagnostics)})
    elif chosen is Format.SARIF:
        from polyskill.compiler.checks.sarif import to_sarif

        print_json(to_sarif(diagnostics, message_language()))
    elif chosen is Format.GITHUB:
        from polyskill.compiler.checks.github import to_github

        for line in to_github(diagnostics, message_language()):
            typer.echo(line)
    else:
        print_diagnostics(diagnostics, least=Severity.ERROR if quiet else Severity.INFO)
        if not quiet:
            print_summary(diagnostics)
            if not diagnostics:
                typer.echo(
                    tr(
                        f"{skills} skills checked, nothing found",
                        f"已检查 {skills} 个技能，未发现问题",
                    )
                )
