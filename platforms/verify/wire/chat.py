"""OpenAI Chat Completions: ``POST …/chat/completions`` (source: the OpenAI API reference)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .exchange import Answer, Asked, Call, Reply, as_list, event_stream, text_of

__all__ = ["parse", "reply"]

_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def parse(path: str, body: Mapping[str, Any]) -> Asked:
    """Read a request; ``path`` is not needed here."""
    del path
    functions = [
        tool["function"]
        for tool in as_list(body.get("tools"))
        if isinstance(tool, Mapping) and isinstance(tool.get("function"), Mapping)
    ]
    return Asked(
        body,
        {str(tool.get("name")): tool.get("parameters") or {} for tool in functions},
        tuple(
            text_of(message.get("content"))
            for message in as_list(body.get("messages"))
            if isinstance(message, Mapping) and message.get("role") == "tool"
        ),
        bool(body.get("stream")),
        str(body.get("model", "fake-model")),
    )


def reply(asked: Asked, answer: Answer) -> Reply:
    """Write an answer, streaming if it was asked for."""
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(answer, Call):
        call = {
            "id": answer.id,
            "type": "function",
            "function": {
                "name": answer.name,
                "arguments": json.dumps(dict(answer.arguments), ensure_ascii=False),
            },
        }
        message["tool_calls"] = [call]
        delta = {**message, "tool_calls": [{"index": 0, **call}]}
        stop = "tool_calls"
    else:
        message["content"] = answer.text
        delta = message
        stop = "stop"
    head = {"id": f"chatcmpl-{asked.results}", "created": 1_700_000_000, "model": asked.model}
    if not asked.stream:
        choice = {"index": 0, "message": message, "finish_reason": stop, "logprobs": None}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": _USAGE}
        return Reply(json.dumps(whole, ensure_ascii=False).encode("utf-8"))
    chunk = {**head, "object": "chat.completion.chunk"}
    events: list[Mapping[str, Any]] = [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": stop}]},
        {**chunk, "choices": [], "usage": _USAGE},
    ]
    return event_stream(events, named=False, done=True)
