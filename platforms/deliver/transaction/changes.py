"""What a transaction may do: put a file, delete a file, remove a folder that is empty by then."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Change", "Delete", "Put", "RemoveFolder"]


@dataclass(frozen=True, slots=True)
class Put:
    """The file ``path`` holds ``data`` afterwards and has the permission bits ``mode``.

    ``path`` is relative to the root and uses ``/``. ``before`` is the SHA-256 (hex) of the bytes
    that must be there now; ``None``: nothing may be there.
    """

    path: str
    data: bytes
    mode: int = 0o644
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """The file ``path`` is gone afterwards; ``before`` is the SHA-256 (hex) it must have now."""

    path: str
    before: str


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """The folder ``path`` is gone afterwards if it is empty by then; otherwise it stays."""

    path: str


Change = Put | Delete | RemoveFolder
