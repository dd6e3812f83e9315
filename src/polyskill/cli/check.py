"""``polyskill check``: what is wrong, where, why, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from polyskill.compiler.diagnostics import Severity

from .choices import code_prefixes, filtered
from .language import counted, message_language, tr
from .options import Jobs, Json, Quiet, Sources
from .output import echo, fail, print_diagnostics, print_json, print_summary, progress
from .sources import jobs_default, resolve

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["HELP", "check"]

HELP = tr(
    """Find what is wrong in skills, and say what to do.

polyskill check my-skills/
polyskill check my-skills/ --select PS3 --format sarif > report.sarif
polyskill check my-skills/ --fix --dry-run""",
    """找出技能中的问题，并说明如何处理。

polyskill check my-skills/
polyskill check my-skills/ --select PS3 --format sarif > report.sarif
polyskill check my-skills/ --fix --dry-run""",
)


class Format(StrEnum):
    """Values of ``--format``."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    sources: Sources = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar=tr("CODE", "代码"),
            help=tr(
                "Report only these codes or families, e.g. PS3; repeatable",
                "只报告这些代码或类别，如 PS3；可重复",
            ),
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar=tr("CODE", "代码"),
            help=tr("Leave these codes or families out; repeatable", "忽略这些代码或类别；可重复"),
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help=tr("Warnings count as errors", "警告视为错误"))
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help=tr(
                "Repair what can be repaired without changing what a skill says",
                "自动修复不影响技能内容的问题",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr(
                "With --fix: only tell which files would change",
                "与 --fix 同用：仅列出会改动的文件",
            ),
        ),
    ] = False,
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            metavar="text|json|sarif|github",
            help=tr("Form of the report; default: text", "报告格式；默认 text"),
        ),
    ] = Format.TEXT,
    json: Json = False,
    jobs: Jobs = 0,
    quiet: Quiet = False,
) -> None:
    """Check skills (see :data:`HELP`)."""
    from polyskill.platforms.deliver import checking

    if dry_run and not fix:
        fail(tr("`--dry-run` goes with `--fix`", "`--dry-run` 须与 `--fix` 同用"))
    if json and format_ not in (Format.TEXT, Format.JSON):
        fail(
            tr(
                f"`--json` does not go with `--format {format_.value}`",
                f"`--json` 不能与 `--format {format_.value}` 同用",
            )
        )
    chosen = Format.JSON if json else format_
    selected, ignored = code_prefixes(select), code_prefixes(ignore)
    paths = resolve(sources or [])
    changed: list[str] = []
    with progress(tr("checking", "检查"), quiet=quiet or chosen is not Format.TEXT) as update:
        report = checking.check(paths, jobs or jobs_default(), update)
        if fix:
            wanted = filtered(report.diagnostics, selected, ignored)
            changed = checking.fix(wanted, dry_run=dry_run)
            if changed and not dry_run:
                report = checking.check(paths, jobs or jobs_default(), update)
    diagnostics = filtered(report.diagnostics, selected, ignored)
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    ok = not any(found.severity in bad for found in diagnostics)
    if chosen is Format.TEXT and not quiet:
        verb = tr("would fix", "将修复") if dry_run else tr("fixed", "已修复")
        for path in changed:
            echo(f"{verb} {path}")
    if chosen is Format.JSON:
        from polyskill.compiler.checks.as_json import to_json

        repaired = {"files": changed, "written": not dry_run}
        found = to_json(diagnostics)
        print_json({"ok": ok, "skills": report.skills, "fixed": repaired, "diagnostics": found})
    else:
        _print(chosen, diagnostics, report.skills, quiet=quiet)
    if not ok:
        raise typer.Exit(1)


def _print(chosen: Format, diagnostics: list[Diagnostic], skills: int, *, quiet: bool) -> None:
    if chosen is Format.SARIF:
        from polyskill import __version__
        from polyskill.compiler.checks.sarif import to_sarif

        print_json(to_sarif(diagnostics, message_language(), version=__version__))
    elif chosen is Format.GITHUB:
        from polyskill.compiler.checks.github import to_github

        for line in to_github(diagnostics, message_language()):
            echo(line)
    else:
        print_diagnostics(diagnostics, least=Severity.ERROR if quiet else Severity.INFO)
        if not quiet:
            print_summary(diagnostics)
            if not diagnostics:
                checked = counted(skills, "skill", "个技能")
                echo(tr(f"{checked} checked, nothing found", f"已检查 {checked}，未发现问题"))
