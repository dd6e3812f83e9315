"""Checkpoints: a folder appears under its name only when it is whole and on the disk."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

__all__ = ["CHECKPOINTS", "STAGING", "clear_staging", "keep_latest", "latest", "promote", "steps"]

CHECKPOINTS = "checkpoints"
#: Where a trainer writes; what is found here at the start of a run is the rest of a killed one.
STAGING = ".staging"
_NAME = re.compile(r"step-(\d+)\Z")


def steps(folder: Path) -> dict[int, Path]:
    """Return the whole checkpoints of a run by their step, the earliest first."""
    place = folder / CHECKPOINTS
    if not place.is_dir():
        return {}
    found = {
        int(match[1]): path
        for path in place.iterdir()
        if path.is_dir() and (match := _NAME.fullmatch(path.name))
    }
    return dict(sorted(found.items()))


def latest(folder: Path) -> tuple[int, Path] | None:
    """Return the step and the folder of the last whole checkpoint."""
    return max(steps(folder).items(), default=None)


def promote(staged: Path, folder: Path, step: int) -> Path:
    """Make a checkpoint that a trainer wrote one of the run's: synced, then renamed.

    Raises:
        OSError: the disk is full, or fails; the run's checkpoints are as they were.
    """
    for path in sorted(staged.rglob("*"), reverse=True):
        _sync(path)
    _sync(staged)
    target = folder / CHECKPOINTS / f"step-{step}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():  # the same step, reached again after a resumption from an earlier one
        old = target.with_name(f".old-{target.name}")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        staged.rename(target)
        shutil.rmtree(old)
    else:
        staged.rename(target)
    _sync(target.parent)
    return target


def keep_latest(folder: Path, number: int) -> None:
    """Delete all checkpoints but the last ``number``."""
    for path in list(steps(folder).values())[: -max(number, 1)]:
        # Renamed first: half a deleted checkpoint must not look like a whole one.
        gone = path.with_name(f".old-{path.name}")
        path.rename(gone)
        shutil.rmtree(gone)


def clear_staging(folder: Path) -> None:
    """Delete what a run that was killed left half written."""
    shutil.rmtree(folder / CHECKPOINTS / STAGING, ignore_errors=True)
    for path in (folder / CHECKPOINTS).glob(".old-*"):
        shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except PermissionError:  # Windows syncs only what is open for writing
        if os.name != "nt":
            raise
    finally:
        os.close(handle)
