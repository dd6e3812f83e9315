"""Where to install: a project, or the home folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .store import FOLDER

__all__ = ["Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """``name`` is "project" or "user"; ``root`` is the folder that all paths are relative to."""

    name: str
    root: Path
    home: Path

    @property
    def lock(self) -> str:
        """Where skills.lock lies."""
        return "skills.lock" if self.name == "project" else f"{FOLDER}/skills.lock"

    @property
    def wanted(self) -> str:
        """Where skills.toml lies."""
        return "skills.toml" if self.name == "project" else f"{FOLDER}/skills.toml"
