"""How OpenAI's chat completions put the answers of the fake provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fake_messages import Answer, Asked, calls_of, counts_of, dump, event, pieces

STOPS = {"end_turn": "stop", "max_tokens": "length", "refusal": "content_filter"}


def chat_message(asked: Asked, answer: Answer) -> dict[str, Any]:
    text, calls = answer.text, calls_of(asked, answer)
    if answer.data is not None and asked.body.get("response_format"):
        text, calls = dump(answer.data).decode(), calls[1:]
    message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None}
    if answer.stop == "refusal":
        message |= {"content": None, "refusal": "I can't help with that."}
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": name, "arguments": dump(arguments).decode()},
            }
            for index, (name, arguments) in enumerate(calls)
        ]
    return message


def chat_usage(asked: Asked, answer: Answer) -> dict[str, Any]:
    given, made = counts_of(asked, answer)
    given += answer.cache_read
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "prompt_tokens_details": {"cached_tokens": answer.cache_read},
    }


def finish_reason(asked: Asked, answer: Answer) -> str:
    called = "tool_calls" if "tool_calls" in chat_message(asked, answer) else "stop"
    return STOPS.get(answer.stop, called) if answer.stop else called


def chat_stream(asked: Asked, answer: Answer, usage: bool) -> Iterator[bytes]:
    message = chat_message(asked, answer)
    base = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1}
    base |= {"model": asked.model}

    def part(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return event("", base | {"choices": [choice]})

    yield part({"role": "assistant", "content": ""})
    for name in ("content", "refusal"):
        for piece in pieces(message[name] or ""):
            yield part({name: piece})
    for index, call in enumerate(message.get("tool_calls", ())):
        function = call["function"]
        opening = call | {"index": index, "function": function | {"arguments": ""}}
        yield part({"tool_calls": [opening]})
        for piece in pieces(function["arguments"]):
            yield part({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield part({}, finish_reason(asked, answer))
    if usage and (asked.body.get("stream_options") or {}).get("include_usage"):
        yield event("", base | {"choices": [], "usage": chat_usage(asked, answer)})
    yield b"data: [DONE]\n\n"
