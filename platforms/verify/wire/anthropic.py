"""Anthropic Messages: ``POST /v1/messages`` (source: the Messages API reference, streaming)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .exchange import Answer, Asked, Call, Reply, as_list, event_stream, text_of

__all__ = ["parse", "reply"]

_USAGE = {"input_tokens": 10, "output_tokens": 5}


def parse(path: str, body: Mapping[str, Any]) -> Asked:
    """Read a request; ``path`` is not needed here."""
    del path
    blocks = [
        block
        for message in as_list(body.get("messages"))
        if isinstance(message, Mapping)
        for block in as_list(message.get("content"))
    ]
    return Asked(
        body,
        {
            str(tool.get("name")): tool.get("input_schema") or {}
            for tool in as_list(body.get("tools"))
            if isinstance(tool, Mapping)
        },
        tuple(
            text_of(block.get("content"))
            for block in blocks
            if isinstance(block, Mapping) and block.get("type") == "tool_result"
        ),
        bool(body.get("stream")),
        str(body.get("model", "fake-model")),
    )


def _message(asked: Asked, content: list[Mapping[str, Any]], stop: str | None) -> dict[str, Any]:
    return {
        "id": f"msg_{asked.results}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": _USAGE,
    }


def reply(asked: Asked, answer: Answer) -> Reply:
    """Write an answer, streaming if it was asked for."""
    if isinstance(answer, Call):
        block = {"type": "tool_use", "id": answer.id, "name": answer.name}
        full: dict[str, Any] = {**block, "input": dict(answer.arguments)}
        empty: dict[str, Any] = {**block, "input": {}}
        delta = {
            "type": "input_json_delta",
            "partial_json": json.dumps(dict(answer.arguments), ensure_ascii=False),
        }
        stop = "tool_use"
    else:
        full = {"type": "text", "text": answer.text}
        empty = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": answer.text}
        stop = "end_turn"
    if not asked.stream:
        message = _message(asked, [full], stop)
        return Reply(json.dumps(message, ensure_ascii=False).encode("utf-8"))
    events: list[Mapping[str, Any]] = [
        {"type": "message_start", "message": _message(asked, [], None)},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"output_tokens": 5},
        },
        {"type": "message_stop"},
    ]
    return event_stream(events, named=True)
