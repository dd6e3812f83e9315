"""The one exception of this package: a file that cannot be changed without guessing."""

from __future__ import annotations

from polyskill.compiler.diagnostics import Code, Diagnostic

__all__ = ["MergeError"]


class MergeError(Exception):
    """A file is not touched because what to do with it is not certain.

    ``line`` and ``column`` count from 1; 0 means the file as a whole.
    """

    def __init__(self, code: Code, line: int = 0, column: int = 0, **args: object) -> None:
        super().__init__(code, line, column)
        self.code = code
        self.line = line
        self.column = column
        self.args_of_code = args

    def __str__(self) -> str:
        found = self.diagnostic("")
        where = f"{self.line}:{self.column or 1}: " if self.line else ""
        return where + found.message()

    def diagnostic(self, path: str, skill: str = "") -> Diagnostic:
        """Return the finding that a user reads, for the file ``path``."""
        return Diagnostic(
            self.code, path, self.line, self.column, args=self.args_of_code, skill=skill
        )
