"""Work that several views of a skill share is done once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from .model import Skill

__all__ = ["notes"]

_KEPT = 8
_notes: dict[int, tuple[Skill, dict[Hashable, Any]]] = {}


def notes(skill: Skill) -> dict[Hashable, Any]:
    """Return the scratch memory of a skill; the last few skills have one.

    A build takes one skill to all its platforms and languages before the next, so a handful is
    enough, and memory stays bounded. The entry holds the skill, so its id cannot be reused.
    """
    found = _notes.get(id(skill))
    if found is not None:
        return found[1]
    if len(_notes) >= _KEPT:
        del _notes[next(iter(_notes))]
    fresh: dict[Hashable, Any] = {}
    _notes[id(skill)] = (skill, fresh)
    return fresh
