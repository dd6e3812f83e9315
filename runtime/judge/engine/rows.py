"""Rows of a journal: how a reply is written down, and how a file of rows is read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..base import FINAL, Outcome, Reply, ToolCall, Usage

__all__ = [
    "Line",
    "Problem",
    "decode",
    "encode",
    "is_final",
    "load_rows",
    "now",
    "replaces",
    "replies",
    "reply_of",
    "reply_row",
    "scan",
    "start_row",
]

VERSION = 1
_NEEDED: Mapping[str, tuple[tuple[str, type], ...]] = {
    "start": (("key", str),),
    "reply": (("key", str), ("outcome", str)),
    "batch": (("id", str), ("model", str), ("keys", list)),
    "batch-look": (("id", str),),
}
_FINAL = frozenset(outcome.value for outcome in FINAL)


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be read: ``kind`` is "torn" (the unfinished last one) or "corrupt"."""

    kind: str
    line: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a journal and where it stands; ``row`` is ``None`` where it is no row."""

    number: int
    offset: int
    length: int
    complete: bool
    row: dict[str, Any] | None


def encode(row: Mapping[str, Any]) -> bytes:
    """Return the row as one line of UTF-8, with its line end.

    Raises:
        TypeError: it holds something that is no JSON data.
    """
    try:
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, as a broken server may send it
        return json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the row in a line, or ``None`` if there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("t"), str):
        return None
    needed = _NEEDED.get(row["t"], ())
    return row if all(isinstance(row.get(name), kind) for name, kind in needed) else None


def scan(path: Path) -> Iterator[Line]:
    """Read a journal line by line, never more than one in memory; empty lines are passed over.

    Raises:
        OSError: the file cannot be read.
    """
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield Line(number, offset, len(line), line.endswith(b"\n"), decode(line))
            offset += len(line)


def is_final(row: Mapping[str, Any]) -> bool:
    """Tell whether a reply's row is one that is not asked for again, as ``Reply.final`` does.

    A truncated answer without a stop reason broke off: another attempt may bring all of it.
    """
    outcome = row.get("outcome")
    return outcome in _FINAL and (outcome != Outcome.TRUNCATED or bool(row.get("stop_reason")))


def replaces(new: Mapping[str, Any], old_is_final: bool) -> bool:
    """Tell whether a later row of a key stands for it: a final one always, trouble only trouble."""
    return is_final(new) or not old_is_final


def replies(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the row that stands for each key, in the order of the file, one in memory at a time.

    The journal may be open and growing: what comes after the start of the call is not read.

    Raises:
        OSError: the file cannot be read.
    """
    chosen: dict[str, tuple[int, bool]] = {}
    for line in scan(path):
        row = line.row
        if row is not None and row["t"] == "reply":
            key = row["key"]
            if key not in chosen or replaces(row, chosen[key][1]):
                chosen[key] = (line.offset, is_final(row))
    with path.open("rb") as file:
        for offset in sorted(offset for offset, _ in chosen.values()):
            file.seek(offset)
            row = decode(file.readline())
            if row is not None:
                yield row


def load_rows(path: Path) -> dict[str, dict[str, Any]]:
    """Return the row that stands for each key, by key; all in memory.

    Raises:
        OSError: the file cannot be read.
    """
    return {row["key"]: row for row in replies(path)}


def now() -> str:
    """Return the time, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def start_row(key: str, model: str, *, attempt: int, reserved: float | None) -> dict[str, Any]:
    """Return the row that says that a call is about to be sent, for the ``attempt``-th time from 0.

    ``reserved`` is the most that the call may have cost when the attempt has ended, in US dollars.
    """
    return {
        "v": VERSION,
        "t": "start",
        "key": key,
        "model": model,
        "attempt": attempt,
        "reserved": reserved,
    }


def reply_row(
    key: str,
    model: str,
    reply: Reply,
    *,
    at: str,
    cost: float | None,
    attempts: int,
    seconds: float,
    meta: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the row that keeps a reply; ``at`` is a UTC time, ``cost`` is in US dollars."""
    return {
        "v": VERSION,
        "t": "reply",
        "key": key,
        "model": model,
        "outcome": reply.outcome.value,
        "text": reply.text,
        "data": reply.data,
        "tool_calls": [asdict(call) for call in reply.tool_calls],
        "stop_reason": reply.stop_reason,
        "usage": asdict(reply.usage),
        "cost": cost,
        "attempts": attempts,
        "seconds": round(seconds, 3),
        "returned_model": reply.model,
        "request_id": reply.request_id,
        "detail": reply.detail,
        "meta": dict(meta),
        "at": at,
    }


def reply_of(row: Mapping[str, Any]) -> Reply:
    """Return the reply that a row keeps.

    Raises:
        ValueError: the row's outcome is not one that this version knows, or a part is missing.
    """
    try:
        return Reply(
            outcome=Outcome(row["outcome"]),
            text=row["text"],
            data=row["data"],
            tool_calls=tuple(ToolCall(**call) for call in row["tool_calls"]),
            stop_reason=row["stop_reason"],
            usage=Usage(**row["usage"]),
            model=row["returned_model"],
            request_id=row["request_id"],
            detail=row["detail"],
        )
    except (KeyError, TypeError) as error:
        msg = f"the row of {row.get('key', '?')} is not a reply of this version: {error!r}"
        raise ValueError(msg) from error
