"""What commands print: findings, tables, JSON; to a person or to a machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from polyskill.compiler.diagnostics import Diagnostic, Severity

from .language import message_language, tr

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "console",
    "fail",
    "print_diagnostics",
    "print_json",
    "print_summary",
    "print_table",
    "progress",
]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def console(*, stderr: bool = False) -> Console:
    """Return a console that follows the terminal, ``NO_COLOR`` and ``COLUMNS``."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # Not on a terminal there is nothing to fit into: a table must not be cut for a pipe.
    columns = os.environ.get("COLUMNS", "")
    width = None if stream.isatty() or columns.isdigit() else 200
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=True, emoji=False)


def fail(message: str, *, status: int = 2) -> NoReturn:
    """Say what is wrong with the command and exit with ``status``."""
    typer.echo(f"{tr('error', '错误')}: {message}", err=True)
    raise typer.Exit(status)


def print_json(data: object) -> None:
    """Print JSON: two spaces, keys in the order given, Chinese as Chinese."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], *, least: Severity = Severity.INFO
) -> None:
    """Print findings as ``file:line:column: severity PS000 message`` with why and what to do.

    Only those of severity ``least`` and worse; what is said twice (for two platforms) is printed
    once, and a code is explained where it occurs first.
    """
    lang = message_language()
    order = list(Severity)
    lines = {
        (found.location, found.code.id, found.message(lang)): found
        for found in diagnostics
        if order.index(found.severity) <= order.index(least)
    }
    shown = list(lines.values())
    if not shown:
        return
    from rich.text import Text

    out = console(stderr=True)
    names = {
        Severity.ERROR: tr("error", "错误"),
        Severity.WARNING: tr("warning", "警告"),
        Severity.INFO: tr("note", "提示"),
    }
    explained: set[str] = set()
    for found in shown:
        line = Text(f"{found.location}: ", style="bold")
        line.append(f"{names[found.severity]} {found.code.id}", style=_COLOURS[found.severity])
        line.append(f" {found.message(lang)}")
        out.print(line)
        if found.code.id not in explained and found.severity is not Severity.INFO:
            explained.add(found.code.id)
            out.print(Text(f"    {found.code.why.pick(lang)}", style="dim"))
            out.print(Text(f"    → {found.code.help.pick(lang)}"))


def print_summary(diagnostics: Sequence[Diagnostic]) -> None:
    """Print how many errors, warnings and notes there are (nothing if there are none)."""
    counts = dict.fromkeys(Severity, 0)
    for found in diagnostics:
        counts[found.severity] += 1
    if not diagnostics:
        return
    typer.echo(
        tr(
            f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, "
            f"{counts[Severity.INFO]} notes",
            f"{counts[Severity.ERROR]} 个错误，{counts[Severity.WARNING]} 个警告，"
            f"{counts[Severity.INFO]} 条提示",
        ),
        err=True,
    )


def print_table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], *, title: str = ""
) -> None:
    """Print a table; ``columns`` are (heading, "left" or "right"). Wide characters count double."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for heading, side in columns:
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function ``(done, total)`` that draws a bar on a terminal, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    # No refresh thread: worker processes are forked while the bar is up.
    bar: Any = Progress(
        TextColumn(label),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console(stderr=True),
        auto_refresh=False,
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, refresh=True)

        yield update
