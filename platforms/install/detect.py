"""Which assistants are in use here: files of the project, folders at home, programs on PATH."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..clients import Client, get, names

__all__ = ["Detected", "detect"]


@dataclass(frozen=True, slots=True)
class Detected:
    """An assistant, and what tells that it is in use: paths below the root, or programs."""

    client: Client
    signs: tuple[str, ...]


def _signs(root: Path, candidates: Sequence[str]) -> list[str]:
    return [sign for sign in candidates if os.path.lexists(root / sign)]


def detect(project: Path | None, home: Path, *, path: str | None = None) -> tuple[Detected, ...]:
    """Return the assistants that are in use, sorted by id.

    Args:
        project: the project to install into; ``None`` for the home folder alone. What a project
            holds tells more than what a machine holds: where it has signs of an assistant, only
            those count.
        home: the home folder.
        path: where to look for programs; by default the environment's ``PATH``.
    """
    clients = [get(name) for name in names()]
    if project is not None:
        here = [
            Detected(client, tuple(signs))
            for client in clients
            if (signs := _signs(project, client.project_signs))
        ]
        named = [found for found in here if found.client.programs]
        if named or here:
            return tuple(named or here)
    found = []
    for client in clients:
        programs = [name for name in client.programs if shutil.which(name, path=path)]
        signs = [f"~/{sign}" for sign in _signs(home, client.user_signs)] + programs
        if signs:
            found.append(Detected(client, tuple(signs)))
    return tuple(found)
