"""Which of two arms' answers the judges prefer, from both orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polyskill.runtime.judge.base import Model
from polyskill.runtime.judge.pairwise import PairVerdict, merge, read_pair

from .grading import valid_reply
from .judging import Match, Rows, matches, pair_calls
from .plan import Plan
from .results import Pair

__all__ = ["pairs_of"]


def pairs_of(plan: Plan, rows: Rows) -> Iterator[Pair]:
    """Yield what each judge found of each pair; identical answers are a tie without a judge."""
    if "pairwise" not in plan.settings.judging:
        return
    for match in matches(plan, rows):
        for judge in plan.judges:
            yield _tie(match, judge) if match.tied else _judged(match, judge, rows)


def _tie(match: Match, judge: Model) -> Pair:
    return Pair(
        **_place(match, judge), first="tie", second="tie", score=0.5, consistent=None, magnitude=0.0
    )


def _judged(match: Match, judge: Model, rows: Rows) -> Pair:
    one, other = (valid_reply(judgement, rows, read_pair) for judgement in pair_calls(match, judge))
    merged = merge(one, other) if one is not None and other is not None else None
    return Pair(
        **_place(match, judge),
        first=_winner(one, "first"),
        second=_winner(other, "second"),
        score=merged.score if merged else None,
        consistent=merged.consistent if merged else None,
        magnitude=merged.magnitude if merged else None,
        reasons=tuple(verdict.reason for verdict in (one, other) if verdict is not None),
    )


def _winner(verdict: PairVerdict | None, ours: str) -> str:
    if verdict is None:
        return ""
    if verdict.winner == "tie":
        return "tie"
    return "candidate" if verdict.winner == ours else "baseline"


def _place(match: Match, judge: Model) -> dict[str, Any]:
    return {
        "case": match.cell.case.id,
        "lang": match.cell.case.lang,
        "model": match.cell.model.id,
        "repeat": match.cell.repeat,
        "baseline": match.baseline,
        "candidate": match.candidate,
        "judge": judge.id,
    }
