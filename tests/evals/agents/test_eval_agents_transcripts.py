"""Logs of clients, in the shape that they were seen to have (Claude Code 2.1.330, Codex 0.169)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.evals.agents import Transcript, clients
from polyskill.runtime.judge.base import Outcome, ToolCall, Usage


def read(client: str, *events: Any) -> Transcript:
    found = clients.get(client)
    assert found is not None
    return found.read("\n".join(e if isinstance(e, str) else json.dumps(e) for e in events))


def use(number: int, name: str, parent: str | None = None, **given: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": f"call_{number}", "name": name, "input": given}
    message = {"role": "assistant", "model": "m", "content": [block]}
    return {"type": "assistant", "message": message, "parent_tool_use_id": parent}


def result(number: int, *, error: bool = False) -> dict[str, Any]:
    block = {
        "type": "tool_result",
        "tool_use_id": f"call_{number}",
        "content": "…",
        "is_error": error,
    }
    return {"type": "user", "message": {"role": "user", "content": [block]}}


def end(**more: Any) -> dict[str, Any]:
    made = {
        "type": "result", "subtype": "success", "is_error": False, "stop_reason": "end_turn",
        "api_error_status": None, "terminal_reason": "completed", "result": "Done. 完成。",
        "total_cost_usd": 0.01,
        "usage": {"input_tokens": 40, "output_tokens": 20, "cache_read_input_tokens": 5,
                  "cache_creation_input_tokens": 6},
    }  # fmt: skip
    return made | more


INIT = {"type": "system", "subtype": "init", "model": "opus", "skills": ["release-notes", "debug"]}


def test_claude_the_whole_log_is_read() -> None:
    found = read(
        "claude",
        "[claude-code:warning] not JSON",
        INIT,
        use(1, "Read", file_path="/p/x.txt"),
        result(1, error=True),
        use(2, "Bash", command="echo"),
        result(2),
        use(3, "Skill", skill="other-skill"),
        result(3),
        use(4, "Task", prompt="do"),
        use(5, "Skill", parent="call_4", skill="release-notes"),
        result(5),
        use(5, "Skill", parent="call_4", skill="release-notes"),
        end(),
    )
    assert found.outcome is Outcome.OK
    assert found.text == "Done. 完成。"
    assert found.skills == ("other-skill", "release-notes")
    assert found.tools == ("Read", "Bash", "Skill", "Task")
    assert len(found.tool_calls) == 5
    assert found.tool_calls[2] == ToolCall("Skill", {"skill": "other-skill"})
    assert found.listed == ("release-notes", "debug")
    assert found.usage == Usage(40, 20, 5, 6)
    assert (found.model, found.stop_reason, found.cost) == ("opus", "end_turn", 0.01)


def test_claude_a_skill_that_was_refused_was_not_used() -> None:
    found = read("claude", INIT, use(1, "Skill", skill="release-notes"), result(1, error=True),
                 end())  # fmt: skip
    assert found.skills == ()
    assert found.tools == ("Skill",)


def test_claude_reading_the_file_is_using_the_skill() -> None:
    path = "/tmp/x/.claude/skills/发布说明/SKILL.md"
    assert read("claude", use(1, "Read", file_path=path), result(1), end()).skills == ("发布说明",)
    windows = r"C:\p\.claude\skills\notes\SKILL.md"
    assert read("claude", use(1, "Read", file_path=windows), end()).skills == ("notes",)
    other = "/tmp/x/.claude/skills/notes/references/SKILL.md.txt"
    assert read("claude", use(1, "Read", file_path=other), end()).skills == ()


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        (end(is_error=True, api_error_status=401, result="Failed"), Outcome.REJECTED),
        (end(is_error=True, api_error_status=400, result="Bad"), Outcome.REJECTED),
        (end(is_error=True, api_error_status=429, result="Slow"), Outcome.RATE_LIMITED),
        (end(is_error=True, api_error_status=529, result="Busy"), Outcome.RATE_LIMITED),
        (end(is_error=True, api_error_status=500, result="Oops"), Outcome.SERVER),
        (end(is_error=True, stop_reason="refusal", result="No"), Outcome.REFUSAL),
        (end(is_error=True, result="Connection refused"), Outcome.TRANSPORT),
        (
            end(is_error=True, subtype="error_max_turns", terminal_reason="max_turns", result=None,
                errors=["Reached maximum number of turns (2)"]),
            Outcome.TRUNCATED,
        ),
        (end(stop_reason=None, result="Half an ans"), Outcome.TRUNCATED),
        (end(result=""), Outcome.MALFORMED),
        ({"type": "user"}, Outcome.TRUNCATED),
    ],
)  # fmt: skip
def test_claude_every_end_has_its_name(ended: dict[str, Any], outcome: Outcome) -> None:
    found = read("claude", INIT, ended)
    assert found.outcome is outcome
    assert found.detail


def test_claude_an_answer_cut_at_its_limit() -> None:
    said = {"type": "assistant", "error": "max_output_tokens", "message": {"content": []}}
    over = end(is_error=True, stop_reason=None, result="exceeded the output token maximum")
    found = read("claude", said, over)
    assert found.outcome is Outcome.TRUNCATED
    assert found.stop_reason == "max_output_tokens"  # a limit: asking again would not help
    turns = read("claude", INIT, end(is_error=True, subtype="error_max_turns", stop_reason=None))
    assert (turns.outcome, turns.stop_reason) == (Outcome.TRUNCATED, "max_turns")
    cut = read("claude", INIT, end(stop_reason=None, result="Half an ans"))
    assert (cut.outcome, cut.stop_reason) == (Outcome.TRUNCATED, "")


def test_claude_a_log_without_its_end_is_no_answer() -> None:
    log = "\n".join(map(json.dumps, (INIT, use(1, "Skill", skill="release-notes"), end())))
    client = clients.get("claude")
    assert client is not None
    assert client.read(log).outcome is Outcome.OK  # the last line has no line end
    torn = client.read(log[:-2])
    assert (torn.outcome, torn.text) == (Outcome.TRUNCATED, "")
    assert torn.skills == ("release-notes",)
    assert client.read("").outcome is Outcome.TRUNCATED


def command(text: str, output: str = "---\nname: notes\n---\nBody", code: int | None = 0) -> Any:
    item = {"id": "i", "type": "command_execution", "command": text, "aggregated_output": output,
            "exit_code": code, "status": "completed"}  # fmt: skip
    return {"type": "item.completed", "item": item}


def said(text: str) -> dict[str, Any]:
    return {"type": "item.completed", "item": {"id": "m", "type": "agent_message", "text": text}}


COMPLETED = {
    "type": "turn.completed",
    "usage": {"input_tokens": 30, "cached_input_tokens": 10, "cache_write_input_tokens": 2,
              "output_tokens": 15, "reasoning_output_tokens": 0},
}  # fmt: skip


def test_codex_the_whole_log_is_read() -> None:
    found = read(
        "codex",
        {"type": "thread.started", "thread_id": "t"},
        {"type": "item.completed", "item": {"type": "error", "message": "Model metadata"}},
        {"type": "turn.started"},
        command("/bin/bash -lc ls", ""),
        command("/bin/bash -lc 'cat /p/.agents/skills/release-notes/SKILL.md'"),
        {"type": "item.completed", "item": {"type": "mcp_tool_call", "server": "s", "tool": "t",
                                            "arguments": {"a": 1}}},
        said("Looking."),
        said("Done. 完成。"),
        COMPLETED,
    )  # fmt: skip
    assert (found.outcome, found.text, found.detail) == (Outcome.OK, "Done. 完成。", "")
    assert found.skills == ("release-notes",)
    assert found.tools == ("shell", "s.t")
    assert found.usage == Usage(20, 15, 10, 2)
    assert found.listed is None


@pytest.mark.parametrize(
    ("event", "skills"),
    [
        (command("bash -lc 'sed -n 1,20p /p/.agents/skills/a-b/SKILL.md'"), ("a-b",)),
        (command("bash -lc 'cd /p/.agents/skills/notes && cat SKILL.md'"), ("notes",)),
        (command("bash -lc 'cat /p/.agents/skills/gone/SKILL.md'", "No such file", 1), ()),
        (command("bash -lc 'rg --files -g SKILL.md'", "/p/.agents/skills/a/SKILL.md\n"), ()),
        (command("bash -lc 'ls /p/.agents/skills/a/SKILL.md'", "/p/a/SKILL.md"), ()),
        (command("bash -lc 'cat /p/.agents/skills/a/SKILL.md'", ""), ()),
        (command("bash -lc 'cat README.md'"), ()),
        ({"type": "item.started", "item": command("cat /p/a/SKILL.md")["item"]}, ()),
    ],
)
def test_codex_a_skill_is_used_when_its_file_was_printed(
    event: dict[str, Any], skills: tuple[str, ...]
) -> None:
    assert read("codex", event, said("x"), COMPLETED).skills == skills


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("unexpected status 401 Unauthorized: no key", Outcome.REJECTED),
        ("exceeded retry limit, last status: 429 Too Many Requests", Outcome.RATE_LIMITED),
        ("We’re currently experiencing high demand, which may cause errors.", Outcome.SERVER),
        ('{"error": {"message": "bad"}}', Outcome.REJECTED),
        ("stream disconnected before completion: error sending request", Outcome.TRANSPORT),
    ],
)
def test_codex_every_end_has_its_name(message: str, outcome: Outcome) -> None:
    failed = {"type": "turn.failed", "error": {"message": message}}
    found = read("codex", {"type": "error", "message": message}, failed)
    assert (found.outcome, found.detail, found.text) == (outcome, message, "")


def test_codex_a_log_without_its_end_is_no_answer() -> None:
    found = read("codex", said("Half"))
    assert (found.outcome, found.text) == (Outcome.TRUNCATED, "")
    assert read("codex", COMPLETED).outcome is Outcome.MALFORMED


@given(
    st.sampled_from(["claude", "codex"]),
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8)
            | st.sampled_from(["assistant", "user", "result", "item.completed", "turn.failed",
                               "tool_use", "command_execution", "agent_message", "SKILL.md"]),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "message", "content", "item", "error", "usage", "input",
                                 "id", "result", "is_error", "skills", "command", "errors"])
                | st.text(max_size=4),
                inner,
                max_size=4,
            ),
            max_leaves=12,
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_no_log_is_too_odd_to_be_read(client: str, events: list[Any]) -> None:
    assert isinstance(read(client, *map(json.dumps, events)), Transcript)


@given(st.sampled_from(["claude", "codex"]), st.text())
def test_no_text_is_too_odd_to_be_read(client: str, text: str) -> None:
    found = clients.get(client)
    assert found is not None
    assert found.read(text).outcome is Outcome.TRUNCATED
