"""Options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .language import tr

__all__ = ["Jobs", "Json", "Platforms", "Quiet", "Sources", "Verbose", "complete_platform"]


def complete_platform(incomplete: str) -> list[str]:
    """Return the platforms whose id begins with what has been typed so far."""
    from polyskill.platforms.registry import names

    return [name for name in names() if name.startswith(incomplete)]


Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar=tr("SOURCE", "来源"),
        readable=False,  # what cannot be read is a finding, not wrong use
        help=tr(
            "Folders, files, or names of bundled skills; default: all bundled skills",
            "文件夹、文件或内置技能名；默认为全部内置技能",
        ),
    ),
]
Platforms = Annotated[
    list[str] | None,
    typer.Option(
        "--platform",
        "-p",
        metavar=tr("ID", "标识"),
        autocompletion=complete_platform,
        help=tr(
            "Platform, see `polyskill platforms`; repeatable; default: all",
            "平台，见 `polyskill platforms`；可重复；默认全部",
        ),
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=0,
        metavar=tr("N", "数"),
        help=tr("Processes; default: one for each core", "进程数；默认每个核心一个"),
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help=tr("Print JSON for other programs", "输出供程序读取的 JSON"))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=tr("Print only errors", "只输出错误"))]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help=tr(
            "List every loss, every section held back, and notes",
            "列出每项损失、每个不随技能发布的章节和提示",
        ),
    ),
]
