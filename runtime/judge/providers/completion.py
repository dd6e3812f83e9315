"""A chat completion, put together out of what OpenAI and its kin send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base import Usage
from .draft import CallDraft, Draft, mapping, number, text
from .trouble import from_error

__all__ = ["CompletionAssembler"]


class CompletionAssembler:
    """Puts a completion together out of its chunks, or takes it whole."""

    def __init__(self, *, json_answer: bool = False) -> None:
        self.draft = Draft(json_answer=json_answer)

    def event(self, name: str, data: Mapping[str, Any]) -> None:
        """Take a chunk, or an error in its place."""
        draft = self.draft
        if data.get("error") or name == "error":
            if not draft.ended:
                draft.error = from_error(data)
            return
        self._take(data, "delta")

    def whole(self, body: Mapping[str, Any]) -> None:
        """Take a completion that came in one piece."""
        if body.get("error"):
            self.draft.error = from_error(body)
        else:
            self._take(body, "message")

    def _take(self, data: Mapping[str, Any], part: str) -> None:
        draft = self.draft
        draft.model = text(data.get("model")) or draft.model
        if isinstance(data.get("usage"), Mapping):
            self._count(data["usage"])
        choices = data.get("choices")
        choice = mapping(choices[0]) if isinstance(choices, list) and choices else {}
        said = mapping(choice.get(part))
        if not choice:
            return
        draft.events += 1
        if said.get("content") or said.get("tool_calls") or said.get("reasoning_content"):
            draft.begun = True
        draft.parts.append(_content(said.get("content")))
        if text(said.get("refusal")):
            draft.refusal.append(said["refusal"])
        calls = said.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            self._call(mapping(call))
        draft.stop_reason = text(choice.get("finish_reason")) or draft.stop_reason
        draft.ended = bool(draft.stop_reason)

    def _call(self, call: Mapping[str, Any]) -> None:
        function = mapping(call.get("function"))
        index = call.get("index")
        if not isinstance(index, int):  # left out by some servers, and in whole answers
            last = max(self.draft.calls, default=-1)
            index = last + 1 if function.get("name") else max(last, 0)
        draft = self.draft.calls.setdefault(index, CallDraft())
        draft.name = draft.name or text(function.get("name"))
        arguments = function.get("arguments")
        if isinstance(arguments, str):
            draft.parts.append(arguments)
        elif arguments:  # Ollama and kin: an object, not its text
            draft.given = arguments

    def _count(self, usage: Mapping[str, Any]) -> None:
        cached = number(mapping(usage.get("prompt_tokens_details")).get("cached_tokens"))
        self.draft.usage = Usage(
            input=max(0, number(usage.get("prompt_tokens")) - cached),
            output=number(usage.get("completion_tokens")),
            cache_read=cached,
        )


def _content(content: object) -> str:
    """Text, or the text parts of a list that some servers send with thoughts in between."""
    if isinstance(content, list):
        return "".join(
            text(p.get("text")) for p in map(mapping, content) if p.get("type") == "text"
        )
    return text(content)
