"""Instruction files that a settings file lists (OpenCode's ``instructions``)."""

from __future__ import annotations

import json
from pathlib import Path

from polyskill.compiler.source import decode

from ..merge import MergeError
from ..merge.json_tree import parse

__all__ = ["listed_files", "only_the_list"]


def _listed(settings: Path, key: str) -> list[str]:
    """Return the paths that a settings file lists; none if it cannot be read."""
    try:
        root = parse(decode(settings.read_bytes(), settings.name))
    except (OSError, MergeError):
        return []
    value = root.plain.get(key) if root is not None and root.kind == "object" else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _inside(path: str) -> bool:
    return not path.startswith(("/", "~", "http:", "https:")) and ".." not in path.split("/")


def listed_files(root: Path, settings: str, key: str) -> list[Path]:
    """Return the files below ``root`` that a settings file there lists, patterns resolved."""
    found: list[Path] = []
    for pattern in filter(_inside, _listed(root / settings, key)):
        found += [file for file in sorted(root.glob(pattern)) if file.is_file()]
    return list(dict.fromkeys(found))


def only_the_list(root: Path, settings: str, key: str) -> bytes | None:
    """Return a settings file with that list alone: nothing in it starts a program."""
    paths = [path for path in _listed(root / settings, key) if _inside(path)]
    return json.dumps({key: paths}).encode() if paths else None
