"""From files to skills: find what is there by looking, then read each in its own dialect."""

from .candidate import Candidate, ReadResult
from .search import discover
from .dispatch import read

__all__ = ["Candidate", "ReadResult", "discover", "read"]
