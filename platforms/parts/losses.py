"""What a platform cannot say, put into words once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polyskill.compiler.model import Agent, Command, Rule
from polyskill.compiler.view import View

from ..base import Loss

__all__ = ["model_for", "unsupported"]

_WHY = {
    "rules": "rules have no place here",
    "commands": "slash commands have no place here",
    "agents": "sub-agents have no place here",
    "hooks": "hooks have no place here",
    "mcp": "MCP servers have no place here",
}
_CLAUDE_ALIASES = frozenset({"sonnet", "opus", "haiku", "fable", "inherit", "opusplan"})
# What a model id of a host's own vendors begins with; a host that is not named keeps any id.
_PREFIXES = {
    "claude": ("claude-", "anthropic."),
    "codex": ("gpt-", "o1", "o3", "o4", "codex-"),
}


def unsupported(view: View, *constructs: str, path: str = "") -> tuple[Loss, ...]:
    """Return a loss for each thing of the skill that the platform has no place for.

    ``constructs`` are "rules", "commands", "agents", "hooks", "mcp".
    """
    skill = view.skill
    found: list[Loss] = []
    for construct in constructs:
        if construct == "hooks":
            names = [hook.path or hook.host for hook in skill.hooks]
        elif construct == "mcp":
            names = [server.name for server in skill.mcp_servers]
        else:
            named: Mapping[str, Sequence[Rule | Command | Agent]] = {
                "rules": skill.rules,
                "commands": skill.commands,
                "agents": skill.agents,
            }
            names = [item.name for item in named[construct]]
        found += [Loss(construct, f"`{name}`: {_WHY[construct]}", path) for name in names]
    return tuple(found)


def model_for(model: str, host: str) -> tuple[str, tuple[Loss, ...]]:
    """Return the model as ``host`` calls it, empty where it has no such model.

    Claude's aliases mean nothing elsewhere, OpenCode wants ``provider/model``, and a client that
    serves one vendor refuses the others' ids.
    """
    if not model:
        return "", ()
    bare = model.rpartition("/")[2]
    if model == "inherit":
        return ("inherit" if host in ("claude", "cursor") else ""), ()
    lost = (Loss("model", f"`{model}` is not a model of this client; its own default is used"),)
    if host == "claude":
        return (bare, ()) if bare in _CLAUDE_ALIASES or bare.startswith("claude-") else ("", lost)
    if bare in _CLAUDE_ALIASES:
        return "", lost
    if host == "opencode":
        return (model, ()) if "/" in model else ("", lost)
    prefixes = _PREFIXES.get(host)
    if prefixes is not None and not bare.startswith(prefixes):
        return "", lost
    return bare, ()
