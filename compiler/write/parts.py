"""The component files of a canonical folder: commands, agents, rules, hooks and servers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..localized import Text
from ..model import Agent, Command, Hook, McpServer, Rule, Skill
from ..readers.values import join_tools
from .folder import Dropped
from .front import page

__all__ = ["component_files"]

MCP_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json"


def _json(data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "surrogateescape")


def _said(values: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**values, **{key: value for key, value in extra.items() if key not in values}}
    return {key: value for key, value in merged.items() if value not in (None, "", [], {}, ())}


def _pair(
    files: dict[str, bytes], stem: str, values: dict[str, Any], described: Text, body: Text
) -> None:
    """Write ``stem.md`` and, where there is a second language, ``stem.zh.md``."""
    text = body.en or body.zh or ""
    values["description"] = described.en or described.zh or ""
    files[f"{stem}.md"] = page(_said(values, {}), text)
    chinese = {"description": described.zh} if described.complete else {}
    if chinese or body.complete:
        files[f"{stem}.zh.md"] = page(chinese, (body.zh or "") if body.complete else "")


def _command(files: dict[str, bytes], stem: str, command: Command) -> None:
    values = {
        "description": "",
        "argument-hint": command.argument_hint,
        "allowed-tools": join_tools(command.allowed_tools),
        "model": command.model,
        "syntax": "" if command.syntax == "canonical" else command.syntax,
    }
    _pair(files, stem, {**values, **_said({}, command.extra)}, command.description, command.body)


def _agent(files: dict[str, bytes], stem: str, agent: Agent) -> None:
    values = {
        "name": agent.name,
        "description": "",
        "tools": join_tools(agent.tools),
        "model": agent.model,
    }
    _pair(files, stem, {**values, **_said({}, agent.extra)}, agent.description, agent.body)


def _rule(files: dict[str, bytes], stem: str, rule: Rule) -> None:
    values = {"description": "", "globs": list(rule.globs), "always": rule.always}
    _pair(files, stem, {**values, **_said({}, rule.extra)}, rule.description, rule.body)


def _server(server: McpServer) -> dict[str, Any]:
    values: dict[str, Any] = {
        "type": server.type,
        "command": server.command,
        "args": list(server.args),
        "env": dict(server.env),
        "cwd": server.cwd,
        "url": server.url,
        "headers": dict(server.headers),
    }
    return _said(values, server.extra)


def _hooks(files: dict[str, bytes], hooks: Iterable[Hook], dropped: list[Dropped]) -> None:
    for hook in hooks:
        host = "" if hook.host == "claude" else f"-{hook.host}"
        path = f"hooks/hooks{host}.json"
        if path in files:
            dropped.append(Dropped("hooks", f"a second set of hooks for {hook.host}", hook.path))
        else:
            files[path] = _json(hook.data)


def component_files(skill: Skill, dropped: list[Dropped]) -> dict[str, bytes]:
    """Return the component files of ``skill``; names that meet get a number."""
    files: dict[str, bytes] = {}

    def stem(folder: str, name: str) -> str:
        path, number = f"{folder}/{name}", 1
        while f"{path}.md" in files or f"{path}.zh.md" in files:
            number += 1
            path = f"{folder}/{name}-{number}"
        return path

    for command in skill.commands:
        _command(files, stem("commands", command.name), command)
    for agent in skill.agents:
        _agent(files, stem("agents", agent.name), agent)
    for rule in skill.rules:
        _rule(files, stem("rules", rule.name), rule)
    if skill.mcp_servers:
        servers = {server.name: _server(server) for server in skill.mcp_servers}
        files["mcp.json"] = _json({"$schema": MCP_SCHEMA, "mcpServers": servers})
    _hooks(files, skill.hooks, dropped)
    return files
