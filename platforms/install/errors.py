"""The one exception of this package: a command that cannot go on, and why."""

from __future__ import annotations

from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["InstallError"]


class InstallError(Exception):
    """What stops a whole command; what stops one skill is only a finding."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message())
        self.diagnostic = diagnostic
