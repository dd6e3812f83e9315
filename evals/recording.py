"""Recordings: the answers and judgements of a run, kept with the suite and replayed without a key.

A recording is a JSONL file below the skill's ``evals/recordings/``: first a line that names who
produced it and holds the plan, then the replies as the journal had them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import EvalError
from .plan import Plan, PlanError, plan_from_json, plan_to_json

__all__ = ["FOLDER", "Recording", "find_recordings", "read_recording", "recording_lines"]

FOLDER = "evals/recordings"
_FORMAT = 1
# What of a journal row a replay needs; request ids and the like stay at home.
_KEPT = (
    "key", "model", "outcome", "text", "data", "tool_calls", "stop_reason", "usage", "cost",
    "seconds", "returned_model", "detail", "meta", "at",
)  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """What was recorded: the plan, and the replies by their keys."""

    path: Path
    by: str
    plan: Plan
    rows: Mapping[str, Mapping[str, Any]]


def producer(plan: Plan) -> str:
    """Return who answered and who judged, and when."""
    models = ", ".join(model.id for model in plan.models)
    judges = ", ".join(judge.id for judge in plan.judges)
    said = f"answers: {models}"
    if judges:
        said += f"; judge: {judges}"
    return f"{said}; {plan.created[:10]}; polyskill {plan.polyskill}"


def recording_lines(plan: Plan, rows: Iterable[Mapping[str, Any]], by: str = "") -> Iterator[str]:
    """Yield the lines of a recording; ``by`` overrides what the plan says about its producer."""
    by = by or plan.recorded_by or producer(plan)
    bare = replace(plan, recorded_by=by)
    head = {"recording": _FORMAT, "by": by, "plan": plan_to_json(bare)}
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for row in rows:
        kept = {key: row[key] for key in _KEPT if row.get(key) not in (None, "", [], {})}
        yield json.dumps(kept, ensure_ascii=False) + "\n"


def find_recordings(skill_path: Path) -> list[Path]:
    """Return the recordings of a skill, by name."""
    return sorted((skill_path / FOLDER).glob("*.jsonl"))


def read_recording(path: Path) -> Recording:
    """Read a recording.

    Raises:
        EvalError: it cannot be read, or a line of it is damaged; the line is named.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    head: Mapping[str, Any] | None = None
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                value = _line(path, number, line)
                if head is None:
                    head = value
                elif isinstance(value.get("key"), str):
                    rows[value["key"]] = value
                else:
                    raise _damaged(path, number, "it has no `key`", "缺少 `key`")
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvalError(str(path), f"it cannot be read: {reason}", f"无法读取：{reason}") from error
    if head is None or head.get("recording") != _FORMAT or not head.get("by"):
        raise _damaged(
            path, 1, "the first line must name the format and who produced it",
            "第一行必须写明格式和录制来源",
        )  # fmt: skip
    try:
        plan = plan_from_json(head.get("plan"))
    except PlanError as error:
        raise _damaged(path, 1, str(error), str(error)) from error
    return Recording(path, str(head["by"]), replace(plan, recorded_by=str(head["by"])), rows)


def _line(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise _damaged(path, number, f"it is no JSON ({error})", f"不是 JSON（{error}）") from error
    if not isinstance(value, Mapping):
        raise _damaged(path, number, "it is no JSON object", "不是 JSON 对象")
    return value


def _damaged(path: Path, number: int, en: str, zh: str) -> EvalError:
    return EvalError(f"{path}:{number}", en, zh)
