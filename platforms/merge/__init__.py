"""Changing a few bytes of files that other people write too; pure, bytes to bytes."""

from __future__ import annotations

from .block import find_block, put_block, remove_block
from .errors import MergeError
from .jsonc import merge, missing, unmerge

__all__ = [
    "MergeError",
    "find_block",
    "merge",
    "missing",
    "put_block",
    "remove_block",
    "unmerge",
]
