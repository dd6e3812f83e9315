"""Versions: Semantic Versioning 2.0.0 without build metadata, and their order (its section 11)."""

from __future__ import annotations

import re

__all__ = ["is_version", "order"]

_VERSION = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
)
_LONGEST = 64  # a version stands in file names

Key = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


def is_version(text: str) -> bool:
    """Whether ``text`` is ``X.Y.Z`` or ``X.Y.Z-pre.1``.

    Build metadata (``+…``) is refused: it does not count for the order, so two releases with
    other bytes would have equal versions.
    """
    return len(text) <= _LONGEST and _VERSION.fullmatch(text) is not None


def order(version: str) -> Key:
    """Return what versions sort by.

    Raises:
        ValueError: it is no version.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        msg = f"`{version}` is no version"
        raise ValueError(msg)
    pre = match[4]
    parts = tuple(
        (False, int(part), "") if part.isdecimal() else (True, 0, part)
        for part in (pre.split(".") if pre else ())
    )
    return int(match[1]), int(match[2]), int(match[3]), pre is None, parts
