"""What commands print: text, findings and JSON; to a person or to a machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, NoReturn

import typer

from polyskill.compiler.diagnostics import Diagnostic, Severity

from .language import counted, message_language, tr
from .text import plain

__all__ = [
    "columns",
    "complain",
    "echo",
    "fail",
    "print_diagnostics",
    "print_json",
    "print_summary",
    "progress",
    "safe_streams",
    "styled",
]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_CODES = {"bold": "1", "dim": "2", "red": "1;31", "yellow": "1;33", "cyan": "1;36", "green": "32"}
_NARROWEST = 40


def safe_streams() -> None:
    """Let no character stop the program, whatever the terminal or the pipe can encode."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the caller closed it
            handle = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(handle, "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _coloured(stream: IO[str]) -> bool:
    """``NO_COLOR`` (no-color.org) wins, then ``FORCE_COLOR``; else only on a real terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, *, err: bool = False) -> str:
    """Return ``text`` in a style ("bold", "dim", "red", …) if the stream shows colours."""
    if not style or not _coloured(sys.stderr if err else sys.stdout):
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"


def columns() -> int | None:
    """Return how wide output may be: ``COLUMNS``, else the terminal's width, else no limit."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(int(asked), _NARROWEST)
    with suppress(OSError, ValueError):
        if sys.stdout.isatty():
            return max(os.get_terminal_size(sys.stdout.fileno()).columns, _NARROWEST)
    return None


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line; what went to the other stream before stands before it."""
    if err:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
    (sys.stderr if err else sys.stdout).write(text + "\n")


def complain(message: str) -> None:
    """Print what is wrong with a command, on standard error."""
    echo(f"{styled(tr('error', '错误'), 'red', err=True)}{tr(': ', '：')}{message}", err=True)


def fail(message: str, *, status: int = 2) -> NoReturn:
    """Say what is wrong with the command and exit with ``status``."""
    complain(message)
    raise typer.Exit(status)


def print_json(data: object) -> None:
    """Print JSON: two spaces, keys in the order given, Chinese as Chinese where it can be."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    # A byte that was no UTF-8 is a lone surrogate here; `\udcff` is how the stream escapes it.
    echo(json.dumps(data, ensure_ascii=not unicode, indent=2))


def _once(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Leave out what is said twice: a finding about a skill comes once for each of its targets."""
    lang = message_language()
    kept = {(found.location, found.code.id, found.message(lang)): found for found in diagnostics}
    return list(kept.values())


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], *, least: Severity = Severity.INFO
) -> None:
    """Print findings as ``file:line:column: severity PS000 message`` with why and what to do.

    Only those of severity ``least`` and worse. A code is explained where it occurs first; notes
    need no explanation.
    """
    lang = message_language()
    order = list(Severity)
    names = {
        Severity.ERROR: tr("error", "错误"),
        Severity.WARNING: tr("warning", "警告"),
        Severity.INFO: tr("note", "提示"),
    }
    explained: set[str] = set()
    for found in _once(diagnostics):
        if order.index(found.severity) > order.index(least):
            continue
        place = styled(f"{plain(found.location)}:", "bold", err=True)
        kind = styled(
            f"{names[found.severity]} {found.code.id}", _COLOURS[found.severity], err=True
        )
        echo(f"{place} {kind} {plain(found.message(lang))}", err=True)
        if found.code.id not in explained and found.severity is not Severity.INFO:
            explained.add(found.code.id)
            echo(styled(f"    {plain(found.why(lang))}", "dim", err=True), err=True)
            echo(f"    → {plain(found.help(lang))}", err=True)


def print_summary(diagnostics: Sequence[Diagnostic], *, hidden_notes: bool = False) -> None:
    """Print how many errors, warnings and notes there are (nothing if there are none)."""
    counts = dict.fromkeys(Severity, 0)
    for found in _once(diagnostics):
        counts[found.severity] += 1
    parts = [
        counted(counts[Severity.ERROR], "error", "个错误"),
        counted(counts[Severity.WARNING], "warning", "条警告"),
        counted(counts[Severity.INFO], "note", "条提示"),
    ]
    said = tr(", ", "，").join(part for part in parts if not part.startswith("0 "))
    if hidden_notes and counts[Severity.INFO]:
        said += tr(" (`-v` shows them)", "（`-v` 可显示）")
    if said:
        echo(said, err=True)


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function ``(done, total)`` that draws a bar on a terminal, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _done, _total: None
        return
    from rich.console import Console
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
        console=Console(stderr=True, highlight=False, emoji=False),
        auto_refresh=False,
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, refresh=True)

        yield update
