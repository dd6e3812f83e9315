"""One goal with its rubric and reference: read from a model's answer, cleaned of what is bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..rewards.form import words
from ..rewards.rubric.items import RubricItem
from ..rewards.rubric.leak import leaks, overlap
from .words import TASK

__all__ = ["FEWEST_ITEMS", "Goal", "Opinion", "cleaned", "read_goals", "read_opinion"]

FEWEST_ITEMS = 5
_SHORTEST, _LONGEST = 20, 500  # words of a goal; a Chinese character is one
_COPIED = 0.5  # of a rubric's wording, in its reference


@dataclass(frozen=True)
class Goal:
    """A goal as it was extracted."""

    goal: str
    rubric: tuple[str, ...]
    reference: str
    lang: str
    paper: str
    sha256: str

    def row(self, model: str) -> dict[str, Any]:
        """Return the row of a data set: what a policy is asked, and what its grader sees."""
        return {
            "prompt": TASK[self.lang].format(goal=self.goal),
            "goal": self.goal,
            "rubric": list(self.rubric),
            "reference": self.reference,
            "lang": self.lang,
            "paper": self.paper,
            "paper_sha256": self.sha256,
            "by": model,
        }


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model that selects thinks of a goal; ``keep`` has numbers of items, from 1."""

    self_contained: bool
    reveals: bool
    keep: tuple[int, ...]
    quality: int


def read_goals(data: object, lang: str, paper: str, sha256: str) -> list[Goal]:
    """Return the goals of an answer; entries that are none are left out."""
    listed = data.get("goals") if isinstance(data, Mapping) else None
    found = []
    for entry in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(entry, Mapping):
            continue
        goal, reference = (_text(entry.get(key)) for key in ("goal", "reference"))
        raw = entry.get("rubric")
        rubric = tuple(filter(None, map(_text, raw if isinstance(raw, list | tuple) else ())))
        if goal and rubric:
            found.append(Goal(goal, rubric, reference, lang, paper, sha256))
    return found


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def read_opinion(data: object) -> Opinion | None:
    """Return an opinion, ``None`` where the answer is none."""
    if not isinstance(data, Mapping):
        return None
    self_contained, reveals = data.get("self_contained"), data.get("reveals")
    keep, quality = data.get("keep"), data.get("quality")
    if not isinstance(self_contained, bool) or not isinstance(reveals, bool):
        return None
    if not isinstance(keep, list | tuple) or isinstance(quality, bool):
        return None
    if not isinstance(quality, int) or not all(isinstance(one, int) for one in keep):
        return None
    return Opinion(self_contained, reveals, tuple(keep), quality)


def cleaned(goal: Goal, opinion: Opinion | None, *, least_quality: int) -> tuple[Goal | None, str]:
    """Return a goal without its bad items, or ``None``; and why something was dropped.

    An item goes if the goal gives it away (a third of its wording stands there), if it says what an
    earlier one says, or if the model that selects did not keep it. A goal goes if fewer than
    :data:`FEWEST_ITEMS` items remain, if it is too short or too long, has no reference or one that
    copies the rubric, or if the model that selects thinks little of it or said nothing valid.
    """
    if opinion is None:
        return None, "no-opinion"
    if not opinion.self_contained:
        return None, "not-self-contained"
    if opinion.reveals:
        return None, "reveals-the-method"
    if opinion.quality < least_quality:
        return None, "low-quality"
    if not _SHORTEST <= words(goal.goal) <= _LONGEST:
        return None, "length-of-goal"
    if not goal.reference:
        return None, "no-reference"
    given_away = {leak.item for leak in leaks(goal.goal, [RubricItem(t) for t in goal.rubric])}
    kept: list[str] = []
    for number, text in enumerate(goal.rubric, 1):
        fresh = all(overlap(text, other)[0] <= _COPIED and text != other for other in kept)
        if number in opinion.keep and number not in given_away and fresh:
            kept.append(text)
    if len(kept) < FEWEST_ITEMS:
        return None, "few-items"
    if _mean_overlap(kept, goal.reference) > _COPIED:
        return None, "reference-copies-rubric"
    return replace(goal, rubric=tuple(kept)), "items-dropped" if len(kept) < len(
        goal.rubric
    ) else ""


def _mean_overlap(items: Sequence[str], text: str) -> float:
    return sum(overlap(item, text)[0] for item in items) / len(items)
