"""The MCP server, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import inspect
import json
import sys
from contextlib import AsyncExitStack
from importlib.util import find_spec
from typing import Any

import pytest

from polyskill.runtime.tools.calls import CALLS

pytestmark = pytest.mark.skipif(find_spec("mcp") is None, reason="the MCP SDK is not installed")
NAMES = {name.replace("-", "_") for name in CALLS}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """Start a server of our own, ask it everything, and end it."""
    import anyio
    from mcp import ClientSession, StdioServerParameters, stdio_client

    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "lora": ("lora", {"model": "Llama-3.1-8B", "rank": 32}),
        "cache": ("kv_cache", {"model": "Llama-3.1-8B", "length": 8192}),
        "split": ("chinchilla", {"flops": 5.76e23}),
        "test": ("significance", {"accuracies": [0.7, 0.72], "questions": 14042}),
        "unknown": ("lora", {"model": "no-such-model"}),
        "unpublished": ("lr", {"model": "gpt-oss-20b"}),
        "after": ("lora", {"model": "Qwen3-8B"}),
    }

    async def asked() -> dict[str, Any]:
        code = "from polyskill.runtime.tools.serve import serve; serve()"
        started = StdioServerParameters(command=sys.executable, args=["-c", code])
        async with AsyncExitStack() as stack:
            streams = await stack.enter_async_context(stdio_client(started))
            session = await stack.enter_async_context(ClientSession(*streams))
            await session.initialize()
            found: dict[str, Any] = {"tools": (await session.list_tools()).tools}
            for name, (tool, arguments) in calls.items():
                found[name] = await session.call_tool(tool, arguments)
            return found

    return anyio.run(asked)


def text(result: Any) -> str:
    return str(result.content[0].text)


def failed(result: Any) -> bool:
    return bool(getattr(result, "is_error", getattr(result, "isError", False)))


def test_every_calculator_is_a_tool_with_a_schema(answers: dict[str, Any]) -> None:
    assert {tool.name for tool in answers["tools"]} == NAMES
    for tool in answers["tools"]:
        call = CALLS.get(tool.name) or CALLS[tool.name.replace("_", "-")]
        schema = getattr(tool, "input_schema", None) or tool.inputSchema
        assert set(schema["properties"]) == set(inspect.signature(call).parameters)
        assert tool.description.startswith((call.__doc__ or "-").split("\n")[0])


def test_answers(answers: dict[str, Any]) -> None:
    assert json.loads(text(answers["lora"]))["trainable"] == 83_886_080
    assert json.loads(text(answers["cache"]))["total"] == 2**30
    assert len(json.loads(text(answers["split"]))["optima"]) == 4
    assert json.loads(text(answers["test"]))["significant"] is True


def test_refusals_reach_the_assistant_and_harm_nothing(answers: dict[str, Any]) -> None:
    assert failed(answers["unknown"])
    assert "no-such-model" in text(answers["unknown"])
    assert failed(answers["unpublished"])
    assert "nobody has published" in text(answers["unpublished"])
    assert not failed(answers["after"])
