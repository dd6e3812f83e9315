"""Change many files below one root as one step: all of them or none, whatever happens between.

Everything is written below ``<root>/.polyskill/transaction`` first; a journal gets its name by one
rename (the commit point); then renames make it visible. A process that is killed before leaves
the old state, one that is killed after leaves work that the next command finishes.

What holds where: on Linux and macOS all of it. A visible file is never missing while it is
replaced; on a file system without hard links that stays true, but the bytes are copied first. On
Windows a file that another program holds open makes the transaction fail and be undone;
permission bits mean nothing there. What a power cut leaves depends on the disk keeping the order
that it is asked for (fsync, F_FULLFSYNC on macOS); Windows cannot be asked that for folders.
"""

from __future__ import annotations

from .changes import Change, Delete, Put, RemoveFolder
from .errors import Conflict, TransactionError
from .session import Session, exclusive, pending

__all__ = [
    "Change",
    "Conflict",
    "Delete",
    "Put",
    "RemoveFolder",
    "Session",
    "TransactionError",
    "exclusive",
    "pending",
]
