"""Where prose ends and fenced code begins, in linear time on any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Part", "parts", "prose"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")


@dataclass(frozen=True, slots=True)
class Part:
    """Prose, or a block of fenced code with its info string (``None`` for prose)."""

    text: str
    info: str | None = None


def parts(text: str) -> Iterator[Part]:
    """Yield prose and fenced blocks (CommonMark 0.31, section 4.5) in order.

    A block that is not closed runs to the end.
    """
    held: list[str] = []
    mark, info = "", ""
    for line in text.replace("\r\n", "\n").split("\n"):
        fence = _FENCE.fullmatch(line)
        if mark and fence and fence[1].startswith(mark) and not fence[2].strip():
            yield Part("\n".join(held), info)
            held, mark = [], ""
        elif not mark and fence and not (fence[1][0] == "`" and "`" in fence[2]):
            yield Part("\n".join(held))
            held, mark, info = [], fence[1], fence[2].strip()
        else:
            held.append(line)
    yield Part("\n".join(held), info if mark else None)


def prose(text: str) -> str:
    """Return ``text`` with its fenced blocks left out."""
    return "\n\n".join(part.text for part in parts(text) if part.info is None)
