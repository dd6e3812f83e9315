"""OpenAI's chat completions, and the many servers that speak like it.

Source: the API's reference, pages Chat Completions and Structured Outputs, and the SDK's types.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..base import Clocks, Model, Outcome, Reply, Request, Tool
from ..output_limit import most_output_tokens
from .completion import CompletionAssembler
from .server import Server

__all__ = ["OpenAIProvider", "body_of", "can_be_strict"]

# What a server may not know, and how its message then names it.
_OPTIONAL = {
    "response_format": ("response_format", "json_schema"),
    "stream_options": ("stream_options", "include_usage"),
}
_NOT_UNDERSTOOD = (400, 422)
# Keywords that strict structured outputs take (docs, "Supported schemas").
_STRICT = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
    | {"description", "title"}
)


def can_be_strict(schema: object) -> bool:
    """Whether OpenAI can hold the model to ``schema`` exactly: closed objects, nothing optional."""
    if not isinstance(schema, Mapping) or not set(schema) <= _STRICT:
        return False
    properties = schema.get("properties", {})
    if (schema.get("type") == "object" or properties) and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(properties)
    ):
        return False
    inner = [*properties.values(), *schema.get("anyOf", ())]
    inner += [schema["items"]] if "items" in schema else []
    return all(map(can_be_strict, inner))


def body_of(
    model: Model, request: Request, without: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What is sent, but for ``stream``; the model's parameters go as they are.

    ``without`` names the optional features that the server does not have.
    """
    params = dict(model.params)
    own = model.provider == "openai"
    for name in ("max_completion_tokens", "max_tokens"):
        params.pop(name, None)
    turns = [{"role": turn.role, "content": turn.text} for turn in request.messages]
    system = [{"role": "system", "content": request.system}] if request.system else []
    body: dict[str, Any] = {
        "model": model.name,
        "messages": system + turns,
        "max_completion_tokens" if own else "max_tokens": most_output_tokens(request, model),
    }
    if "stream_options" not in without:
        body["stream_options"] = {"include_usage": True}
    tools = request.tools
    if request.answer_with and "response_format" not in without:
        [answer] = [tool for tool in tools if tool.name == request.answer_with]
        tools = tuple(tool for tool in tools if tool is not answer)
        body["response_format"] = {"type": "json_schema", "json_schema": _format(answer)}
    elif request.answer_with:
        body["tool_choice"] = {"type": "function", "function": {"name": request.answer_with}}
    if tools:
        body["tools"] = [{"type": "function", "function": _function(tool)} for tool in tools]
    return body | params


def _format(tool: Tool) -> dict[str, Any]:
    wanted: dict[str, Any] = {"name": tool.name, "schema": dict(tool.schema)}
    wanted |= {"description": tool.description} if tool.description else {}
    return wanted | {"strict": can_be_strict(tool.schema)}


def _function(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.schema),
    }


class OpenAIProvider:
    """One model, asked through the ``openai`` SDK; always streaming, so that a stall is seen.

    What the server says that it does not know (structured output as a response format, usage in
    a stream) is left out at once and from then on.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._server = Server(model, "openai", "AsyncOpenAI")
        self._without: frozenset[str] = frozenset()

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        """See :class:`.base.Provider`."""
        for _ in _OPTIONAL:
            body = body_of(self._model, request, self._without)
            reply = await self._attempt(body, request, clocks)
            unknown = self._unknown(reply, body)
            if not unknown:
                return reply
            self._without |= {unknown}
        return await self._attempt(body_of(self._model, request, self._without), request, clocks)

    async def _attempt(self, body: Mapping[str, Any], request: Request, clocks: Clocks) -> Reply:
        create = partial(
            self._server.client.chat.completions.with_streaming_response.create,
            model=self._model.name,
            messages=(),
        )
        assembler = CompletionAssembler(json_answer="response_format" in body)
        return await self._server.ask(create, body, assembler, request, clocks)

    @staticmethod
    def _unknown(reply: Reply, body: Mapping[str, Any]) -> str:
        """The optional feature of ``body`` that the server complains of, "" if none."""
        if reply.outcome is not Outcome.REJECTED or reply.status not in _NOT_UNDERSTOOD:
            return ""
        for feature, names in _OPTIONAL.items():
            if feature in body and any(name in reply.detail for name in names):
                return feature
        return ""

    async def aclose(self) -> None:
        """See :class:`.base.Provider`."""
        await self._server.aclose()
