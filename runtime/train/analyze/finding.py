"""What a detector found: how sure it is, what it rests on, and what to change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .curves import Curves

__all__ = [
    "Advice",
    "Detector",
    "Finding",
    "Severity",
    "Sureness",
    "Text",
    "always",
    "figure",
    "reinforced",
    "supervised",
    "text",
]

Text = Mapping[str, str]


class Sureness(StrEnum):
    """How much the figures bear out: first what they prove, last what they only hint at."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Severity(StrEnum):
    """What it means for the model: spoilt, worse than it could be, or worth knowing."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


def always(_curves: Curves) -> bool:
    """Say yes: for detectors that look at every run."""
    return True


def reinforced(curves: Curves) -> bool:
    """Say whether the run maximises a reward."""
    return curves.reinforced


def supervised(curves: Curves) -> bool:
    """Say whether the run minimises a loss."""
    return not curves.reinforced


@dataclass(frozen=True)
class Advice:
    """A change: ``key`` is a key of the config ("" where it is none), as a user writes it."""

    text: Text
    key: str = ""


@dataclass(frozen=True)
class Finding:
    """Something about a run, in English ("en") and Chinese ("zh").

    ``curve`` names the metric in which it is seen, ``steps`` the first and last step of it.
    ``samples`` are rows of ``samples.jsonl`` that show it.
    """

    kind: str
    severity: Severity
    sureness: Sureness
    title: Text
    evidence: tuple[Text, ...]
    advice: tuple[Advice, ...]
    curve: str = ""
    steps: tuple[float, float] | None = None
    samples: tuple[Mapping[str, Any], ...] = field(default=())


@dataclass(frozen=True)
class Detector:
    """A rule that is looked for.

    ``needs`` are the curves without which it cannot be judged; ``when`` tells which runs can have
    the disease at all.
    """

    kind: str
    title: Text
    needs: tuple[str, ...]
    find: Callable[[Curves], list[Finding]]
    when: Callable[[Curves], bool] = always


def text(en: str, zh: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "zh": zh}


def figure(value: float) -> str:
    """Return a number with three significant digits, as people write it."""
    if math.isnan(value):
        return "NaN"
    size = abs(value)
    if size == 0 or 0.001 <= size < 10_000:
        shown = f"{value:.3g}" if size < 1000 else f"{value:,.0f}"
    else:
        shown = f"{value:.2e}"
    return shown.replace("-", "−", 1) if value < 0 else shown
