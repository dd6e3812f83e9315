"""Papers as text: which files are read, and how much of each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import TrainError

__all__ = ["SUFFIXES", "Paper", "read_papers"]

SUFFIXES = (".md", ".txt", ".tex", ".rst")
_SHORTEST = 400  # characters; less is no paper


@dataclass(frozen=True)
class Paper:
    """A paper's text; ``name`` is its path as it was given, ``sha256`` that of the whole file."""

    name: str
    text: str
    sha256: str


def read_papers(paths: Sequence[Path], most: int) -> tuple[list[Paper], list[tuple[str, str]]]:
    """Return the papers of files and folders, in order, and (path, why) of those left out.

    Of a long paper the first ``most`` characters count; of equal files the first.

    Raises:
        TrainError: a path does not exist.
    """
    papers: list[Paper] = []
    left: list[tuple[str, str]] = []
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise TrainError(f"there is no {path}", f"{path} 不存在")
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if not file.is_file() or file.name.startswith("."):
                continue
            if file.suffix.lower() not in SUFFIXES:
                left.append((str(file), "suffix"))
                continue
            data = file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            text = data.decode("utf-8", "replace").strip()
            if len(text) < _SHORTEST:
                left.append((str(file), "short"))
            elif digest in seen:
                left.append((str(file), "twice"))
            else:
                papers.append(Paper(str(file), text[:most], digest))
            seen.add(digest)
    return papers, left
