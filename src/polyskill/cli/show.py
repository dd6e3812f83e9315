"""``polyskill show``: a skill as polyskill understands it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .choices import chosen_platforms
from .language import tr
from .options import Json, Platforms
from .output import echo, print_diagnostics, print_json, print_summary, progress
from .sources import resolve

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic
    from polyskill.platforms.base import Platform

__all__ = ["HELP", "show"]

HELP = tr(
    """Show a skill as it is understood, and what each platform loses.

polyskill show my-skill
polyskill show my-skill -p claude --json""",
    """显示解析后的技能，以及各平台的损失。

polyskill show my-skill
polyskill show my-skill -p claude --json""",
)


def show(
    source: Annotated[
        Path,
        typer.Argument(
            metavar=tr("SOURCE", "来源"),
            readable=False,
            help=tr(
                "A folder, a file, or the name of a bundled skill; of several skills, a list",
                "文件夹、文件或内置技能名；含多个技能时列出清单",
            ),
        ),
    ],
    platform: Platforms = None,
    json: Json = False,
) -> None:
    """Show a skill (see :data:`HELP`)."""
    from polyskill.compiler.diagnostics import Severity

    chosen = chosen_platforms(platform)
    [path] = resolve([source])
    with progress(tr("reading", "读取"), quiet=json) as update:
        shown, diagnostics = _read(path, chosen, update)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json({"skills": shown, "diagnostics": to_json(diagnostics)})
    else:
        from .show_report import print_list, print_skill

        if len(shown) == 1:
            print_skill(shown[0])
        elif shown:
            print_list(shown)
            echo()
            echo(tr("name one of the paths to see it whole", "指定其中一个路径可查看全部内容"))
        print_diagnostics(diagnostics)
        print_summary(diagnostics)
    if any(found.severity is Severity.ERROR for found in diagnostics):
        raise typer.Exit(1)


def _read(
    path: Path, platforms: tuple[Platform, ...], update: Any
) -> tuple[list[dict[str, Any]], list[Diagnostic]]:
    from polyskill.compiler import readers
    from polyskill.compiler.codes import build as codes
    from polyskill.compiler.diagnostics import report
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.deliver.worker import internal
    from polyskill.platforms.describe import describe

    diagnostics: list[Diagnostic] = []
    shown: list[dict[str, Any]] = []
    candidates = readers.discover(path)
    if not candidates:
        diagnostics.append(report(codes.NOTHING_TO_BUILD, str(path)))
    for number, candidate in enumerate(candidates, 1):
        try:
            result = readers.read(candidate)
            diagnostics += result.diagnostics
            for skill in result.skills:
                diagnostics += skill.diagnostics
                shown.append(describe(skill, platforms, (Lang.EN, Lang.ZH)))
        except Exception as error:  # one source must not hide the others
            diagnostics.append(internal(str(candidate.path), error))
        update(number, len(candidates))
    return shown, diagnostics
