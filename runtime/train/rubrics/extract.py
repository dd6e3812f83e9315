"""Goals out of papers: one model writes, one selects, rules drop what still is bad."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...judge.base import Call, Message, Model, Outcome, Request, Tool
from ...judge.engine.journal import Journal
from ...judge.engine.key import cell_key, request_digest
from ...judge.engine.run import run_calls_sync
from ...judge.fence import fence, mark_of
from ..rewards.rubric.asking import language_of
from .goal import Goal, cleaned, read_goals, read_opinion
from .papers import Paper
from .words import EXTRACT, SELECT

__all__ = ["Extraction", "extract"]

_ITEMS = 15
_MOST_TOKENS = 16_384


@dataclass(frozen=True)
class Extraction:
    """What came out: rows of a data set, and counts of what was dropped and why.

    ``failed`` counts papers without a valid answer; ``stopped`` says why a run ended early
    ("interrupted", "budget"), "" if it did not.
    """

    rows: tuple[dict[str, Any], ...]
    written: int
    failed: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    stopped: str = ""


def extract(
    papers: Sequence[Paper],
    *,
    model: Model,
    selector: Model,
    journal: Journal,
    goals: int = 3,
    lang: str = "auto",
    least_quality: int = 4,
    **running: Any,
) -> Extraction:
    """Ask ``model`` for goals of each paper and ``selector`` about each goal.

    What the journal holds is not asked again. ``running`` are arguments of
    :func:`...judge.engine.run.run_calls`: ``open_provider``, ``settings``, ``budget``, ``prices``,
    ``on_progress``.

    Raises:
        JournalError, BudgetUnknown, Exception: as :func:`...judge.engine.run.run_calls`.
    """

    def ask(calls: Sequence[Call]) -> tuple[list[Mapping[str, Any] | None], str]:
        summary = run_calls_sync(calls, journal=journal, **running)
        rows = [journal.reply(call.key) for call in calls]
        said = [row.get("data") if row and row["outcome"] == Outcome.OK else None for row in rows]
        return said, summary.stopped

    langs = [language_of(paper.text) if lang == "auto" else lang for paper in papers]
    written, stopped = ask(
        [
            _call(_extracting(paper, one, goals), model, paper.name)
            for paper, one in zip(papers, langs, strict=True)
        ]
    )
    found: list[Goal] = []
    failed = 0
    for paper, one, data in zip(papers, langs, written, strict=True):
        made = read_goals(data, one, paper.name, paper.sha256)[:goals]
        failed += not made
        found += made
    opinions: list[Mapping[str, Any] | None] = []
    if not stopped:
        calls = [_call(_selecting(goal), selector, goal.paper) for goal in found]
        opinions, stopped = ask(calls)
    dropped: Counter[str] = Counter()
    rows: dict[str, dict[str, Any]] = {}
    for goal, data in zip(found, opinions, strict=False):
        kept, why = cleaned(goal, read_opinion(data), least_quality=least_quality)
        if why:
            dropped[why] += 1
        if kept is not None and kept.goal in rows:
            dropped["twice"] += 1
        elif kept is not None:
            rows[kept.goal] = kept.row(model.id)
    return Extraction(tuple(rows.values()), len(found), failed, dropped, stopped)


def _call(request: Request, model: Model, paper: str) -> Call:
    key = cell_key(kind="rubrics", request=request_digest(request, model))
    return Call(key, model, request, {"kind": "rubrics", "paper": paper})


def _request(
    system: str, parts: Mapping[str, str], name: str, said: str, schema: Mapping[str, Any]
) -> Request:
    mark = mark_of(*parts.values())
    text = "\n\n".join(fence(part, body, mark) for part, body in parts.items())
    return Request(
        messages=(Message("user", text),),
        system=system,
        tools=(Tool(name, said, schema),),
        answer_with=name,
        max_tokens=_MOST_TOKENS,
        cacheable=True,
    )


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _extracting(paper: Paper, lang: str, goals: int) -> Request:
    text = {"type": "string"}
    entry = {"goal": text, "rubric": {"type": "array", "items": text}, "reference": text}
    schema = _object({"goals": {"type": "array", "items": _object(entry)}})
    system = EXTRACT[lang].format(goals=goals, items=_ITEMS)
    return _request(system, {"paper": paper.text}, "record", "Record the tasks.", schema)


def _selecting(goal: Goal) -> Request:
    count = len(goal.rubric)
    schema = _object(
        {
            "self_contained": {"type": "boolean"},
            "reveals": {"type": "boolean"},
            "keep": {
                "type": "array",
                "items": {"type": "integer", "enum": list(range(1, count + 1))},
            },
            "quality": {"type": "integer", "enum": [1, 2, 3, 4, 5]},
        }
    )
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(goal.rubric, 1))
    parts = {"goal": goal.goal, "rubric": listed, "reference": goal.reference}
    return _request(SELECT[goal.lang], parts, "select", "Say what is worth keeping.", schema)
