"""What a run was made with: libraries, machine, and the state of the repository it ran in."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["git_state", "versions"]

_LIBRARIES = (
    "torch",
    "trl",
    "transformers",
    "peft",
    "accelerate",
    "datasets",
    "tokenizers",
    "tinker",
    "vllm",
    "polyskill",
)
_SECONDS = 10


def versions() -> dict[str, str]:
    """Return the version of Python and of each library that is installed, and the platform."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def git_state(place: Path) -> dict[str, str | bool] | None:
    """Return the commit that is checked out around ``place``, and whether files differ from it.

    ``None`` where there is no repository, no commit, or no git.
    """
    commit = _git(place, "rev-parse", "HEAD")
    if commit is None:
        return None
    changed = _git(place, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit.strip(), "dirty": changed is None or bool(changed.strip())}


def _git(place: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", place, "--no-optional-locks", *words],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
