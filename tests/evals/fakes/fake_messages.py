"""What a fake provider is asked and says, and how Anthropic's Messages API puts it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Asked:
    """A request as the server got it; ``time`` is ``time.monotonic()``."""

    dialect: str  # "anthropic" or "openai"
    model: str
    system: str
    messages: tuple[tuple[str, str], ...]  # (role, text)
    tools: tuple[str, ...]
    forced: str  # the tool or the JSON schema that must be answered with, "" if none
    schema: Mapping[str, Any] | None
    streaming: bool
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    time: float
    batched: bool = False
    by_format: bool = False  # Anthropic's: a schema for the text, which names no tool

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        return self.messages[-1][1] if self.messages else ""


@dataclass(frozen=True)
class Answer:
    """What the model says; token counts are of the text's length where they are not given."""

    text: str = ""
    data: Mapping[str, Any] | None = None  # the structured answer
    calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()  # (tool, arguments)
    stop: str = ""  # as Anthropic names it; "" fits the rest
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read: int = 0
    cache_write: int = 0
    thoughts: str = ""  # before the answer; Anthropic's are sent as they are by default: left out
    delay: float = 0.0  # seconds before the first byte


def Structured(data: Mapping[str, Any]) -> Answer:
    return Answer(data=data)


@dataclass(frozen=True)
class Fault:
    """Trouble for the first ``times`` requests of one body (``None``: for ever), then ``then``.

    Kinds: an HTTP status ("429", "500", "529", "400", "401" …); "html200"; "error200" (a success
    with an error inside, in one piece); "truncated-json"; "sse-error" (after the first delta;
    ``error`` is its type); "cut" (the stream ends after its first delta, as if it were complete);
    "broken" (the connection closes there); "dropped" (it closes without an answer); "stall"
    (silence of ``seconds`` after the first delta); "silent" (silence before the first byte);
    "late" (after the first event); "slow" (``seconds`` between deltas); "no-finish" (the end
    without the reason for it); "max_tokens"; "refusal"; "empty"; and in batches "canceled" and
    "expired".
    """

    kind: str
    times: int | None = 1
    then: str | Answer = "Recovered."
    retry_after: str = ""  # the header, in seconds or as a date
    retry_after_ms: str = ""
    seconds: float = 30.0
    error: str = "overloaded_error"
    code: str | None = None  # OpenAI's, with an error status
    message: str = ""


def read_request(
    dialect: str, body: Mapping[str, Any], headers: Mapping[str, str], batched: bool = False
) -> Asked:
    messages = [(turn["role"], _text(turn.get("content"))) for turn in body.get("messages", ())]
    choice, forced, schema = body.get("tool_choice"), "", None
    if dialect == "anthropic":
        system = _text(body.get("system", ""))
        tools = {tool["name"]: tool["input_schema"] for tool in body.get("tools", ())}
        if isinstance(choice, Mapping) and choice.get("type") == "tool":
            forced = choice["name"]
        schema = format_of(body)
    else:
        system = "\n".join(text for role, text in messages if role in ("system", "developer"))
        messages = [turn for turn in messages if turn[0] not in ("system", "developer")]
        functions = [tool["function"] for tool in body.get("tools", ())]
        tools = {tool["name"]: tool["parameters"] for tool in functions}
        if isinstance(choice, Mapping):
            forced = choice["function"]["name"]
        wanted = (body.get("response_format") or {}).get("json_schema")
        if wanted:
            forced, schema = wanted["name"], wanted["schema"]
    return Asked(
        dialect=dialect,
        model=body.get("model", ""),
        system=system,
        messages=tuple(messages),
        tools=tuple(tools),
        forced=forced,
        schema=schema or tools.get(forced),
        streaming=bool(body.get("stream")),
        body=body,
        headers=headers,
        time=time.monotonic(),
        batched=batched,
        by_format=dialect == "anthropic" and schema is not None,
    )


def format_of(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema that an Anthropic message is asked to follow."""
    wanted = (body.get("output_config") or {}).get("format")
    assert wanted is None or set(wanted) == {"type", "schema"}, wanted
    return wanted and wanted["schema"]


_TAKEN = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
    | {"description", "title", "default", "$ref", "$defs", "format", "pattern"}
)


def bad_schema(schema: Any, where: str = "schema") -> str:
    """Why the Messages API does not take a schema for a format, "" if it does."""
    if unknown := sorted(set(schema) - _TAKEN):
        return (
            f"output_config.format.{where}: For '{schema.get('type')}' type, "
            f"property '{unknown[0]}' is not supported"
        )
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return (
            f"output_config.format.{where}: For 'object' type, 'additionalProperties' must be "
            "explicitly set to false"
        )
    inner = [(f"{where}.{name}", part) for name, part in schema.get("properties", {}).items()]
    inner += [(f"{where}.items", schema["items"])] if "items" in schema else []
    return next((why for name, part in inner if (why := bad_schema(part, name))), "")


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())


def calls_of(asked: Asked, answer: Answer) -> list[tuple[str, Mapping[str, Any]]]:
    calls = list(answer.calls)
    if answer.data is not None and not asked.by_format:
        assert asked.forced, "a structured answer to a request that does not ask for one"
        calls.insert(0, (asked.forced, answer.data))
    return calls


def counts_of(asked: Asked, answer: Answer) -> tuple[int, int]:
    prompt = len(asked.system) + sum(len(text) for _, text in asked.messages)
    said = len(answer.text) + (len(json.dumps(answer.data)) if answer.data is not None else 0)
    given, made = answer.input_tokens, answer.output_tokens
    return (prompt // 4 + 1 if given is None else given), (said // 4 + 1 if made is None else made)


def pieces(text: str) -> list[str]:
    size = max(1, -(-len(text) // 4))
    return [text[i : i + size] for i in range(0, len(text), size)]


def dump(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def event(name: str, data: Any) -> bytes:
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + dump(data) + b"\n\n"


def error_body(dialect: str, status: int, message: str, code: str | None = None) -> bytes:
    kind = KINDS.get(status, "api_error")
    said = {"type": kind, "message": message or f"the fake provider says {status}"}
    if dialect == "anthropic":
        return dump({"type": "error", "error": said, "request_id": "req_error"})
    return dump({"error": said | {"code": code, "param": None}})


def _blocks(asked: Asked, answer: Answer) -> list[dict[str, Any]]:
    """The content of an Anthropic message."""
    blocks: list[dict[str, Any]] = []
    if answer.thoughts:
        blocks.append({"type": "thinking", "thinking": "", "signature": "c2lnbmVk"})
    said = answer.text
    if asked.by_format and answer.data is not None:
        said = dump(answer.data).decode()
    blocks += [{"type": "text", "text": said}] if said else []
    for name, arguments in calls_of(asked, answer):
        number = f"toolu_{len(blocks)}"
        blocks.append({"type": "tool_use", "id": number, "name": name, "input": arguments})
    return blocks


def _stop(asked: Asked, answer: Answer) -> str:
    return answer.stop or ("tool_use" if calls_of(asked, answer) else "end_turn")


def message_of(asked: Asked, answer: Answer) -> dict[str, Any]:
    given, made = counts_of(asked, answer)
    usage = {"input_tokens": given, "output_tokens": made}
    usage |= {"cache_read_input_tokens": answer.cache_read}
    usage |= {"cache_creation_input_tokens": answer.cache_write}
    return {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": _blocks(asked, answer),
        "stop_reason": _stop(asked, answer),
        "stop_sequence": None,
        "usage": usage,
    }


def message_stream(asked: Asked, answer: Answer) -> Iterator[bytes]:
    message = message_of(asked, answer)
    usage = message["usage"]
    opening = message | {"content": [], "stop_reason": None, "usage": usage | {"output_tokens": 1}}
    yield event("message_start", {"type": "message_start", "message": opening})
    yield event("ping", {"type": "ping"})
    for index, block in enumerate(message["content"]):
        if block["type"] == "thinking":
            yield from _thinking(index, block)
            continue
        text = block["type"] == "text"
        empty = {"text": ""} if text else {"input": {}}
        start = {"type": "content_block_start", "index": index, "content_block": block | empty}
        yield event("content_block_start", start)
        whole = block["text"] if text else dump(block["input"]).decode()
        for piece in pieces(whole):
            part = {"type": "text_delta", "text": piece}
            delta = part if text else {"type": "input_json_delta", "partial_json": piece}
            data = {"type": "content_block_delta", "index": index, "delta": delta}
            yield event("content_block_delta", data)
        yield event("content_block_stop", {"type": "content_block_stop", "index": index})
    end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    data = {
        "type": "message_delta",
        "delta": end,
        "usage": {"output_tokens": usage["output_tokens"]},
    }
    yield event("message_delta", data)
    yield event("message_stop", {"type": "message_stop"})


def _thinking(index: int, block: Mapping[str, Any]) -> Iterator[bytes]:
    """Thoughts that are not shown: nothing but a signature comes of them."""
    start = {"type": "content_block_start", "index": index}
    start |= {"content_block": dict(block) | {"signature": ""}}
    yield event("content_block_start", start)
    delta = {"type": "signature_delta", "signature": block["signature"]}
    signed = {"type": "content_block_delta", "index": index, "delta": delta}
    yield event("content_block_delta", signed)
    yield event("content_block_stop", {"type": "content_block_stop", "index": index})


def least(schema: Mapping[str, Any]) -> Any:
    """The smallest value that a plain JSON Schema allows."""
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("properties", {})
        return {name: least(wanted[name]) for name in schema.get("required", wanted)}
    if kind == "array":
        return [least(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    plain: dict[str, Any] = {"string": "yes", "boolean": True, "null": None}
    return plain.get(kind, schema.get("minimum", 0))
