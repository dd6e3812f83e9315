"""What polyskill itself put into a folder: copies and packs, no part of a source there."""

from __future__ import annotations

import json
import os
from collections.abc import Collection

__all__ = ["LOCK", "made", "placed"]

LOCK = "skills.lock"
_MOST = 64 * 1024 * 1024


def made(names: Collection[str]) -> bool:
    """Return whether a folder that has these ``names`` in it is output of a build or a pack."""
    return ".polyskill" in names or (
        "SHA256SUMS" in names
        and any(name.endswith(".cdx.json") for name in names)
        and any(name.endswith(("-source.zip", "-source.tar.gz")) for name in names)
    )


def placed(folder: str) -> frozenset[str]:
    """Return the paths of the lock of ``folder`` and of the whole files that it lists.

    They are normalised and begin with ``folder``. A lock that is another tool's, or cannot be
    read, gives nothing. Files that polyskill shares with others count where it made them.
    """
    place = os.path.join(folder, LOCK)  # noqa: PTH118
    try:
        if os.path.getsize(place) > _MOST:  # noqa: PTH202
            return frozenset()
        with open(place, encoding="utf-8") as file:  # noqa: PTH123
            lock = json.load(file)
        paths = {LOCK, *lock["created"]} if lock["integrity"] else set()
        for skill in lock["skills"].values():
            paths.update(skill.get("files", ()))
        return frozenset(os.path.normpath(os.path.join(folder, path)) for path in paths)  # noqa: PTH118
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()
