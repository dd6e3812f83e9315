"""What validation found: findings with a level, and facts as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..problems import DataError, Problem

__all__ = ["Finding", "Level", "Report"]


class Level(StrEnum):
    """``ERROR``: the run fails or is worthless; ``WARNING``: likely a mistake; ``ADVICE``."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``code`` names its kind, ``where`` is a key or a ``file:line``."""

    level: Level
    code: str
    where: str
    en: str
    zh: str


@dataclass(slots=True)
class Report:
    """All findings, and the figures behind them: lengths in tokens, memory in bytes, seconds."""

    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def error(self, code: str, where: str, en: str, zh: str) -> None:
        """Add what makes the run fail or worthless."""
        self.findings.append(Finding(Level.ERROR, code, where, en, zh))

    def warning(self, code: str, where: str, en: str, zh: str) -> None:
        """Add what is likely a mistake."""
        self.findings.append(Finding(Level.WARNING, code, where, en, zh))

    def advice(self, code: str, where: str, en: str, zh: str) -> None:
        """Add what is good to know."""
        self.findings.append(Finding(Level.ADVICE, code, where, en, zh))

    def broken(self, error: DataError) -> None:
        """Add a line of data that cannot be used."""
        self.error("data-line", error.path, error.en, error.zh)

    def problems(self, code: str, problems: Iterable[Problem]) -> None:
        """Add what is wrong with a configuration."""
        for one in problems:
            key = f"`{one.key}` " if one.key else ""
            self.error(code, one.path, f"{key}{one.en}", f"{key}{one.zh}")

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(found.level is Level.ERROR for found in self.findings)
