"""Gemini: ``POST …/models/<model>:generateContent`` and ``:streamGenerateContent``.

Source: the reference of the Gemini API; a stream (``alt=sse``) is a sequence of whole
GenerateContentResponse objects without an end mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .exchange import Answer, Asked, Call, Reply, as_list, event_stream, text_of

__all__ = ["parse", "reply"]


def _functions(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        str(function.get("name")): function.get("parametersJsonSchema")
        or function.get("parameters")
        or {}
        for tool in as_list(body.get("tools"))
        if isinstance(tool, Mapping)
        for function in as_list(tool.get("functionDeclarations"))
        if isinstance(function, Mapping)
    }


def parse(path: str, body: Mapping[str, Any]) -> Asked:
    """Read a request; the model and whether to stream stand in ``path``."""
    model, _, verb = path.rpartition("/")[2].partition(":")
    parts = [
        part
        for content in as_list(body.get("contents"))
        if isinstance(content, Mapping)
        for part in as_list(content.get("parts"))
    ]
    return Asked(
        body,
        _functions(body),
        tuple(
            text_of(part["functionResponse"])
            for part in parts
            if isinstance(part, Mapping) and "functionResponse" in part
        ),
        verb.startswith("stream"),
        model,
    )


def reply(asked: Asked, answer: Answer) -> Reply:
    """Write an answer, streaming if it was asked for."""
    if isinstance(answer, Call):
        call = {"id": answer.id, "name": answer.name, "args": dict(answer.arguments)}
        part: dict[str, Any] = {"functionCall": call}
    else:
        part = {"text": answer.text}
    whole = {
        "candidates": [
            {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15},
        "modelVersion": asked.model,
        "responseId": f"response-{asked.results}",
    }
    if asked.stream:
        return event_stream([whole], named=False)
    return Reply(json.dumps(whole, ensure_ascii=False).encode("utf-8"))
