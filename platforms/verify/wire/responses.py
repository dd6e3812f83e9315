"""OpenAI Responses: ``POST …/responses`` (source: the OpenAI API reference, streaming events)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .exchange import Answer, Asked, Call, Reply, as_list, event_stream, text_of

__all__ = ["parse", "reply"]

_RESULTS = {"function_call_output", "custom_tool_call_output"}


def parse(path: str, body: Mapping[str, Any]) -> Asked:
    """Read a request; ``path`` is not needed here."""
    del path
    return Asked(
        body,
        {
            str(tool["name"]): tool.get("parameters") or {}
            for tool in as_list(body.get("tools"))
            if isinstance(tool, Mapping) and tool.get("type") == "function" and "name" in tool
        },
        tuple(
            text_of(item.get("output"))
            for item in as_list(body.get("input"))
            if isinstance(item, Mapping) and item.get("type") in _RESULTS
        ),
        bool(body.get("stream")),
        str(body.get("model", "fake-model")),
    )


def _response(asked: Asked, output: list[Mapping[str, Any]], status: str) -> dict[str, Any]:
    return {
        "id": f"resp_{asked.results}",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": status,
        "model": asked.model,
        "output": output,
        "usage": {
            "input_tokens": 10,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 5,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 15,
        },
    }


def reply(asked: Asked, answer: Answer) -> Reply:
    """Write an answer, streaming if it was asked for."""
    item: dict[str, Any]
    if isinstance(answer, Call):
        arguments = json.dumps(dict(answer.arguments), ensure_ascii=False)
        item = {
            "type": "function_call",
            "id": f"fc_{answer.id}",
            "call_id": answer.id,
            "name": answer.name,
            "arguments": arguments,
            "status": "completed",
        }
        place = {"item_id": item["id"], "output_index": 0}
        middle: list[dict[str, Any]] = [
            {"type": "response.function_call_arguments.delta", **place, "delta": arguments},
            {"type": "response.function_call_arguments.done", **place, "arguments": arguments},
        ]
        begun = {**item, "arguments": "", "status": "in_progress"}
    else:
        part = {"type": "output_text", "text": answer.text, "annotations": []}
        item = {
            "type": "message",
            "id": f"msg_{asked.results}",
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
        place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        middle = [
            {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
            {"type": "response.output_text.delta", **place, "delta": answer.text},
            {"type": "response.output_text.done", **place, "text": answer.text},
            {"type": "response.content_part.done", **place, "part": part},
        ]
        begun = {**item, "content": [], "status": "in_progress"}
    whole = _response(asked, [item], "completed")
    if not asked.stream:
        return Reply(json.dumps(whole, ensure_ascii=False).encode("utf-8"))
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": _response(asked, [], "in_progress")},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        *middle,
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    return event_stream(
        [{**event, "sequence_number": number} for number, event in enumerate(events)], named=True
    )
