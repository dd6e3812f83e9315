"""What a program reads: the folders and files of an assistant, as measured in the running client.

A :class:`~polyskill.platforms.base.Platform` says how to write for an assistant; a client says
where that assistant looks, which is more than what one platform writes: most read the neutral
folder too, and some read another vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Client", "Copies", "Reads"]


class Copies(StrEnum):
    """What a client does with several skills of one name in the folders that it reads."""

    FIRST = "first"  # lists one, always from the same folder
    ANY = "any"  # lists one; which one is left to chance
    ALL = "all"  # lists every copy


@dataclass(frozen=True, slots=True)
class Reads:
    """What a client reads below one root (a project, or the home folder), best first.

    ``instructions`` are files that load in every session; a path that ends with ``/`` is a folder
    all of whose files load. ``shadowed`` maps such a file to those whose presence hides it.
    ``listing`` maps settings files to their key that lists further instruction files.
    """

    skills: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    shadowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Client:
    """An assistant as a program.

    ``platform`` is the id of the platform that writes for it; empty where the neutral form is all
    there is. ``programs`` are names on PATH; ``project_signs`` and ``user_signs`` are files or
    folders that tell that it is in use. ``links`` says whether it follows a linked skill folder.
    ``source`` and ``checked`` (ISO 8601) tell how and when this was found out.
    """

    id: str
    title: str
    platform: str
    project: Reads
    user: Reads
    copies: Copies
    source: str
    checked: str
    programs: tuple[str, ...] = ()
    project_signs: tuple[str, ...] = ()
    user_signs: tuple[str, ...] = ()
    links: bool = True

    def reads(self, scope: str) -> Reads:
        """Return what it reads in a scope ("project" or "user")."""
        return self.user if scope == "user" else self.project
