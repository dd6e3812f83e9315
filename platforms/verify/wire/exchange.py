"""One question of a client and one answer of the fake model, in no dialect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Answer",
    "Asked",
    "Call",
    "Reply",
    "Say",
    "as_list",
    "event_stream",
    "strings",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an answer. ``tools`` maps a tool's name to the JSON Schema of its arguments.

    ``outputs`` are the tool results that the conversation holds so far, in order. ``stream`` asks
    for server-sent events.
    """

    body: Mapping[str, Any]
    tools: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    stream: bool = False
    model: str = "fake-model"

    @property
    def results(self) -> int:
        """How many tool results there are."""
        return len(self.outputs)


@dataclass(frozen=True, slots=True)
class Say:
    """The model says something and ends its turn."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """The model calls one tool. ``id`` is unique in a conversation."""

    name: str
    arguments: Mapping[str, Any]
    id: str = "call_1"


Answer = Say | Call


@dataclass(frozen=True, slots=True)
class Reply:
    """The bytes of an HTTP answer."""

    data: bytes
    content_type: str = "application/json"


def as_list(value: Any) -> list[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """Return every string inside a JSON value, a line each."""
    return "\n".join(strings(value))


def strings(value: Any) -> Iterator[str]:
    """Yield every string inside a JSON value, keys left out, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def event_stream(events: list[Mapping[str, Any]], *, named: bool, done: bool = False) -> Reply:
    """Return server-sent events; ``named`` ones carry their ``type`` as event name too.

    ``done`` ends them with OpenAI's ``[DONE]``.
    """
    parts = []
    for event in events:
        head = f"event: {event['type']}\n" if named else ""
        parts.append(f"{head}data: {json.dumps(event, ensure_ascii=False)}\n\n")
    if done:
        parts.append("data: [DONE]\n\n")
    return Reply("".join(parts).encode("utf-8"), "text/event-stream")
