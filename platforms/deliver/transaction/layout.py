"""Where a transaction keeps its things below the root, and which paths it accepts."""

from __future__ import annotations

import re
import sys

__all__ = [
    "DONE",
    "FOLDER",
    "JOURNAL",
    "LOCK",
    "NEW",
    "OLD",
    "PARTIAL",
    "STAGED",
    "TEMPORARY",
    "UNDO",
    "WORK",
    "parent",
    "valid",
]

FOLDER = ".polyskill"
LOCK = f"{FOLDER}/lock"
WORK = f"{FOLDER}/transaction"
NEW = f"{WORK}/new"  # what is to come
OLD = f"{WORK}/old"  # what was replaced
PARTIAL = f"{WORK}/journal.tmp"
JOURNAL = f"{WORK}/journal.json"  # is there: the transaction is committed, roll forward
UNDO = f"{WORK}/undo.json"  # is there: it is being undone, roll back
DONE = f"{WORK}/done.json"  # is there: all is in place, only the left-overs are to go
STAGED = f"{WORK}/staged.json"  # temporary names outside of WORK

# Temporary names outside of WORK: short, hidden, and nobody else's.
TEMPORARY = re.compile(r"\.polyskill-[0-9a-f]{16}-[0-9]{1,9}\.(?:new|old)")

_NOT_IN_NAMES = "\0\\:" if sys.platform == "win32" else "\0"
_RESERVED = (WORK, LOCK)


def parent(path: str) -> str:
    """Return the folder of a relative path; ``""`` is the root."""
    return path.rpartition("/")[0]


def valid(path: str) -> bool:
    """Tell whether ``path`` is relative, plain and not one of the engine's own."""
    if any(char in path for char in _NOT_IN_NAMES):
        return False
    if any(part in ("", ".", "..") for part in path.split("/")):
        return False
    folded = path.casefold()
    return not any(folded == own or folded.startswith(own + "/") for own in _RESERVED)
