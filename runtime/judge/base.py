"""What is asked of a model, what comes back, and how a call can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "FINAL",
    "INFRASTRUCTURE",
    "Call",
    "Clocks",
    "Message",
    "Model",
    "Outcome",
    "Reply",
    "Request",
    "Tool",
    "ToolCall",
    "Usage",
]


class Outcome(StrEnum):
    """How a call ended. Only ``OK`` and ``REFUSAL`` are something that the model said."""

    OK = "ok"
    REFUSAL = "refusal"  # the model, or its provider's filter, declined to answer
    TRUNCATED = "truncated"  # cut at a limit; without a stop reason, cut before its end
    MALFORMED = "malformed"  # a success status around something that is no answer
    RATE_LIMITED = "rate-limited"  # 429, or 529 "overloaded", after all attempts
    TIMEOUT = "timeout"  # one of the three clocks ran out, after all attempts
    SERVER = "server"  # 5xx, or an error event, after all attempts
    TRANSPORT = "transport"  # no connection, or one that broke, after all attempts
    REJECTED = "rejected"  # 400, 401, 403, 404 …: asking again would not help
    JUDGE_INVALID = "judge-invalid"  # the judge answered, but not as a judge must
    BUDGET = "budget"  # not asked: the call could have cost more than is left


#: Infrastructure: never a failure of the answer, never a tie; counted beside the results.
INFRASTRUCTURE = frozenset(Outcome) - {Outcome.OK, Outcome.REFUSAL}
#: What a resumed run does not ask again, unless it was cut (see :attr:`Reply.cut`).
FINAL = frozenset({Outcome.OK, Outcome.REFUSAL, Outcome.TRUNCATED})


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call, or of many; ``input`` does not count what the cache held."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
        )


@dataclass(frozen=True)
class Model:
    """A model at a provider: ``anthropic``, ``openai``, or a server that speaks like one.

    ``provider`` is "anthropic", "openai", "anthropic-compatible" or "openai-compatible"; the last
    two have a ``base_url``. ``params`` are request parameters (``temperature``, ``top_p``,
    ``max_tokens``, ``seed`` … and whatever else the provider takes).
    """

    provider: str
    name: str
    base_url: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The model as the user writes it: ``provider/name``, or ``provider:URL#name``."""
        if self.base_url:
            return f"{self.provider}:{self.base_url}#{self.name}"
        return f"{self.provider}/{self.name}"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn; ``role`` is "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call; ``schema`` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model made; ``arguments`` is ``None`` where they were no JSON object."""

    name: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True)
class Request:
    """What a model is asked.

    ``answer_with`` names the tool that the model must call (structured output); ``tools`` holds
    it, and the tools that the model may call otherwise. ``cacheable`` says that ``system`` comes
    again in other requests, so that a provider with prompt caching should keep it.
    """

    messages: tuple[Message, ...]
    system: str = ""
    tools: tuple[Tool, ...] = ()
    answer_with: str = ""
    max_tokens: int = 4096
    cacheable: bool = False


@dataclass(frozen=True)
class Reply:
    """How one attempt ended. ``detail`` says why, for people; it never holds a credential.

    ``data`` holds the arguments of the tool that :attr:`Request.answer_with` names, else ``None``.
    ``retry_after`` is in seconds, where the provider asked for a pause. ``model`` is the name that
    the provider gave back. ``status`` is the HTTP status, 0 where there was none.
    """

    outcome: Outcome
    text: str = ""
    data: Mapping[str, Any] | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    stop_reason: str = ""
    usage: Usage = Usage()
    model: str = ""
    request_id: str = ""
    detail: str = ""
    retry_after: float | None = None
    status: int = 0

    @property
    def cut(self) -> bool:
        """Whether the answer broke off before its end: asking again may bring all of it.

        An answer that was cut at a limit gives that as its stop reason, and would be cut again.
        """
        return self.outcome is Outcome.TRUNCATED and not self.stop_reason

    @property
    def final(self) -> bool:
        """Whether a resumed run does not ask again."""
        return self.outcome in FINAL and not self.cut


@dataclass(frozen=True, slots=True)
class Clocks:
    """Three limits in seconds: one attempt, silence within it, and all attempts together."""

    attempt: float = 300.0
    stall: float = 60.0
    total: float = 900.0


@dataclass(frozen=True)
class Call:
    """One call that a run needs. ``key`` names it for ever; ``meta`` (plain JSON) is kept with it.

    Two calls with one key are one call.
    """

    key: str
    model: Model
    request: Request
    meta: Mapping[str, Any] = field(default_factory=dict)
