"""Texts that others follow: a code fence that is still open at the end would swallow them."""

from __future__ import annotations

from ..document import BlockKind
from ..source import Source
from .parse import parse

__all__ = ["closed"]


def closed(text: str) -> str:
    """Return ``text`` with its last code fence closed, if it is open at the end."""
    if "```" not in text and "~~~" not in text:
        return text
    fence = _open_fence(text)
    if not fence:
        return text
    # A fence in a list or a quote ends with it: the lines alone do not tell.
    section = list(parse(Source("", text)).root.walk())[-1]
    last = section.blocks[-1] if section.blocks else None
    if last is None or last.kind is not BlockKind.FENCE or last.prefix.strip():
        return text
    return f"{text.rstrip()}\n{last.prefix}{fence}\n"


def _open_fence(text: str) -> str:
    """Return the marks of the fence that no later line closes (empty: every one is closed)."""
    fence = ""
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        if bare[:3] not in ("```", "~~~") or len(line) - len(bare) > 3:
            continue
        marks = bare[: len(bare) - len(bare.lstrip(bare[0]))]
        if fence:
            if marks.startswith(fence) and not bare[len(marks) :].strip():
                fence = ""
        elif marks[0] == "~" or "`" not in bare[len(marks) :]:
            fence = marks
    return fence
