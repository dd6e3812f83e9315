"""The one exception of this package: something that stops a whole command."""

from __future__ import annotations

from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["PublishError"]


class PublishError(Exception):
    """A command cannot go on; ``diagnostic`` says what, where, why and what to do."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message())
        self.diagnostic = diagnostic
