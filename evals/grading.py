"""From a journal's rows to graded samples: checks are run, judges' replies are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from polyskill.runtime.judge.base import Model, Outcome, ToolCall
from polyskill.runtime.judge.checks import Answer, run_check
from polyskill.runtime.judge.injection import flags_of
from polyskill.runtime.judge.panel import majority
from polyskill.runtime.judge.rubric import JudgeInvalid, RubricVerdict, read_rubric

from .judging import TRIES, Judgement, Rows, answered, items_of, rubric_calls
from .plan import AGENT, Cell, Plan
from .results import CheckResult, CriterionResult, JudgeOpinion, Sample

__all__ = ["Grader", "cost_of", "valid_reply"]

_BY_USE = ("tool", "skill")  # only an agent uses tools and skills


def valid_reply(judgement: Judgement, rows: Rows, read: Any) -> Any:
    """Return what ``read`` makes of the first try of a judge that it takes; else ``None``."""
    for attempt in range(TRIES):
        row = rows.get(judgement.call(attempt).key)
        if row is not None and row.get("outcome") == Outcome.OK:
            try:
                return read(row.get("data"))
            except JudgeInvalid:
                continue
    return None


class Grader:
    """Grades the cells of one plan by what a journal holds."""

    def __init__(self, plan: Plan, rows: Rows) -> None:
        self._plan = plan
        self._rows = rows
        self._checked: dict[tuple[str, str, str], tuple[CheckResult, ...]] = {}

    def samples(self) -> Iterable[Sample]:
        """Yield a sample for each cell that was asked."""
        for cell in self._plan.cells():
            call = self._plan.answer_call(cell)
            row = self._rows.get(call.key)
            if row is not None:
                yield self._sample(cell, call.key, row)

    def _sample(self, cell: Cell, key: str, row: Mapping[str, Any]) -> Sample:
        usage = row.get("usage") or {}
        text = str(row.get("text") or "")
        outcome = str(row["outcome"])
        graded = outcome == Outcome.OK
        checks = self._checks(cell, text, row) if graded else ()
        criteria = self._criteria(cell, text) if answered(row) else ()
        score, passed = None, None
        if outcome == Outcome.REFUSAL or (graded and not text):
            score, passed = 0.0, False
        elif graded:
            score, passed = grade(checks, criteria, judged=bool(self._plan.judges))
        return Sample(
            **cell.coordinates,
            key=key,
            outcome=outcome,
            answer=text,
            detail=str(row.get("detail") or ""),
            stop_reason=str(row.get("stop_reason") or ""),
            checks=checks,
            criteria=criteria,
            flags=tuple(flags_of(text)) if graded else (),
            score=score,
            passed=passed,
            input_tokens=sum(usage.get(part, 0) for part in ("input", "cache_read", "cache_write")),
            output_tokens=usage.get("output", 0),
            cost=cost_of(row),
            seconds=float(row.get("seconds") or 0.0),
        )

    def _checks(self, cell: Cell, text: str, row: Mapping[str, Any]) -> tuple[CheckResult, ...]:
        if not cell.case.checks:
            return ()
        known = (cell.case.id, cell.case.lang, str(row["key"]))
        if known not in self._checked:
            self._checked[known] = tuple(self._run(cell, text, row))
        return self._checked[known]

    def _run(self, cell: Cell, text: str, row: Mapping[str, Any]) -> Iterable[CheckResult]:
        answer = _answer(cell, text, row)
        folder = Path(cell.case.folder) if cell.case.folder else None
        for check in cell.case.checks:
            found = run_check(check.spec, answer, folder)
            yield CheckResult(check.kind, found.label, found.passed, found.detail, found.detail_zh)

    def _criteria(self, cell: Cell, text: str) -> tuple[CriterionResult, ...]:
        items = items_of(cell.case)
        opinions: list[list[JudgeOpinion]] = [[] for _ in items]
        for judge in self._plan.judges if "rubric" in self._plan.settings.judging else ():
            verdict = self._verdict(cell, text, judge)
            if verdict is not None:
                for at, item in enumerate(verdict.items):
                    opinions[at].append(
                        JudgeOpinion(
                            judge.id, item.passed, item.quote, item.quote_found, item.reason
                        )
                    )
        return tuple(
            CriterionResult(
                item.text,
                str(item.kind),
                item.weight,
                majority(opinion.passed for opinion in said),
                tuple(said),
            )
            for item, said in zip(items, opinions, strict=True)
        )

    def _verdict(self, cell: Cell, text: str, judge: Model) -> RubricVerdict | None:
        judgement = rubric_calls(cell, text, judge)
        if judgement is None:
            return None
        items = items_of(cell.case)
        found: RubricVerdict | None = valid_reply(
            judgement, self._rows, lambda data: read_rubric(data, text, items)
        )
        return found


def cost_of(row: Mapping[str, Any]) -> float | None:
    """Return the price by the table, else what an agent says that it spent."""
    data = row.get("data")
    if row.get("cost") is None and isinstance(data, Mapping):
        said = data.get("cost")
        return float(said) if isinstance(said, int | float) else None
    return row.get("cost")


def _answer(cell: Cell, text: str, row: Mapping[str, Any]) -> Answer:
    used = row.get("tool_calls") if cell.model.provider == AGENT else None
    calls = [ToolCall(str(one["name"]), one.get("arguments")) for one in used or ()]
    return Answer(
        text,
        cell.case.lang,
        cell.case.prompt,
        tuple(calls),
        None if used is None else tuple(call.name for call in calls),
        None if used is None else tuple(_skills(calls)),
    )


def _skills(calls: Sequence[ToolCall]) -> Iterable[str]:
    for call in calls:
        if call.name == "skill" and call.arguments:
            yield str(call.arguments.get("name", ""))


def grade(
    checks: Sequence[CheckResult], criteria: Sequence[CriterionResult], *, judged: bool
) -> tuple[float | None, bool | None]:
    """Return the score (0 to 1) and whether the answer passed.

    A check weighs 1, a criterion what its author says. An undecided ``should`` is left out. With
    an undecided ``must`` or ``must_not``, or a check that could not be run, there is no grade: but
    a check of tools or skills is left out where the model has none, and so are the criteria of a
    run without a judge.
    """
    parts: list[tuple[float, bool]] = []
    passed = True
    for check in checks:
        if check.passed is None and check.kind in _BY_USE:
            continue
        if check.passed is None:
            return None, None
        parts.append((1.0, check.passed))
        passed &= check.passed
    for one in criteria if judged else ():
        if one.passed is None:
            if one.kind != "should":
                return None, None
            continue
        parts.append((one.weight, one.passed))
        passed &= one.passed or one.kind == "should"
    total = sum(weight for weight, _ in parts)
    if not total:
        return None, None
    return sum(weight for weight, held in parts if held) / total, passed
