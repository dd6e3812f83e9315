"""MCP servers: every client's spelling to the neutral one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..model import McpServer
from .values import as_string

__all__ = ["read_servers"]

_TYPES = {
    "http": "streamable-http",
    "local": "stdio",
    "remote": "streamable-http",
    "sse": "sse",
    "stdio": "stdio",
    "streamable-http": "streamable-http",
    "streamableHttp": "streamable-http",
    "streamable_http": "streamable-http",
}
_KNOWN = frozenset(
    {"args", "command", "cwd", "env", "environment", "headers", "httpUrl", "serverUrl"}
    | {"transport", "type", "url"}
)


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(key): as_string(item) for key, item in value.items()}


def _server(name: str, data: Mapping[str, Any]) -> McpServer | None:
    command = data.get("command")
    args = data.get("args")
    words = [as_string(item) for item in args] if isinstance(args, list) else []
    if isinstance(command, list):  # OpenCode: the whole command line
        words = [as_string(item) for item in command[1:]] + words
        command = command[0] if command else ""
    url = as_string(data.get("url") or data.get("httpUrl") or data.get("serverUrl"))
    written = data.get("type") or data.get("transport")
    kind = _TYPES.get(as_string(written)) if written else None
    if kind is None and not written:
        kind = "stdio" if command else "streamable-http" if url else None
    if kind is None or (not command if kind == "stdio" else not url):
        return None
    return McpServer(
        name=name,
        type=kind,
        command=as_string(command) if kind == "stdio" else "",
        args=tuple(words),
        env=_strings(data.get("env") or data.get("environment")),
        cwd=as_string(data.get("cwd")),
        url=url,
        headers=_strings(data.get("headers")),
        extra={key: value for key, value in data.items() if key not in _KNOWN},
    )


def read_servers(data: object, path: str) -> tuple[list[McpServer], list[Diagnostic]]:
    """Return the servers of ``{"mcpServers": {…}}``, of ``{"mcp": {…}}``, or of a bare mapping.

    A server that is switched off (``"enabled": false``) is read like any other; its switch stays
    in ``extra``.
    """
    servers: list[McpServer] = []
    findings: list[Diagnostic] = []

    def wrong(key: str, expected: str, expected_zh: str) -> None:
        code = codes.BAD_MANIFEST
        findings.append(report(code, path, key=key, expected=expected, expected_zh=expected_zh))

    table = data
    for key in ("mcpServers", "mcp", "servers"):
        if isinstance(data, Mapping) and key in data:
            table = data[key]
            break
    else:
        key = "mcpServers"
    if not isinstance(table, Mapping):
        wrong(key, "an object of servers", "由服务器组成的对象")
        return servers, findings
    for name, item in table.items():
        if name == "$schema":
            continue
        server = _server(str(name), item) if isinstance(item, Mapping) else None
        if server is None:
            wrong(
                f"{key}.{name}",
                "a server with `command` or `url` of a known type",
                "带有 `command` 或 `url` 且类型已知的服务器",
            )
        else:
            servers.append(server)
    return servers, findings
