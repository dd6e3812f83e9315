"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic, Severity
from ..localized import Lang
from .printable import printable

__all__ = ["to_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def to_github(diagnostics: Iterable[Diagnostic], lang: Lang = Lang.EN) -> Iterator[str]:
    """Yield one workflow command a finding: ``::error file=…,line=…,title=PS300::message``."""
    for found in diagnostics:
        properties = {"file": printable(found.path)}
        if found.line:
            properties["line"] = str(found.line)
            properties["col"] = str(found.column or 1)
        if found.end_line:
            properties["endLine"] = str(found.end_line)
            if found.end_line == found.line:
                properties["endColumn"] = str(found.end_column)
        properties["title"] = f"{found.code.id} {found.code.slug}"
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        message = f"{printable(found.message(lang))}\n{found.help(lang)}"
        yield f"::{_COMMANDS[found.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """Escape a message as the runner's own toolkit does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
