"""Where skills come from: folders, git, archives, indexes, marketplaces, npm and PyPI.

Nothing that arrives is executed, and nothing is written outside of the cache folder. Limits, stated
in :class:`Limits`: a download 64 MiB, unpacked 256 MiB in 20,000 entries of at most 64 MiB.
"""

from __future__ import annotations

from .errors import SourceError
from .fetching import fetch, latest, offers
from .model import Fetched, Limits, Offer, Progress, Release, Spec, quiet
from .spelling import parse

__all__ = [
    "Fetched",
    "Limits",
    "Offer",
    "Progress",
    "Release",
    "SourceError",
    "Spec",
    "fetch",
    "latest",
    "offers",
    "parse",
    "quiet",
]
