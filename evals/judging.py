"""The calls that judges need: one a sample for its criteria, two a pair of arms for the better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from polyskill.runtime.judge import pairwise, rubric
from polyskill.runtime.judge.base import Call, Model, Outcome, Request
from polyskill.runtime.judge.engine.key import cell_key, request_digest

from .cases import EvalCase
from .plan import Cell, Plan

__all__ = [
    "TRIES",
    "Judgement",
    "Match",
    "Rows",
    "answered",
    "items_of",
    "matches",
    "pair_calls",
    "rubric_calls",
]

Rows = Mapping[str, Mapping[str, Any]]

#: How often a judge is asked anew that did not answer as a judge must.
TRIES = 2


@dataclass(frozen=True)
class Judgement:
    """A question to a judge, and the keys of its tries in order."""

    kind: str
    judge: Model
    request: Request
    meta: Mapping[str, Any]

    def call(self, attempt: int) -> Call:
        """Return the call of one try; the first has a key that depends on the request alone."""
        parts: dict[str, Any] = {
            "kind": self.kind,
            "request": request_digest(self.request, self.judge),
        }
        if attempt:
            parts["attempt"] = attempt
        return Call(cell_key(**parts), self.judge, self.request, self.meta)


@dataclass(frozen=True, slots=True)
class Match:
    """Two arms' answers to one question."""

    cell: Cell
    candidate: str
    baseline: str
    ours: str
    theirs: str

    @property
    def tied(self) -> bool:
        """Whether nobody has to be asked: the answers are the same."""
        return pairwise.trivially_tied(self.ours, self.theirs)


def items_of(case: EvalCase) -> tuple[rubric.Item, ...]:
    """Return the criteria of a case as a judge gets them."""
    return tuple(rubric.Item(one.text, one.kind, one.weight) for one in case.criteria)


def reference_of(case: EvalCase) -> str:
    """Return the reference answer that a judge may look at: a good one, if the author wrote one."""
    return next((answer.text for answer in case.answers if answer.label == "good"), "")


def answered(row: Mapping[str, Any] | None) -> bool:
    """Whether there is an answer to judge."""
    return row is not None and bool(row.get("outcome") == Outcome.OK and row.get("text"))


def rubric_calls(cell: Cell, answer: str, judge: Model) -> Judgement | None:
    """Return what to ask a judge about one answer; ``None`` if the case has no criteria."""
    items = items_of(cell.case)
    if not items:
        return None
    request = rubric.rubric_request(
        cell.case.prompt, answer, items, lang=cell.case.lang, reference=reference_of(cell.case)
    )
    meta = {"kind": "rubric", "judge": judge.id, **cell.coordinates}
    return Judgement("rubric", judge, request, meta)


def matches(plan: Plan, rows: Rows) -> Iterator[Match]:
    """Yield what can be compared in pairs: both arms answered, and their texts differ."""
    found: dict[tuple[Any, ...], dict[str, tuple[Cell, str]]] = {}
    for cell in plan.cells():
        row = rows.get(plan.answer_call(cell).key)
        if row is not None and answered(row):
            place = (cell.repeat, cell.case.id, cell.case.lang, cell.model.id)
            found.setdefault(place, {})[cell.arm.name] = (cell, str(row["text"]))
    wanted = [pair for pair in plan.pairs if not plan.same_text(*pair)]
    for arms in found.values():
        for candidate, baseline in wanted:
            if candidate in arms and baseline in arms:
                cell, ours = arms[candidate]
                yield Match(cell, candidate, baseline, ours, arms[baseline][1])


def pair_calls(match: Match, judge: Model) -> tuple[Judgement, Judgement]:
    """Return the two questions about a pair: the candidate's answer first, then second."""
    case = match.cell.case
    made = []
    for order, (first, second) in enumerate(
        ((match.ours, match.theirs), (match.theirs, match.ours)), 1
    ):
        request = pairwise.pair_request(
            case.prompt,
            first,
            second,
            items=items_of(case),
            lang=case.lang,
            reference=reference_of(case),
        )
        meta = {
            "kind": "pairwise",
            "judge": judge.id,
            "candidate": match.candidate,
            "baseline": match.baseline,
            "order": order,
            **{key: part for key, part in match.cell.coordinates.items() if key != "arm"},
        }
        made.append(Judgement("pairwise", judge, request, meta))
    return made[0], made[1]
