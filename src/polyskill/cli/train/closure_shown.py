"""What ``polyskill train closure`` prints, and the files that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..language import message_language, tr
from ..output import complain, echo, styled
from ..text import plain

if TYPE_CHECKING:
    from polyskill.runtime.train.closure.found import Found

__all__ = ["keep_found", "show_found"]

_COLOURS = {"measured": "green", "invalid": "red"}


def keep_found(found: Found, where: Path) -> None:
    """Write ``closure.json`` and ``closure.md`` into a folder.

    Raises:
        OSError: they cannot be written.
    """
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.train.closure.found import to_json
    from polyskill.runtime.train.closure.markdown import markdown

    for name, text in (
        ("closure.json", json.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n"),
        ("closure.md", markdown(found, message_language().value)),
    ):
        atomic.write(where / name, text.encode("utf-8", "backslashreplace"))


def show_found(found: Found, where: Path, at_least: float | None) -> None:
    """Print what was found, and where all of it is."""
    from polyskill.runtime.train.closure.figures import STANDINGS, figures, notes

    lang, colon = message_language().value, tr(": ", "：")
    standing = found.standing.value
    said = plain(getattr(found.reason, lang))
    echo(f"{styled(STANDINGS[standing][lang], _COLOURS.get(standing, 'yellow'))}{colon}{said}")
    for name, shown in figures(found, lang):
        echo(f"    {plain(name)}{colon}{plain(shown)}")
    for note in notes(found, lang):
        echo(f"    {note}")
    low = found.closure.low
    if at_least is not None and standing != "invalid" and (low is None or low < at_least):
        complain(
            tr(f"`--at-least {at_least:g}` is not shown", f"未能证明达到 `--at-least {at_least:g}`")
        )
    if found.stopped:
        complain(
            tr(
                f"it was stopped ({found.stopped}); the same command goes on",
                f"已停止（{found.stopped}）；用同一命令可继续",
            )
        )
    for name in ("closure.md", "closure.json"):
        echo(str(where / name))
