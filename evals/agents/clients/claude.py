"""Claude Code: ``claude -p --output-format stream-json --verbose`` (checked with 2.1.330)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from polyskill.runtime.judge.base import Outcome, ToolCall, Usage

from ..transcript import Transcript, events, mapping, outcome_of_status, skill_of_path, unique
from .base import AgentClient, Setting

__all__ = ["CLIENT"]

_LOADS, _READS = "Skill", ("Read", "View")


class _Claude(AgentClient):
    id = "claude"
    keys = (
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
    )
    passes = (
        "ANTHROPIC_*",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_USE_*",
        "CLAUDE_CODE_MAX_*",
        "AWS_*",
        "GOOGLE_*",
        "CLOUD_ML_*",
        "VERTEX_*",
    )
    params = frozenset({"model", "max_turns", "allowed_tools"})
    fixed: ClassVar[Mapping[str, str]] = {
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_TELEMETRY": "1",
    }

    def arguments(self, setting: Setting) -> tuple[str, ...]:
        params = setting.params
        # Without `Skill` in the list a skill that has `allowed-tools` is refused in a run with -p.
        allowed = params.get("allowed_tools", ("Skill", "Read", "Glob", "Grep"))
        made = ["-p", "--output-format", "stream-json", "--verbose"]
        made += ["--allowedTools", allowed if isinstance(allowed, str) else ",".join(allowed)]
        for name, option in (("model", "--model"), ("max_turns", "--max-turns")):
            if name in params:
                made += [option, str(params[name])]
        return tuple(made)

    def read(self, output: str) -> Transcript:
        """Scan the whole log: a skill may come in after other tools, and inside of a sub-agent."""
        log = list(events(output))
        calls = list(_calls(log))
        failed = frozenset(_failed(log))
        begun = next((one for one in log if one.get("subtype") == "init"), {})
        listed = begun.get("skills")
        ended = next((one for one in reversed(log) if one.get("type") == "result"), None)
        outcome, text, detail = _end(log, ended)
        ended = ended or {}
        cost = ended.get("total_cost_usd")
        return Transcript(
            outcome,
            text,
            detail,
            unique(name for name in map(_skill, calls, [failed] * len(calls)) if name),
            tuple(map(str, listed)) if isinstance(listed, list) else None,
            tuple(ToolCall(str(call.get("name")), mapping(call.get("input"))) for call in calls),
            _usage(mapping(ended.get("usage"))),
            _limit(log, ended) or str(ended.get("stop_reason") or ""),
            str(begun.get("model", "")),
            float(cost) if isinstance(cost, int | float) else None,
        )


def _blocks(log: Iterable[Mapping[str, Any]], role: str) -> Iterable[Mapping[str, Any]]:
    for event in log:
        content = mapping(event.get("message")).get("content")
        if event.get("type") == role and isinstance(content, list):
            yield from (block for block in content if isinstance(block, Mapping))


def _calls(log: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Yield the calls of tools, each once: a message may be logged again as it grows."""
    seen: set[str] = set()
    for block in _blocks(log, "assistant"):
        name = str(block.get("id"))
        if block.get("type") == "tool_use" and name not in seen:
            seen.add(name)
            yield block


def _failed(log: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for block in _blocks(log, "user"):
        if block.get("type") == "tool_result" and block.get("is_error"):
            yield str(block.get("tool_use_id"))


def _skill(call: Mapping[str, Any], failed: frozenset[str]) -> str:
    """Return the skill that a call loaded, by the tool for that or by reading its file, else ""."""
    given = mapping(call.get("input"))
    if str(call.get("id")) in failed:
        return ""
    if call.get("name") == _LOADS:
        return str(given.get("skill") or given.get("command") or "").removeprefix("/")
    return skill_of_path(str(given.get("file_path", ""))) if call.get("name") in _READS else ""


def _end(
    log: Sequence[Mapping[str, Any]], ended: Mapping[str, Any] | None
) -> tuple[Outcome, str, str]:
    """Return the outcome, the answer and, of a failure, what the client said of it."""
    if ended is None:
        return Outcome.TRUNCATED, "", "the log ends without a result"
    said = str(ended.get("result") or "")
    if not ended.get("is_error"):
        # A stream of the provider that ended too early is a success to the client, without reason.
        if ended.get("stop_reason", "") is None:
            return Outcome.TRUNCATED, said, "the answer ends without a stop reason"
        if not said.strip():
            return Outcome.MALFORMED, "", "the client ended without an answer"
        return Outcome.OK, said, ""
    reasons = ended.get("errors")
    detail = said or "; ".join(map(str, reasons if isinstance(reasons, list) else ()))
    return _failure(log, ended), "", detail or str(ended.get("subtype", "failed"))


def _failure(log: Sequence[Mapping[str, Any]], ended: Mapping[str, Any]) -> Outcome:
    status = ended.get("api_error_status")
    if isinstance(status, int):
        return outcome_of_status(status)
    if ended.get("stop_reason") == "refusal":
        return Outcome.REFUSAL
    return Outcome.TRUNCATED if _limit(log, ended) else Outcome.TRANSPORT


def _limit(log: Sequence[Mapping[str, Any]], ended: Mapping[str, Any]) -> str:
    """Return the limit that ended a failed run: asking again would come to the same end."""
    if not ended.get("is_error"):
        return ""
    if ended.get("terminal_reason") == "max_turns" or "max_turns" in str(ended.get("subtype")):
        return "max_turns"
    named = {str(event.get("error")) for event in log if event.get("type") == "assistant"}
    return "max_output_tokens" if "max_output_tokens" in named else ""


def _usage(told: Mapping[str, Any]) -> Usage:
    names = (
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
    )
    return Usage(*(value if isinstance(value := told.get(name), int) else 0 for name in names))


CLIENT = _Claude()
