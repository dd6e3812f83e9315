"""Back into the very files that a skill was read from."""

from __future__ import annotations

import os

from ..model import Skill

__all__ = ["write_back"]


def _relative(path: str, base: str, folder: str) -> str:
    """Return where a source lies below ``base``, or below ``folder`` if it is not in there."""
    if path.startswith(base + "/"):
        return path[len(base) + 1 :]
    return os.path.relpath(path, folder).replace(os.sep, "/")


def write_back(skill: Skill) -> dict[str, bytes]:
    """Return the files of ``skill`` in its own dialect, byte for byte as they were.

    Paths are relative to :attr:`Skill.path` if that is a folder, else to the folder that the file
    is in (``..`` leads to the Chinese twin in a parallel folder). A text that somebody replaced
    (``Skill.main`` with another source) is written instead of the old one; a text that stood
    inside another syntax (TOML, JSON) is not.
    """
    files = {resource.origin or resource.path: resource.data for resource in skill.resources}
    base = skill.path
    one_file = any(source.path == base for source in skill.sources)
    folder = os.path.dirname(base) if one_file else base  # noqa: PTH120
    for source in skill.sources:
        files.setdefault(_relative(source.path, base, folder), source.encode())
    return dict(sorted(files.items()))
