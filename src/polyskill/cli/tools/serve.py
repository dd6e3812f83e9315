"""``polyskill tools serve``: the calculators for an assistant."""

from __future__ import annotations

from ..language import tr

__all__ = ["HELP", "serve"]

HELP = tr(
    """Offer the calculators to an assistant: an MCP server on standard input and output.

claude mcp add polyskill-tools -- polyskill tools serve""",
    """以 MCP 服务器（标准输入输出）的形式向助手提供这些计算器。

claude mcp add polyskill-tools -- polyskill tools serve""",
)


def serve() -> None:
    """Serve until the input ends (see :data:`HELP`)."""
    from polyskill.runtime.tools.serve import serve as run

    run()
