"""An answer while it arrives, and what is made of it once it has ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..base import Outcome, Reply, Request, ToolCall, Usage

__all__ = ["CallDraft", "Draft", "as_object", "mapping", "number", "text"]

_GOOD_ENDS = frozenset(
    {"end_turn", "stop_sequence", "tool_use", "stop", "tool_calls", "function_call"}
    | {"eos", "eos_token"}
)
_TRUNCATED = frozenset(
    {"max_tokens", "model_context_window_exceeded", "pause_turn", "length", "model_length"}
)
_REFUSED = frozenset({"refusal", "content_filter", "safety", "sensitive"})
_BROKEN = frozenset({"error", "abort", "network_error", "insufficient_system_resource"})


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` where it is a JSON object, else an empty one: a server can send anything."""
    return value if isinstance(value, Mapping) else {}


def text(value: object) -> str:
    """``value`` where it is a string, else ""."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """``value`` where it is a count, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def as_object(source: str) -> Mapping[str, Any] | None:
    """The JSON object that ``source`` is, else ``None``."""
    try:
        value = json.loads(source)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@dataclass(slots=True)
class CallDraft:
    """A call of a tool: its arguments in pieces of JSON, or ``given`` whole."""

    name: str = ""
    parts: list[str] = field(default_factory=list)
    given: object = None

    def finished(self) -> ToolCall:
        """The call, its arguments read; no arguments at all are an empty object."""
        if not self.parts and self.given is not None:
            return ToolCall(self.name, self.given if isinstance(self.given, dict) else None)
        return ToolCall(self.name, as_object("".join(self.parts).strip() or "{}"))


@dataclass(slots=True)
class Draft:
    """What has come of an answer so far.

    ``begun`` once a piece of the answer itself came, ``ended`` once its proper end did. ``error``
    is what the provider sent in the place of an end. ``json_answer``: the text is the structured
    answer, where no call is. ``events`` counts whatever could be read.
    """

    parts: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: dict[int, CallDraft] = field(default_factory=dict)
    stop_reason: str = ""
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    request_id: str = ""
    status: int = 0
    error: tuple[Outcome, str] | None = None
    json_answer: bool = False
    begun: bool = False
    ended: bool = False
    events: int = 0

    def failed(self, outcome: Outcome, detail: str) -> Reply:
        """The reply where something other than the answer ended the attempt."""
        return Reply(
            outcome,
            text="".join(self.parts),
            stop_reason=self.stop_reason,
            usage=self.usage,
            model=self.model,
            request_id=self.request_id,
            status=self.status,
            detail=detail,
        )

    def reply(self, request: Request) -> Reply:
        """The reply to ``request`` after the last byte. Only a proper end makes it ``OK``."""
        if self.error is not None:
            return self.failed(*self.error)
        if not self.events:
            return self.failed(Outcome.MALFORMED, "a success status, but nothing of an answer")
        stop = self.stop_reason.lower()
        if stop in _TRUNCATED:
            return self.failed(Outcome.TRUNCATED, f"cut by the provider: {self.stop_reason}")
        if not self.ended:
            self.stop_reason = ""  # of an end that never came
            return self.failed(Outcome.TRUNCATED, "the answer stopped without its end")
        if stop in _BROKEN:
            return self.failed(Outcome.SERVER, f"given up by the provider: {self.stop_reason}")
        if stop in _REFUSED or self.refusal:
            self.parts += [] if any(self.parts) else self.refusal
            return self.failed(Outcome.REFUSAL, f"declined: {self.stop_reason or 'refusal'}")
        if stop not in _GOOD_ENDS:
            why = f"the answer ended with {self.stop_reason!r}, which is no end that is known"
            return self.failed(Outcome.MALFORMED, why)
        return self._answered(request)

    def _answered(self, request: Request) -> Reply:
        said = "".join(self.parts)
        calls = tuple(self.calls[index].finished() for index in sorted(self.calls))
        data, detail = None, ""
        chosen = [call for call in calls if call.name == request.answer_with]
        if request.answer_with and self.json_answer and not chosen:
            data = as_object(said)
            detail = "" if data is not None else "the answer is no JSON object"
        elif request.answer_with:
            data = chosen[0].arguments if chosen else None
            if not chosen:
                detail = f"the model did not call {request.answer_with!r}"
            elif data is None:
                detail = f"the arguments of {request.answer_with!r} are no JSON object"
        elif not said and not calls:
            detail = "the answer is empty"
        return Reply(
            Outcome.OK,
            text=said,
            data=data,
            tool_calls=calls,
            stop_reason=self.stop_reason,
            usage=self.usage,
            model=self.model,
            request_id=self.request_id,
            status=self.status,
            detail=detail,
        )
