"""Codex CLI: ``codex exec --json`` (checked with 0.169.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from polyskill.runtime.judge.base import Outcome, ToolCall, Usage

from ..transcript import Transcript, events, mapping, outcome_of_status, skill_of_path, unique
from .base import AgentClient, Setting

__all__ = ["CLIENT"]

_ENDPOINT = "https://api.openai.com/v1"
_STATUS = re.compile(r"status:? (\d{3})\b")
_NAME = re.compile(r"^name:\s*[\"']?([^\"'\n]+?)[\"']?\s*$", re.MULTILINE)
_BUSY = "high demand"  # what the client makes of a status of 500 and more
_CONNECTION = re.compile("error sending request|connect|disconnect|timed out|timeout", re.I)


class _Codex(AgentClient):
    id = "codex"
    keys = ("OPENAI_API_KEY", "CODEX_API_KEY")
    passes = ("OPENAI_*", "CODEX_API_KEY")
    params = frozenset({"model", "reasoning_effort", "sandbox"})

    def path(self, program: Path) -> tuple[Path, ...]:
        return (program.parent.parent / "codex-path",)

    def files(self, setting: Setting) -> Mapping[str, str]:
        """Return a config that takes key and endpoint from the environment, without a login."""
        given, params = setting.environment, setting.params
        key = next((name for name in self.keys if given.get(name)), self.keys[0])
        lines = [
            f"sandbox_mode = {_text(params.get('sandbox', 'workspace-write'))}",
            'approval_policy = "never"',
            'model_provider = "passed-through"',
        ]
        for name, key_of_config in (
            ("model", "model"),
            ("reasoning_effort", "model_reasoning_effort"),
        ):
            if name in params:
                lines.append(f"{key_of_config} = {_text(params[name])}")
        lines += [
            "[model_providers.passed-through]",
            'name = "passed-through"',
            f"base_url = {_text(given.get('OPENAI_BASE_URL') or _ENDPOINT)}",
            f"env_key = {_text(key)}",
            'wire_api = "responses"',
            f"[projects.{_text(setting.project)}]",
            'trust_level = "trusted"',
        ]
        return {".codex/config.toml": "\n".join(lines) + "\n"}

    def environment(self, setting: Setting, home: Path) -> Mapping[str, str]:
        del setting
        return {"CODEX_HOME": str(home / ".codex")}

    def arguments(self, setting: Setting) -> tuple[str, ...]:
        del setting
        return ("exec", "--json", "--skip-git-repo-check", "-")

    def read(self, output: str) -> Transcript:
        """Scan the whole log. The model loads a skill by reading its SKILL.md in a shell."""
        log = list(events(output))
        items = [mapping(one.get("item")) for one in log if one.get("type") == "item.completed"]
        said = [str(one.get("text", "")) for one in items if one.get("type") == "agent_message"]
        outcome, detail = _end(log, said)
        used = [mapping(one.get("usage")) for one in log if one.get("type") == "turn.completed"]
        return Transcript(
            outcome,
            said[-1] if said and outcome is Outcome.OK else "",
            detail,
            unique(name for name in map(_skill, items) if name),
            None,
            tuple(_calls(items)),
            sum(map(_usage, used), Usage()),
            "turn.completed" if outcome is Outcome.OK else "",
        )


def _text(value: object) -> str:
    return json.dumps(str(value))  # a basic string of TOML is one of JSON here


def _calls(items: Iterable[Mapping[str, Any]]) -> Iterable[ToolCall]:
    for item in items:
        kind = str(item.get("type", ""))
        if kind == "command_execution":
            yield ToolCall("shell", {"command": str(item.get("command", ""))})
        elif kind == "mcp_tool_call":
            name = f"{item.get('server', '')}.{item.get('tool', '')}"
            yield ToolCall(name, mapping(item.get("arguments")))
        elif kind in ("file_change", "web_search"):
            rest = {key: value for key, value in item.items() if key not in ("id", "type")}
            yield ToolCall(kind, rest)


def _skill(item: Mapping[str, Any]) -> str:
    """Return the skill whose SKILL.md a shell command printed, else ""."""
    command, printed = str(item.get("command", "")), str(item.get("aggregated_output", ""))
    read = item.get("type") == "command_execution" and item.get("exit_code") == 0
    # A command that lists files names a SKILL.md, too, but prints nothing of it.
    if (
        not read
        or "SKILL.md" not in command
        or all("SKILL.md" in line for line in printed.splitlines() if line.strip())
    ):
        return ""
    named = _NAME.search(printed)
    return skill_of_path(command) or (named.group(1) if named else "")


def _end(log: Iterable[Mapping[str, Any]], said: list[str]) -> tuple[Outcome, str]:
    for event in reversed(list(log)):
        if event.get("type") == "turn.completed":
            if said and said[-1].strip():
                return Outcome.OK, ""
            return Outcome.MALFORMED, "the client ended without an answer"
        if event.get("type") == "turn.failed":
            message = str(mapping(event.get("error")).get("message", "the turn failed"))
            return _failure(message), message
    return Outcome.TRUNCATED, "the log ends before the turn does"


def _failure(message: str) -> Outcome:
    if found := _STATUS.search(message):
        return outcome_of_status(int(found.group(1)))
    if _BUSY in message:
        return Outcome.SERVER
    # The body of a 400 is all that the client tells of it.
    if message.lstrip().startswith("{"):
        return Outcome.REJECTED
    return Outcome.TRANSPORT if _CONNECTION.search(message) else Outcome.SERVER


def _usage(told: Mapping[str, Any]) -> Usage:
    def number(name: str) -> int:
        value = told.get(name)
        return value if isinstance(value, int) else 0

    read = number("cached_input_tokens")  # counted in `input_tokens`, too
    return Usage(
        max(number("input_tokens") - read, 0),
        number("output_tokens"),
        read,
        number("cache_write_input_tokens"),
    )


CLIENT = _Codex()
