"""What run.json says of a run before it begins, whichever back end trains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import to_plain
from .versions import git_state, versions

if TYPE_CHECKING:
    from .claim import Claim
    from .config import Run

__all__ = ["described"]


def described(run: Run, claimed: Claim) -> dict[str, Any]:
    """Return the resolved configuration, the versions, the repository's state and the data."""
    return {
        "run": to_plain(run),
        "method": run.method,
        "seed": run.optim.seed,
        "versions": versions(),
        "git": git_state(Path.cwd()),
        "data": {part: dict(entry) for part, entry in claimed.data.items()},
    }
