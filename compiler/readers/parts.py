"""The components in a folder that was scanned: commands, agents, rules, hooks and servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ..diagnostics import Diagnostic
from ..model import Agent, Command, Hook, McpServer, Rule
from .components import (
    label,
    open_component,
    page_agent,
    page_command,
    page_rule,
    stem_of,
    toml_agent,
    toml_command,
)
from .files import Found
from .mcp import read_servers
from .names import is_page
from .page import Page
from .structured import load_object

__all__ = ["Parts", "hook_host", "read_hooks", "read_mcp", "read_parts"]

Part = TypeVar("Part", Command, Agent, Rule)
Make = Callable[[Found, Page, str, Page | None], Part]


@dataclass(slots=True)
class Parts:
    """What a folder has beside its skills."""

    commands: list[Command] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    servers: list[McpServer] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.commands or self.agents or self.rules or self.hooks or self.servers)


def _pages(
    parts: Parts,
    into: list[Part],
    files: Mapping[str, Found],
    where: tuple[Iterable[Found], str],
    how: tuple[Make[Part], bool],
) -> None:
    (found, base), (make, strict) = where, how
    for file in found:
        path = file.path
        if path.endswith(".zh.md") and path.removesuffix(".zh.md") + ".md" in files:
            continue
        if not path.endswith((".md", ".mdc")) or not is_page(path):
            continue
        page = open_component(file, base, strict=strict)
        parts.used.add(path)
        parts.diagnostics += page.diagnostics
        beside = files.get(path.removesuffix(".md") + ".zh.md") if path.endswith(".md") else None
        twin = None
        if beside is not None:
            twin = open_component(beside, base, strict=strict)
            parts.used.add(beside.path)
            parts.diagnostics += twin.diagnostics
        into.append(make(file, page, label(path.partition("/")[2] or path), twin))


def read_parts(
    files: Mapping[str, Found],
    base: str,
    *,
    strict: bool = False,
    folders: Mapping[str, Iterable[Found]] | None = None,
) -> Parts:
    """Read the commands, agents and rules among ``files``.

    Args:
        files: the files of the folder, by path.
        base: the folder, for findings.
        strict: whether a front matter that is not well-formed is an error.
        folders: the files of "commands", "agents" and "rules", where a manifest names them.
    """

    def of(what: str) -> list[Found]:
        if folders is not None and what in folders:
            return list(folders[what])
        return [file for path, file in files.items() if path.startswith(what + "/")]

    parts = Parts()
    commands, agents = of("commands"), of("agents")
    _pages(parts, parts.commands, files, (commands, base), (page_command, strict))
    _pages(parts, parts.agents, files, (agents, base), (page_agent, strict))
    _pages(parts, parts.rules, files, (of("rules"), base), (page_rule, strict))
    for file in commands:
        if file.path.endswith(".toml"):
            name = label(file.path.partition("/")[2])
            command, findings = toml_command(file, f"{base}/{file.path}", name)
            parts.commands.append(command)
            parts.diagnostics += findings
            parts.used.add(file.path)
    for file in agents:
        if file.path.endswith(".toml"):
            agent, findings = toml_agent(file, f"{base}/{file.path}", stem_of(file.path))
            parts.agents.append(agent)
            parts.diagnostics += findings
            parts.used.add(file.path)
    return parts


def hook_host(path: str, data: object, default: str) -> str:
    """Return whose hooks a file holds; only Cursor's have a number as their version."""
    if "cursor" in path:
        return "cursor"
    if isinstance(data, Mapping) and isinstance(data.get("version"), int):
        return "cursor"
    return default


def read_hooks(parts: Parts, found: Found, base: str, default: str) -> None:
    """Add the hooks of one JSON file."""
    data, findings = load_object(f"{base}/{found.path}", found.data)
    parts.diagnostics += findings
    if data is not None:
        parts.hooks.append(Hook(hook_host(found.path, data, default), found.path, data))
        parts.used.add(found.path)


def read_mcp(parts: Parts, found: Found, base: str) -> None:
    """Add the servers of one JSON file; the first of a name counts."""
    data, findings = load_object(f"{base}/{found.path}", found.data)
    parts.diagnostics += findings
    if data is not None:
        servers, said = read_servers(data, f"{base}/{found.path}")
        known = {server.name for server in parts.servers}
        parts.servers += [server for server in servers if server.name not in known]
        parts.diagnostics += said
        parts.used.add(found.path)
