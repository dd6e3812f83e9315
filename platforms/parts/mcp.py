"""An MCP server in the shape that each client reads.

A source refers to the environment as ``${VAR}``, ``${VAR:-default}``, ``${env:VAR}`` or
``{env:VAR}``; each client has one notation, or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from polyskill.compiler.model import McpServer
from polyskill.compiler.view import View

from ..base import Loss
from . import toml
from .placeholders import own_paths

__all__ = ["AGENT_PLUGINS_SCHEMA", "codex_plugin", "codex_toml", "servers", "uses_root"]

AGENT_PLUGINS_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json"

_VARIABLE = re.compile(r"\$\{env:(\w+)\}|(?<!\$)\{env:(\w+)\}|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}")
_BEARER = re.compile(r"Bearer \$\{(?:env:)?(\w+)\}")
_OWN_NAMES = frozenset({"PLUGIN_ROOT", "PLUGIN_DATA", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA",
                        "CLAUDE_PROJECT_DIR", "CURSOR_PLUGIN_ROOT", "workspaceFolder",
                        "userHome", "CLAUDE_SKILL_DIR"})  # fmt: skip
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Losses = tuple[Loss, ...]
Shape = Callable[[McpServer, "_Words"], dict[str, Any] | None]


def _claude_variable(name: str, default: str | None) -> str:
    return f"${{{name}}}" if default is None else f"${{{name}:-{default}}}"


# How each client writes a variable; the second value says whether a default can be given.
_NOTATIONS: Mapping[str, tuple[Callable[[str, str | None], str], bool]] = {
    "claude": (_claude_variable, True),
    "cursor": (lambda name, _default: f"${{env:{name}}}", False),
    "opencode": (lambda name, _default: f"{{env:{name}}}", False),
    "openclaw": (lambda name, _default: f"${{{name}}}", False),
}


class _Words:
    """Translates the strings of one server and gathers what is lost on the way."""

    def __init__(self, view: View, shape: str, root: str, server: McpServer) -> None:
        self._view, self._shape, self._root = view, shape, root
        self._server = server
        self._found: dict[Loss, None] = {}

    def lose(self, detail: str) -> None:
        self._found[Loss("mcp", f"`{self._server.name}`: {detail}", self._view.skill.path)] = None

    @property
    def losses(self) -> Losses:
        return tuple(self._found)

    def __call__(self, text: str) -> str:
        text, lost = own_paths(text, self._view, self._root)
        self._found.update(dict.fromkeys(lost))
        if text.startswith("./") and self._root:
            inside = text[2:]
            if any(resource.path == inside for resource in self._view.resources):
                text = f"{self._root}/{inside}"
        return _VARIABLE.sub(self._variable, text) if "{" in text else text

    def _variable(self, match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        if name in _OWN_NAMES:
            return match[0]
        notation = _NOTATIONS.get(self._shape)
        if notation is None:
            self.lose(f"`{match[0]}` is not replaced by this client; put the value in yourself")
            return match[0]
        write, takes_default = notation
        if match[4] is not None and not takes_default:
            self.lose(f"the default in `{match[0]}` is left out")
        return write(name, match[4])

    def each(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: self(value) for name, value in values.items()}


def _stdio(server: McpServer, say: _Words) -> dict[str, Any]:
    made: dict[str, Any] = {"command": say(server.command)}
    if server.args:
        made["args"] = [say(arg) for arg in server.args]
    if server.env:
        made["env"] = say.each(server.env)
    if server.cwd:
        made["cwd"] = say(server.cwd)
    return made


def _remote(server: McpServer, say: _Words) -> dict[str, Any]:
    made: dict[str, Any] = {"url": say(server.url)}
    if server.headers:
        made["headers"] = say.each(server.headers)
    return made


def _claude(server: McpServer, say: _Words) -> dict[str, Any]:
    if server.type == "stdio":
        return {"type": "stdio", **_stdio(server, say), **server.extra}
    kind = "sse" if server.type == "sse" else "http"
    return {"type": kind, **_remote(server, say), **server.extra}


def _opencode(server: McpServer, say: _Words) -> dict[str, Any]:
    switch: dict[str, Any] = {"enabled": server.extra.get("enabled", True) is not False}
    for name in server.extra:
        if name not in ("enabled", "timeout"):
            say.lose(f"`{name}` is left out")
    timeout = server.extra.get("timeout")
    if isinstance(timeout, int) and not isinstance(timeout, bool):
        switch["timeout"] = timeout
    if server.type != "stdio":
        return {"type": "remote", **_remote(server, say), **switch}
    made: dict[str, Any] = {
        "type": "local",
        "command": [say(server.command), *(say(arg) for arg in server.args)],
    }
    if server.env:
        made["environment"] = say.each(server.env)
    if server.cwd:
        say.lose(f"the working folder `{server.cwd}` is left out")
    return {**made, **switch}


def _kimi(server: McpServer, say: _Words) -> dict[str, Any]:
    if server.type == "stdio":
        return {**_stdio(server, say), **server.extra}
    headers = dict(server.headers)
    bearer = ""
    for name, value in server.headers.items():
        match = _BEARER.fullmatch(value) if name.lower() == "authorization" else None
        if match:
            bearer = match[1]
            del headers[name]
    made: dict[str, Any] = {"transport": "sse"} if server.type == "sse" else {}
    made["url"] = say(server.url)
    if headers:
        made["headers"] = say.each(headers)
    if bearer:
        made["bearerTokenEnvVar"] = bearer
    return {**made, **server.extra}


def _openclaw(server: McpServer, say: _Words) -> dict[str, Any]:
    if server.type == "stdio":
        return {**_stdio(server, say), **server.extra}
    return {**_remote(server, say), "transport": server.type, **server.extra}


def _agent_plugins(server: McpServer, say: _Words) -> dict[str, Any] | None:
    for name in server.extra:
        say.lose(f"`{name}` is left out")
    if server.type != "stdio":
        parts = urlsplit(server.url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            say.lose("left out: a remote server must have an https address")
            return None
        return {"type": server.type, **_remote(server, say)}
    if len(server.command.split()) != 1 or server.command.startswith(("/", "../", "~")):
        say.lose(f"left out: `{server.command}` is not one bare or `./` command")
        return None
    env = {}
    for name, value in server.env.items():
        if name in ("PLUGIN_ROOT", "PLUGIN_DATA"):
            say.lose(f"the variable `{name}` is reserved and left out")
        elif any((m[1] or m[2] or m[3]) not in _OWN_NAMES for m in _VARIABLE.finditer(value)):
            say.lose(f"`{name}` comes from the user's environment: set it there")
        else:
            env[name] = say(value)
    made: dict[str, Any] = {"type": "stdio", "command": say(server.command)}
    if server.args:
        made["args"] = [say(arg) for arg in server.args]
    if env:
        made["env"] = env
    cwd = say(server.cwd)
    if cwd.startswith(("./", "${PLUGIN_ROOT}", "${PLUGIN_DATA}")):
        made["cwd"] = cwd
    elif cwd:
        say.lose(f"the working folder `{cwd}` lies outside the plugin and is left out")
    return made


_SHAPES: Mapping[str, Shape] = {
    "claude": _claude,
    "cursor": _claude,
    "opencode": _opencode,
    "kimi": _kimi,
    "openclaw": _openclaw,
    "agent-plugins": _agent_plugins,
}


def servers(view: View, shape: str, *, root: str = "") -> tuple[dict[str, Any], Losses]:
    """Return the servers of a skill by name, in one client's shape.

    ``shape`` is "claude", "cursor", "opencode", "kimi", "openclaw" or "agent-plugins". ``root`` is
    how the client writes the folder that the skill's files lie in.
    """
    made: dict[str, Any] = {}
    losses: Losses = ()
    for server in view.skill.mcp_servers:
        say = _Words(view, shape, root, server)
        entry = _SHAPES[shape](server, say)
        losses += say.losses
        if entry is not None:
            made[server.name] = entry
    return made, losses


def uses_root(view: View, root: str, made: Mapping[str, Any] | str) -> bool:
    """Whether an entry points into the project, so that it cannot serve under the home folder."""
    return bool(view.skill.mcp_servers and root) and root in str(made)


def codex_toml(view: View, *, root: str = "") -> tuple[str, Losses]:
    """Return ``[mcp_servers.…]`` tables for Codex' ``config.toml``."""
    made, losses = _codex(view, root)
    tables = [toml.table(("mcp_servers", name), values) for name, values in made.items()]
    return "\n".join(tables), losses


def codex_plugin(view: View, *, root: str) -> tuple[dict[str, Any], Losses]:
    """Return the servers of a Codex plugin; ``root`` begins with ``./`` (the plugin's folder).

    A server runs in the session's folder unless ``cwd`` says otherwise, and a relative ``cwd``
    counts from the plugin's folder.
    """
    made, losses = _codex(view, root)
    for name, values in made.items():
        if not any(
            part == root or part.startswith(f"{root}/")
            for part in (values.get("command", ""), *values.get("args", ()))
        ):
            continue
        if values.get("cwd", ".") != ".":
            detail = f"`{name}`: the working folder `{values['cwd']}` gives way to the plugin's"
            losses += (Loss("mcp", detail, view.skill.path),)
        values["cwd"] = "."
    return made, losses


def _codex(view: View, root: str) -> tuple[dict[str, dict[str, Any]], Losses]:
    """Return the servers with Codex' own keys.

    Codex replaces nothing in values. It hands variables on under their own names (``env_vars``)
    and takes a bearer token and headers from named variables.
    """
    made: dict[str, dict[str, Any]] = {}
    losses: Losses = ()
    for server in view.skill.mcp_servers:
        say = _Words(view, "codex", root, server)
        for name in server.extra:
            say.lose(f"`{name}` is left out")
        values: dict[str, Any]
        if server.type == "stdio":
            plain = {n: v for n, v in server.env.items() if not _names_itself(n, v)}
            handed = [name for name in server.env if name not in plain]
            values = {"command": say(server.command)}
            if server.args:
                values["args"] = [say(arg) for arg in server.args]
            if server.cwd:
                values["cwd"] = say(server.cwd)
            if plain:
                values["env"] = say.each(plain)
            if handed:
                values["env_vars"] = handed
        elif server.type == "sse":
            say.lose("left out: this client has no SSE transport")
            losses += say.losses
            continue
        else:
            values = {"url": say(server.url), **_codex_headers(server, say)}
        made[server.name] = values
        losses += say.losses
    return made, losses


def _names_itself(name: str, value: str) -> bool:
    match = _VARIABLE.fullmatch(value)
    return match is not None and match[4] is None and name == (match[1] or match[2] or match[3])


def _codex_headers(server: McpServer, say: _Words) -> dict[str, object]:
    made: dict[str, object] = {}
    plain: dict[str, str] = {}
    named: dict[str, str] = {}
    for name, value in server.headers.items():
        bearer = _BEARER.fullmatch(value) if name.lower() == "authorization" else None
        variable = _VARIABLE.fullmatch(value)
        if bearer:
            made["bearer_token_env_var"] = bearer[1]
        elif variable and variable[4] is None:
            named[name] = variable[1] or variable[2] or variable[3]
        else:
            plain[name] = say(value)
    if plain:
        made["http_headers"] = plain
    if named:
        made["env_http_headers"] = named
    return made
