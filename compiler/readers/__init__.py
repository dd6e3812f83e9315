"""From files to skills: find what is there by looking, then read each in its own dialect."""

from __future__ import annotations

from .candidate import Candidate, ReadResult
from .search import discover

__all__ = ["Candidate", "ReadResult", "discover", "read"]


def read(candidate: Candidate) -> ReadResult:
    """Read a candidate; what goes wrong is in the diagnostics, never an exception."""
    from .dispatch import read as read_one  # noqa: PLC0415  (a build that has nothing to read)

    return read_one(candidate)
