"""The calculators as an MCP server on standard input and output.

Every function of :mod:`.calls` is a tool; its schema comes from its signature and its description
from its docstring. Needs the official SDK (``mcp``), version 1.23 or later (both 1.x and 2.x).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..judge.missing import need
from .calls import CALLS
from .errors import ToolError

__all__ = ["make_server", "serve"]

_NAME = "research-tools"
_ABOUT = (
    "Exact, cited calculators for language-model training and evaluation. Prefer them to "
    "arithmetic by heart; tell the user the formula and the source that come with a result."
)


def make_server() -> Any:
    """Return the server, with all tools in it.

    Raises:
        MissingLibrary: the SDK is not installed.
    """
    server_class, refused = _sdk()
    server = server_class(_NAME, instructions=_ABOUT)
    for name, call in CALLS.items():
        server.add_tool(_said(call, refused), name=name.replace("-", "_"))
    return server


def serve() -> None:
    """Serve until standard input ends.

    Raises:
        MissingLibrary: the SDK is not installed.
    """
    make_server().run(transport="stdio")


def _sdk() -> tuple[Any, type[Exception]]:
    """Return the SDK's server, and its error whose text reaches the assistant.

    ``MCPServer`` was ``FastMCP`` before the SDK's version 2.
    """
    server = need("mcp.server", "mcp")
    if hasattr(server, "MCPServer"):
        return server.MCPServer, need("mcp.server.mcpserver.exceptions", "mcp").ToolError
    fast = need("mcp.server.fastmcp", "mcp")
    return fast.FastMCP, need("mcp.server.fastmcp.exceptions", "mcp").ToolError


def _said(call: Callable[..., dict[str, Any]], refused: type[Exception]) -> Callable[..., Any]:
    @wraps(call)
    def answer(**arguments: Any) -> dict[str, Any]:
        try:
            return call(**arguments)
        except (ToolError, ImportError) as error:
            raise refused(str(error)) from error

    return answer
