"""Differences of files, line by line, as commands print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .language import tr
from .output import echo, styled
from .text import plain

if TYPE_CHECKING:
    from polyskill.platforms.install.comparing import Difference

__all__ = ["print_difference"]


def print_difference(one: Difference, *, most: int | None = None) -> None:
    """Print what differs in a path; of its lines at most ``most`` (``None``: all)."""
    from polyskill.compiler.checks.printable import printable

    kinds = {"missing": tr("missing", "缺失"), "modified": tr("modified", "已修改")}
    echo(styled(f"{plain(one.skill)}: {plain(one.path)}: {kinds[one.kind]}", "bold"))
    shown = one.lines if most is None else one.lines[:most]
    for line in shown:
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        echo(styled(printable(line), style))
    left = len(one.lines) - len(shown)
    if left:
        echo(
            tr(
                f"… {left} more lines: `polyskill diff` shows them",
                f"… 还有 {left} 行：`polyskill diff` 可显示",
            )
        )
