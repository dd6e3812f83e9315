"""The two ways in which a transaction fails, each with the finding that a user reads."""

from __future__ import annotations

import os

from polyskill.compiler.codes import transaction as codes
from polyskill.compiler.diagnostics import Code, Diagnostic

__all__ = ["Conflict", "TransactionError", "kept", "refusal", "shown"]

_CODES = {
    "changed": codes.CHANGED_MEANWHILE,
    "missing": codes.CHANGED_MEANWHILE,
    "exists": codes.UNEXPECTED_THERE,
    "not-a-file": codes.UNEXPECTED_THERE,
    "not-a-folder": codes.UNEXPECTED_THERE,
    "symlink": codes.THROUGH_LINK,
    "path": codes.PATH_NOT_ALLOWED,
}


def shown(text: str) -> str:
    """Return ``text`` safe to print."""
    # All the checks come along with it, and a command that succeeds needs none of them.
    from polyskill.compiler.checks.printable import printable  # noqa: PLC0415

    return printable(text)


class Conflict(Exception):
    """A precondition does not hold, so nothing was changed.

    ``path`` is relative to the root. ``reason`` is one of ``changed`` (other bytes than
    expected), ``missing``, ``exists`` (nothing was expected), ``not-a-file``, ``not-a-folder``,
    ``symlink`` (``link`` says which component) and ``path`` (not a path for a transaction).
    """

    def __init__(self, path: str, reason: str, link: str = "") -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason
        args = {"output": shown(path), "link": shown(link or path)}
        self.diagnostic = Diagnostic(_CODES[reason], shown(path), args=args)

    def __str__(self) -> str:
        return self.diagnostic.message()


class TransactionError(Exception):
    """The system refused.

    Its ``diagnostic`` says whether the old state is back already (PS954), or whether the next
    command completes the change (PS955) or restores the old state (PS956).
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic

    def __str__(self) -> str:
        return self.diagnostic.message()


def refusal(code: Code, root: str, error: BaseException) -> TransactionError:
    """Return the exception for what the system refused below ``root``."""
    where = getattr(error, "filename2", None) or getattr(error, "filename", None) or root
    path = os.fsdecode(where) if isinstance(where, str | bytes) else root
    path = path.removeprefix(f"{root}/")
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    args = {"output": shown(path), "reason": shown(reason)}
    return TransactionError(Diagnostic(code, shown(path), args=args))


def kept(path: str, saved: str) -> Diagnostic:
    """Return the finding that a user's version of ``path`` is now in ``saved``."""
    args = {"output": shown(path), "saved": shown(saved)}
    return Diagnostic(codes.USER_VERSION_KEPT, shown(path), args=args)
