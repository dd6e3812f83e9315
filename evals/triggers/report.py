"""What the choices of models say: precision, recall, who was taken for whom, and what is odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..results import Estimate

__all__ = [
    "Alarm",
    "Chosen",
    "Confusion",
    "LanguageGap",
    "Limits",
    "Score",
    "TriggerReport",
    "to_json",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a report must reach.

    ``min_recall`` and ``min_precision`` are compared with the figures of every skill in every
    language with every model, so that a weak one cannot hide among the others; with ``strict``
    with the lower bounds of their intervals, so that few cases cannot pass by luck.
    ``max_missing`` is the share of calls that may end without an answer. ``suspect_from`` is how
    many missed cases (and no hit) make the harness suspect.
    """

    min_recall: float = 0.8
    min_precision: float = 0.8
    max_missing: float = 0.1
    strict: bool = False
    suspect_from: int = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """One answer: which skill a model chose (``None``: no skill) for a case."""

    model: str
    skill: str
    case: str
    lang: str
    should: bool
    repeat: int
    chosen: str | None
    reason: str = ""

    @property
    def right(self) -> bool:
        """Whether the skill was chosen as it should, or left as it should."""
        return (self.chosen == self.skill) is self.should


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one model in one language ("" = all) about one skill ("" = all).

    ``hits`` are "should" answers with the right skill; ``misses`` the others. ``intrusions`` are
    choices of the skill for a "should not" case of its own, or for a "should" case of a sibling;
    ``rests`` are "should not" answers that left it out (whatever else was chosen: nobody said what
    is right there). ``missing`` counts calls without an answer.
    """

    model: str
    lang: str
    skill: str
    hits: int
    misses: int
    intrusions: int
    rests: int
    missing: int
    recall: Estimate
    precision: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often ``chosen`` ("" = no skill) was chosen for cases of ``skill``."""

    model: str
    lang: str
    skill: str
    should: bool
    chosen: str
    count: int


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """How much more (or less) is recalled in ``second`` than in ``first``, on the same cases."""

    model: str
    first: str
    second: str
    recall: Estimate


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something odd: ``kind`` is "never", "constant" (both: harness suspect) or "silent-language".

    "never": no "should" case of the model hit, although it answered. "constant": the same answer
    to everything, although different ones were due. "silent-language": nothing is hit in one
    language, but something in another.
    """

    kind: str
    model: str
    lang: str
    why: Mapping[str, str]

    @property
    def suspect(self) -> bool:
        """Whether it speaks against the harness rather than against a description."""
        return self.kind != "silent-language"


@dataclass(frozen=True, slots=True)
class TriggerReport:
    """``verdict`` is "ok", "below" (a limit), "suspect" (the harness) or "invalid" (no answers)."""

    verdict: str
    why: tuple[Mapping[str, str], ...]
    scores: tuple[Score, ...]
    confusion: tuple[Confusion, ...]
    gaps: tuple[LanguageGap, ...]
    alarms: tuple[Alarm, ...]
    wrong: tuple[Chosen, ...]
    outcomes: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = Limits()


def to_json(report: TriggerReport) -> dict[str, Any]:
    """Return plain JSON data."""
    return asdict(report)
