"""The one exception of this package: a source that cannot be had, or must not be."""

from __future__ import annotations

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.diagnostics import Code, Diagnostic
from polyskill.compiler.localized import Text

__all__ = ["SourceError", "finding"]


def finding(code: Code, where: str, **args: object) -> Diagnostic:
    """Return a diagnostic about the source ``where``; what comes from outside is escaped.

    A :class:`Text` given as ``x`` fills the fields ``{x}`` (English) and ``{x_zh}`` (Chinese).
    """
    filled: dict[str, object] = {}
    for key, value in args.items():
        if isinstance(value, Text):
            filled[key], filled[f"{key}_zh"] = (
                printable(value.en or ""),
                printable(value.zh or ""),
            )
        else:
            filled[key] = printable(value) if isinstance(value, str) else value
    place = printable(where)
    return Diagnostic(code, place, args={"where": place, **filled})


class SourceError(Exception):
    """A source is unknown, unreachable, unsafe, or not what it was; ``diagnostic`` says which."""

    def __init__(self, code: Code, where: str, **args: object) -> None:
        self.diagnostic = finding(code, where, **args)
        super().__init__(code, where)

    def __str__(self) -> str:
        return f"{self.diagnostic.path}: {self.diagnostic.message()}"
