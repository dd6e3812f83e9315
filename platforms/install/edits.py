"""An edit of the user's and a new version, put together where they touch different lines."""

from __future__ import annotations

from merge3 import Merge3

__all__ = ["three_way"]

_LARGEST = 1 << 20  # bytes; matching lines takes longer than linear time


def three_way(base: bytes | None, mine: bytes, theirs: bytes) -> bytes | None:
    """Return ``mine`` with what changed from ``base`` to ``theirs``.

    Args:
        base: what both started from, if it is known.
        mine: what the user made of it.
        theirs: the new version.

    Returns:
        ``None`` if both changed the same lines, if nobody knows what they started from, or if these
        are no texts (a NUL byte) or too large to compare line by line.
    """
    if theirs in (mine, base):
        return mine
    if base is None or any(b"\0" in side or len(side) > _LARGEST for side in (base, mine, theirs)):
        return None
    made: list[bytes] = []
    for region in Merge3(
        base.splitlines(keepends=True),
        mine.splitlines(keepends=True),
        theirs.splitlines(keepends=True),
    ).merge_groups():
        if region[0] == "conflict":
            return None
        made += region[1]
    return b"".join(made)
