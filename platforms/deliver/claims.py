"""Which source may write which skill name: decided before anything is written.

Skills are written by several processes at once, so two sources of one name must never be let
loose on the same folder. Names are peeked at cheaply; where a peek was wrong, the skill is built
in a second round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from polyskill.compiler.model import Dialect
from polyskill.compiler.readers import Candidate

__all__ = ["Claims", "peek"]

_NAME = re.compile(rb"^name:[ \t]*[\"']?([^\"'\r\n#]+)", re.MULTILINE)
_HEAD = 4096


def peek(candidate: Candidate) -> str | None:
    """Return the name that a source will most likely have, or ``None`` if only reading can tell."""
    path = Path(candidate.path)
    if candidate.dialect in (Dialect.CANONICAL, Dialect.AGENT_SKILL):
        file, fallback = path / "SKILL.md", path.name
    elif candidate.dialect is Dialect.EXPERT:
        file, fallback = path, path.stem
    else:
        return None
    try:
        if not file.is_file():  # a pipe would keep us waiting
            return fallback
        with file.open("rb") as stream:
            found = _NAME.search(stream.read(_HEAD))
    except OSError:
        return fallback
    return found[1].strip().decode("utf-8", "replace") if found else fallback


class Claims:
    """Names and their owners; upper and lower case are one name, as on half of all disks."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def claim(self, owner: str, names: Iterable[str]) -> frozenset[str]:
        """Claim names for a source; return those that it owns now."""
        return frozenset(
            name for name in names if self._owners.setdefault(name.casefold(), owner) == owner
        )

    def owner(self, name: str) -> str | None:
        """Return the source that owns a name."""
        return self._owners.get(name.casefold())
