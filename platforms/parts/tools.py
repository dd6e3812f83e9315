"""The names that hosts have for the same tool. The canonical ones are Claude Code's.

Sources (2026-11-22): OpenCode 1.18.34 permission keys (its built-in skill, run); Kimi Code
docs/en/reference/tools.md; Claude Code 2.1.330 (run). Cursor, Codex, Cline and OpenClaw take no
list of tools for a sub-agent; Cursor has ``readonly``, Codex ``sandbox_mode``.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..base import Loss

__all__ = ["canonical", "split", "translate", "writes"]

_WRITERS = frozenset({"Write", "Edit", "MultiEdit", "NotebookEdit", "Bash"})
_HOSTS: dict[str, dict[str, str]] = {
    "opencode": {
        "Read": "read", "Write": "edit", "Edit": "edit", "MultiEdit": "edit", "Bash": "bash",
        "Grep": "grep", "Glob": "glob", "LS": "list", "WebFetch": "webfetch",
        "WebSearch": "websearch", "Task": "task", "Agent": "task", "TodoWrite": "todowrite",
        "TodoRead": "todoread", "Skill": "skill", "AskUserQuestion": "question", "LSP": "lsp",
    },
    "kimi": {
        "Read": "Read", "Write": "Write", "Edit": "Edit", "MultiEdit": "Edit", "Bash": "Bash",
        "Grep": "Grep", "Glob": "Glob", "LS": "Glob", "WebFetch": "FetchURL",
        "WebSearch": "WebSearch", "Task": "Agent", "Agent": "Agent", "TodoWrite": "TodoList",
        "TodoRead": "TodoList", "Skill": "Skill", "AskUserQuestion": "AskUserQuestion",
    },
    "claude": {
        name: name
        for name in (
            "Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Bash", "BashOutput", "KillShell",
            "Grep", "Glob", "LS", "WebFetch", "WebSearch", "Task", "Agent", "TodoWrite", "TodoRead",
            "Skill", "AskUserQuestion", "SlashCommand", "ExitPlanMode", "LSP",
            "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TaskStop", "TaskOutput",
        )
    },
}  # fmt: skip
# How other ecosystems write them; the canonical name is what a source is read as.
_ALIASES = {
    "read": "Read", "read_file": "Read", "readfile": "Read", "view": "Read",
    "write": "Write", "write_file": "Write", "create_file": "Write", "writefile": "Write",
    "edit": "Edit", "edit_file": "Edit", "replace": "Edit", "str_replace": "Edit", "patch": "Edit",
    "apply_patch": "Edit", "multiedit": "MultiEdit", "notebookedit": "NotebookEdit",
    "bash": "Bash", "shell": "Bash", "terminal": "Bash", "run_terminal_cmd": "Bash",
    "run_shell_command": "Bash", "execute": "Bash", "runcommands": "Bash",
    "grep": "Grep", "search": "Grep", "grep_search": "Grep", "codebase_search": "Grep",
    "glob": "Glob", "file_search": "Glob", "ls": "LS", "list": "LS", "list_dir": "LS",
    "webfetch": "WebFetch", "fetch": "WebFetch", "web_fetch": "WebFetch", "fetchurl": "WebFetch",
    "websearch": "WebSearch", "web_search": "WebSearch", "google_web_search": "WebSearch",
    "task": "Task", "agent": "Task", "todowrite": "TodoWrite", "todoread": "TodoRead",
    "todolist": "TodoWrite", "skill": "Skill", "askuserquestion": "AskUserQuestion",
    "question": "AskUserQuestion",
}  # fmt: skip


def split(tool: str) -> tuple[str, str]:
    """Take ``Bash(git add:*)`` apart into the tool and its pattern (empty: any use)."""
    name, _, pattern = tool.partition("(")
    return name.strip(), pattern.rstrip().removesuffix(")").strip() if pattern else ""


def canonical(name: str) -> str:
    """Return the canonical name of a tool; an unknown one stays as it is."""
    return name if name in _HOSTS["claude"] else _ALIASES.get(name.lower(), name)


def _mcp(name: str, host: str) -> str | None:
    """Return an MCP tool's name (``mcp__server__tool``) as the host spells it."""
    if not name.startswith("mcp__"):
        return None
    server, _, tool = name[5:].partition("__")
    return f"{server}_{tool or '*'}" if host == "opencode" else name


def translate(tools: Iterable[str], host: str) -> tuple[tuple[str, ...], tuple[Loss, ...]]:
    """Return the tools as ``host`` names them, in order and once; unknown ones stay, reported.

    A pattern behind a tool stays for Claude and is dropped (and reported) elsewhere.
    """
    table = _HOSTS.get(host, {})
    found: dict[str, None] = {}
    lost: dict[Loss, None] = {}
    for tool in tools:
        name, pattern = split(tool)
        known = table.get(canonical(name))
        made = known or _mcp(name, host) or name
        if known is None and not name.startswith("mcp__") and name != "*":
            lost[Loss("tool", f"`{name}` is no tool that this client is known to have")] = None
        if pattern and host == "claude":
            made = f"{made}({pattern})"
        elif pattern:
            lost[Loss("tool", f"`{name}({pattern})` is written without its pattern")] = None
        if made:
            found[made] = None
    return tuple(found), tuple(lost)


def writes(tools: Iterable[str]) -> bool:
    """Whether any of the tools changes something (no list at all means every tool)."""
    names = [canonical(split(tool)[0]) for tool in tools]
    return not names or any(
        name in _WRITERS or name == "*" or name.startswith("mcp__") for name in names
    )
