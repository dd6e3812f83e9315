"""What a client's own log of a run says, read to its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from polyskill.runtime.judge.base import Outcome, ToolCall, Usage

__all__ = ["Transcript", "events", "mapping", "outcome_of_status", "skill_of_path", "unique"]

_SKILL_FILE = re.compile(r"([^\s/\\'\"`]+)[/\\]SKILL\.md(?!\.?\w)")


@dataclass(frozen=True)
class Transcript:
    """One run as its client logged it.

    ``skills`` are the skills that were really loaded (in their order, each once), ``listed`` those
    that the client offered to the model (``None`` where it does not say). ``cost`` is what the
    client estimates, in US dollars.
    """

    outcome: Outcome
    text: str = ""
    detail: str = ""
    skills: tuple[str, ...] = ()
    listed: tuple[str, ...] | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    stop_reason: str = ""
    model: str = ""
    cost: float | None = None

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools that were called, in their order, each once."""
        return unique(call.name for call in self.tool_calls)


def events(output: str) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects of ``output``, one a line; other lines are passed over.

    Clients print warnings between them, and a client that was killed leaves half a line.
    """
    for line in output.split("\n"):
        if line.lstrip().startswith("{"):
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, Mapping):
                yield event


def mapping(value: Any) -> Mapping[str, Any]:
    """Return ``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def unique(names: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    """Return names in their order, each once."""
    return tuple(dict.fromkeys(names))


def skill_of_path(text: str) -> str:
    """Return the folder of the SKILL.md that a path or a shell command names, else ""."""
    found = _SKILL_FILE.search(text)
    return found.group(1) if found else ""


def outcome_of_status(status: int) -> Outcome:
    """Return what an HTTP status of the model's provider means for the call."""
    if status in (429, 529):
        return Outcome.RATE_LIMITED
    return Outcome.SERVER if status >= 500 else Outcome.REJECTED
