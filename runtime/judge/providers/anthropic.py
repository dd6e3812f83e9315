"""Anthropic's Messages API, and servers that speak like it.

Source: the API's reference, pages Messages and Streaming Messages, and the SDK's types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..base import Clocks, Model, Outcome, Reply, Request, Usage
from ..output_limit import most_output_tokens
from .draft import CallDraft, Draft, mapping, number, text
from .server import Server
from .structured import learn, output_format, refuses_forcing, wants_format
from .trouble import clean, from_error

__all__ = ["AnthropicProvider", "MessageAssembler", "body_of"]


def body_of(model: Model, request: Request, *, as_format: bool = False) -> dict[str, Any]:
    """What is sent, but for ``stream``; the model's parameters go as they are.

    A structured answer is asked for by a forced tool, or with ``as_format`` by a format.
    """
    params = dict(model.params)
    params.pop("max_tokens", None)
    body: dict[str, Any] = {
        "model": model.name,
        "max_tokens": most_output_tokens(request, model),
        "messages": [{"role": turn.role, "content": turn.text} for turn in request.messages],
    }
    if request.system and request.cacheable:
        kept = {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral"}}
        body["system"] = [kept]
    elif request.system:
        body["system"] = request.system
    tools = request.tools
    if request.answer_with and as_format:
        [answer] = [tool for tool in tools if tool.name == request.answer_with]
        tools = tuple(tool for tool in tools if tool is not answer)
        params["output_config"] = {
            **mapping(params.get("output_config")),  # the user's effort, say
            "format": output_format(answer),
        }
    elif request.answer_with:
        body["tool_choice"] = {"type": "tool", "name": request.answer_with}
    if tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.schema)}
            for tool in tools
        ]
    return body | params


class AnthropicProvider:
    """One model, asked through the ``anthropic`` SDK; always streaming, so that a stall is seen.

    A model that says that tools cannot be forced is asked again at once, and from then on, for its
    structured answers in a format (see :mod:`.structured`).
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._server = Server(model, "anthropic", "AsyncAnthropic")

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        """See :class:`.base.Provider`."""
        as_format = bool(request.answer_with) and wants_format(self._model)
        reply = await self._attempt(request, clocks, as_format=as_format)
        if not request.answer_with or as_format or not refuses_forcing(reply):
            return reply
        other = await self._attempt(request, clocks, as_format=True)
        if other.outcome is not Outcome.REJECTED:
            learn(self._model)
            return other
        return replace(other, detail=clean(f"{reply.detail}; and in a format: {other.detail}"))

    async def _attempt(self, request: Request, clocks: Clocks, *, as_format: bool) -> Reply:
        body = body_of(self._model, request, as_format=as_format)
        create = partial(
            self._server.client.messages.with_streaming_response.create,
            model=self._model.name,
            max_tokens=body["max_tokens"],
            messages=(),
        )
        assembler = MessageAssembler(json_answer=as_format)
        return await self._server.ask(create, body, assembler, request, clocks)

    async def aclose(self) -> None:
        """See :class:`.base.Provider`."""
        await self._server.aclose()


class MessageAssembler:
    """Puts a message together out of its events, or takes it whole."""

    def __init__(self, *, json_answer: bool = False) -> None:
        self.draft = Draft(json_answer=json_answer)
        self._usage: dict[str, int] = {}

    def event(self, name: str, data: Mapping[str, Any]) -> None:
        """Take an event; the ones that are not known are passed over, as the API asks for."""
        draft = self.draft
        kind = text(data.get("type")) or name
        if kind == "content_block_delta":
            draft.events += 1
            self._delta(number(data.get("index")), mapping(data.get("delta")))
        elif kind == "content_block_start":
            self._block(number(data.get("index")), mapping(data.get("content_block")))
        elif kind == "message_start":
            draft.events += 1
            message = mapping(data.get("message"))
            draft.model = text(message.get("model"))
            self._count(mapping(message.get("usage")))
        elif kind == "message_delta":
            why = text(mapping(data.get("delta")).get("stop_reason"))
            draft.stop_reason = why or draft.stop_reason
            self._count(mapping(data.get("usage")))
        elif kind == "message_stop":
            draft.ended = bool(draft.events and draft.stop_reason)
        elif kind == "error" and not draft.ended:
            draft.error = from_error(data)

    def whole(self, body: Mapping[str, Any]) -> None:
        """Take a message that came in one piece."""
        draft = self.draft
        if "error" in body:
            draft.error = from_error(body)
        if not isinstance(body.get("content"), list):
            return
        draft.events += 1
        draft.model = text(body.get("model"))
        draft.stop_reason = text(body.get("stop_reason"))
        draft.ended = bool(draft.stop_reason)
        self._count(mapping(body.get("usage")))
        for index, block in enumerate(body["content"]):
            self._block(index, mapping(block))

    def _block(self, index: int, block: Mapping[str, Any]) -> None:
        kind = block.get("type")
        if kind == "text":
            self.draft.parts.append(text(block.get("text")))
        elif kind == "tool_use":
            call = self.draft.calls[index] = CallDraft(text(block.get("name")))
            call.given = block.get("input") or None

    def _delta(self, index: int, delta: Mapping[str, Any]) -> None:
        kind = delta.get("type")
        self.draft.begun |= kind != "signature_delta"  # of thoughts that may go on, unseen
        if kind == "text_delta":
            self.draft.parts.append(text(delta.get("text")))
        elif kind == "input_json_delta" and index in self.draft.calls:
            self.draft.calls[index].parts.append(text(delta.get("partial_json")))

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Later counts stand in for earlier ones: they are of the whole message."""
        self._usage |= {name: count for name, count in usage.items() if isinstance(count, int)}
        self.draft.usage = Usage(
            input=number(self._usage.get("input_tokens")),
            output=number(self._usage.get("output_tokens")),
            cache_read=number(self._usage.get("cache_read_input_tokens")),
            cache_write=number(self._usage.get("cache_creation_input_tokens")),
        )
