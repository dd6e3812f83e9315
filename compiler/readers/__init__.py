"""From files to skills: find what is there by looking, then read each in its own dialect."""

from .candidate import Candidate, ReadResult
from .dispatch import read
from .search import discover

__all__ = ["Candidate", "ReadResult", "discover", "read"]
