"""The progress of calls on a terminal: how many, how fast, what it cost, how long still."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..language import tr

if TYPE_CHECKING:
    from polyskill.runtime.judge.engine import progress

__all__ = ["showing"]

_NAMES = {"answers": ("answers", "回答"), "judgements": ("judgements", "评判")}


@contextmanager
def showing(label: str, *, quiet: bool) -> Iterator[Callable[[str, progress.Progress], None]]:
    """Give a function that draws a bar on a terminal, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _phase, _now: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar: Any = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rest]}"),
        console=Console(stderr=True, highlight=False, emoji=False),
        auto_refresh=False,
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=None, rest="")

        def update(phase: str, now: progress.Progress) -> None:
            en, zh = _NAMES[phase]
            bar.update(
                task,
                description=f"{label} · {tr(en, zh)}",
                completed=now.done,
                total=now.total,
                rest=_rest(now),
                refresh=True,
            )

        yield update


def _rest(now: progress.Progress) -> str:
    parts = [f"{now.rate:.1f}/s", f"${now.cost:.2f}"]
    if now.eta is not None:
        minutes, seconds = divmod(round(now.eta), 60)
        parts.append(tr(f"{minutes}:{seconds:02d} left", f"剩余 {minutes}:{seconds:02d}"))
    if now.trouble:
        parts.append(tr(f"{now.trouble} in trouble", f"{now.trouble} 个异常"))
    return " · ".join(parts)
