"""What writing gives: a folder in memory, and what did not fit into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CanonicalFolder", "Dropped"]


@dataclass(frozen=True, slots=True, order=True)
class Dropped:
    """Something of the source that the canonical form does not hold.

    ``construct`` says what kind of thing ("install", "platform", "banner", "manifest", …),
    ``detail`` which one.
    """

    construct: str
    detail: str
    path: str
    line: int = 0

    @property
    def location(self) -> str:
        """``path:line``, as far as it is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class CanonicalFolder:
    """A canonical skill: its files by relative path, which of them are executable, what is lost."""

    files: Mapping[str, bytes]
    executables: frozenset[str] = frozenset()
    dropped: tuple[Dropped, ...] = ()
