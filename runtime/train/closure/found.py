"""What was found of a student, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ...judge.stats.intervals import Interval
from ...judge.stats.reasons import Reason
from ..compare.outcome import Comparison
from ..compare.outcome import to_json as comparison_json

__all__ = ["Found", "Row", "Standing", "to_json"]


class Standing(StrEnum):
    """What the figures allow to say."""

    MEASURED = "measured"
    NO_EFFECT = "no-effect"
    HARMFUL = "harmful"
    UNIFORM = "uniform"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Row:
    """What the arms answered to one case, and what that is worth, by arm.

    ``outside``: the skill is not for this case, and a score is 1 where it shows all the same.
    """

    id: str
    lang: str
    outside: bool
    prompt: str
    answers: Mapping[str, str]
    scores: Mapping[str, float | None]


@dataclass(frozen=True)
class Found:
    """How much of a skill's effect a student has without it.

    ``closure`` is (student - base) / (taught - base) with Fieller's interval, clustered by case;
    it has one only where ``standing`` is ``MEASURED``. ``scores`` are the means of the arms,
    ``effect`` is taught - base, ``gain`` student - base, ``over`` how much more often than the base
    the student shows the skill where it is not for the question, ``shown`` those rates by arm:
    each with a 95 % interval, from 0 to 1 (differences from -1 to 1).

    ``cases`` were graded in all arms and ``ungraded`` not; ``seen`` were left out, as the student
    was trained on them (``None``: nobody knows what it was trained on), ``near`` are nearly so.
    ``saved`` is the mean of the tokens that a call without the skill saves, ``cut`` counts answers
    that reached the longest length, ``others`` compares student and base on prompts that the skill
    is not for. ``stopped`` is "" unless it ended before its time ("interrupted", "budget").
    """

    base: str
    student: str
    skill: str
    judge: str
    standing: Standing
    reason: Reason
    closure: Interval
    scores: Mapping[str, Interval]
    effect: Interval
    gain: Interval
    shown: Mapping[str, Interval]
    over: Interval
    cases: int
    ungraded: int
    seen: int | None
    near: int
    saved: float | None
    cut: int
    others: Comparison | None
    cost: float
    stopped: str
    rows: tuple[Row, ...]


def to_json(found: Found) -> dict[str, Any]:
    """Return what was found as plain JSON, with all answers."""
    whole = {
        name: value
        for name, value in vars(found).items()
        if name not in ("rows", "others", "reason", "standing")
    }
    data = {
        name: asdict(value) if isinstance(value, Interval) else value
        for name, value in whole.items()
    }
    for name in ("scores", "shown"):
        data[name] = {arm: asdict(each) for arm, each in data[name].items()}
    return {
        "standing": found.standing.value,
        "reason": asdict(found.reason),
        **data,
        "others": comparison_json(found.others) if found.others else None,
        "rows": [asdict(row) for row in found.rows],
    }
