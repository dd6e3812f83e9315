"""Agents in homes of their own: what they see, what is left of them, and the engine over them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.readers import discover, read
from polyskill.evals.agents import (
    AgentArm,
    AgentError,
    Workplace,
    arm,
    clients,
    compiled,
    open_agent,
    process,
    request,
)
from polyskill.platforms.base import File
from polyskill.platforms.verify import Options
from polyskill.runtime.judge.base import Call, Clocks, Model, Outcome, ToolCall
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.key import cell_key, request_digest
from polyskill.runtime.judge.engine.run import run_calls_sync

ROOT = Path(__file__).resolve().parents[3]
NOTHING = Workplace()
KEY = "sk-secret-of-the-test"
Agents = Callable[..., AgentArm]


def ask(
    agent: AgentArm, prompt: str, workplace: Workplace = NOTHING, timeout: float = 20
) -> dict[str, Any]:
    answer = asyncio.run(agent.ask(prompt, workplace, timeout))
    assert answer.outcome is Outcome.OK, answer.detail
    told: dict[str, Any] = json.loads(answer.text)
    return told


@pytest.fixture
def workplace() -> Workplace:
    skill = next(
        found
        for one in discover(ROOT / "tests" / "fixtures" / "release-notes")
        for found in read(one).skills
    )
    return compiled([skill], Lang.ZH, "claude")


def test_an_agent_sees_its_project_and_nothing_of_the_user(
    agent: Agents, workplace: Workplace, places: Path
) -> None:
    told = ask(agent(), "tell", workplace.with_files({"data/样本.csv": b"a,b\n"}))
    assert ".claude/skills/release-notes/SKILL.md" in told["files"]
    assert "data/样本.csv" in told["files"]
    for folder in (told["home"], told["folder"]):
        assert Path(folder).is_relative_to(places)
    assert "ANTHROPIC_API_KEY" in told["environment"]
    assert "https_proxy" in told["environment"]
    assert "UNRELATED_TOKEN" not in told["environment"]
    assert not [name for name in told["environment"] if name.startswith(("PYTEST", "VIRTUAL_ENV"))]
    assert list(places.iterdir()) == []  # nothing is left


def test_the_compiled_skill_is_in_the_language_that_was_asked_for(workplace: Workplace) -> None:
    text = workplace.files[".claude/skills/release-notes/SKILL.md"].data.decode()
    assert "发布说明" in text
    assert not [path for path in workplace.files if "evals" in path]  # no rubric in sight


def test_what_a_client_would_start_stays_out_unless_it_is_wanted() -> None:
    found = discover(ROOT / "tests" / "fixtures" / "release-notes")
    skills = [skill for one in found for skill in read(one).skills]
    started = {".mcp.json", ".claude/settings.json"}
    whole = compiled(skills, Lang.EN, "claude", programs=True).files
    plain = compiled(skills, Lang.EN, "claude").files
    assert started & whole.keys()
    assert whole.keys() - plain.keys() == started & whole.keys()


def test_prompts_of_any_form_arrive_whole(agent: Agents) -> None:
    assert ask(agent(), "--help 你好")["length"] == len("--help 你好")
    assert ask(agent(), "x" * 300_000)["length"] == 300_000


def test_parameters_reach_the_client(agent: Agents) -> None:
    told = ask(agent(model="opus", max_turns=3, allowed_tools=["Skill", "Bash"]), "tell")
    assert told["arguments"] == [
        "-p", "--output-format", "stream-json", "--verbose", "--allowedTools", "Skill,Bash",
        "--model", "opus", "--max-turns", "3",
    ]  # fmt: skip


def test_agents_do_not_meet_each_other(agent: Agents, tmp_path: Path) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()

    async def both() -> list[Any]:
        one = agent()
        return await asyncio.gather(*(one.ask(f"meet {meeting}", NOTHING, 30) for _ in range(2)))

    first, second = (json.loads(one.text) for one in asyncio.run(both()))
    assert first["home"] != second["home"]
    assert first["folder"] != second["folder"]


def running(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("how", ["timeout", "cancel"])
def test_an_agent_that_does_not_end_is_ended_with_all_that_it_started(
    how: str, agent: Agents, places: Path
) -> None:
    mark = f"mark-{how}-{os.getpid()}"

    async def hang() -> None:
        task = asyncio.create_task(agent().ask(f"hang {mark}", NOTHING, 3.0))
        if how == "timeout":
            answer = await task
            assert answer.outcome is Outcome.TIMEOUT
            assert answer.detail == "the client was stopped after 3 s"
            assert 3.0 <= answer.seconds < 20
            assert b'"init"' in answer.transcript  # what it had logged is kept
            return
        while len(running(mark)) < 2:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(hang(), 30))
    end = time.monotonic() + 5
    while running(mark) and time.monotonic() < end:
        time.sleep(0.02)
    assert running(mark) == []
    assert list(places.iterdir()) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_without_namespaces_the_process_group_is_ended(
    agent: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_contained", lambda: ())
    mark = f"mark-group-{os.getpid()}"

    async def hang() -> None:
        task = asyncio.create_task(agent().ask(f"hang {mark}", NOTHING, 30))
        while len(running(mark)) < 2:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    try:
        asyncio.run(asyncio.wait_for(hang(), 30))
        end = time.monotonic() + 5
        while len(running(mark)) > 1 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(running(mark)) == 1  # only what left the group on purpose
    finally:
        for pid in running(mark):
            os.kill(pid, signal.SIGKILL)


def test_no_key_is_kept(agent: Agents) -> None:
    assert ask(agent(), "key")["key"] == "***"
    died = asyncio.run(agent().ask("die", NOTHING, 20))
    assert died.outcome is Outcome.TRUNCATED
    assert "exit status 3: cannot go on: ***" in died.detail
    assert KEY not in repr(agent())


def test_what_cannot_be_asked_is_said_in_both_languages(
    options: Options,
    environment: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    nowhere = Options(prefix=tmp_path / "nothing", cache=tmp_path / "nothing")
    for call, word in (
        (lambda: arm("nobody", environment, options=options), "claude, codex"),
        (lambda: arm("claude", {"ANTHROPIC_API_KEY": ""}, options=options), "ANTHROPIC_API_KEY"),
        (lambda: arm("claude", environment, {"temprature": 1}, options=options), "temprature"),
        (lambda: arm("claude", environment, options=nowhere), "claude"),
    ):
        with pytest.raises(AgentError) as caught:
            call()
        assert word in caught.value.en
        assert word in caught.value.zh
        assert any(ord(letter) > 0x4E00 for letter in caught.value.zh)
    with pytest.raises(AgentError, match="is no agent"):
        open_agent(Model("anthropic", "claude"), [], environment, keep=print, options=options)


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "a//b", "C:/x", "..\\x"])
def test_files_stay_in_the_project(path: str) -> None:
    with pytest.raises(ValueError, match="no path inside"):
        Workplace({path: File(b"")})


def test_a_workplace_is_known_by_all_that_is_in_it() -> None:
    one = Workplace({"a": File(b"1"), "b": File(b"2")})
    same = Workplace({"b": File(b"2"), "a": File(b"1")})
    others = [
        Workplace({"a": File(b"1")}),
        Workplace({"a": File(b"2"), "b": File(b"1")}),
        Workplace({"a": File(b"1", executable=True), "b": File(b"2")}),
        NOTHING,
    ]
    assert one.id == same.id
    assert len({one.id, *(other.id for other in others)}) == 5
    with pytest.raises(ValueError, match="has, too"):
        one.with_files({"a": b""})


def test_every_agent_is_a_known_client() -> None:
    from polyskill.platforms import clients as facts
    from polyskill.platforms.verify import known

    assert set(clients.names()) >= {"claude", "codex"}
    assert set(clients.names()) <= set(known()) & set(facts.names())
    assert clients.get("base") is None


def test_the_engine_runs_an_agent_like_a_model_and_resumes(
    options: Options, environment: Mapping[str, str], workplace: Workplace, tmp_path: Path
) -> None:
    kept: dict[str, bytes] = {}
    opened: list[Model] = []
    model = Model("agent", "claude:opus")
    assert model.id == "agent/claude:opus"

    def calls() -> list[Call]:
        made = []
        for place in (NOTHING, workplace):
            asked = request("use release-notes", place)
            key = cell_key(request=request_digest(asked, model))
            made.append(Call(key, model, asked, {"arm": place.id}))
        return made

    def open_provider(wanted: Model) -> Any:
        opened.append(wanted)
        return open_agent(
            wanted, [NOTHING, workplace], environment, keep=kept.__setitem__, options=options
        )

    path = tmp_path / "journal.jsonl"
    for _ in range(2):
        with Journal(path) as journal:
            summary = run_calls_sync(calls(), journal=journal, open_provider=open_provider)
            rows = {row["meta"]["arm"]: row for row in journal.replies()}
    assert (summary.asked, summary.kept) == (0, 2)  # the second run asked nothing
    row = rows[workplace.id]
    assert row["outcome"] == "ok"
    assert row["data"]["skills_used"] == ["release-notes"]
    assert row["data"]["skills_listed"] == ["release-notes"]
    assert rows[NOTHING.id]["data"]["skills_listed"] == []
    assert row["data"]["client"].startswith("claude ")
    assert row["data"]["cost"] == 0.25
    assert row["tool_calls"][-1] == {"name": "skill", "arguments": {"name": "release-notes"}}
    assert row["usage"]["input"] == 7
    assert json.loads(row["text"])["arguments"][-2:] == ["--model", "opus"]
    assert kept[row["data"]["transcript"]].startswith(b'{"type": "system"')
    assert len(kept) == 2


def test_requests_of_others_are_a_defect(options: Options, environment: Mapping[str, str]) -> None:
    provider = open_agent(
        Model("agent", "claude"), [NOTHING], environment, keep=lambda *_: None, options=options
    )
    strange = request("x", Workplace({"a": File(b"")}))
    with pytest.raises(ValueError, match="no workplace"):
        asyncio.run(provider.complete(strange, Clocks()))
    reply = asyncio.run(provider.complete(request("use a", NOTHING), Clocks()))
    assert reply.tool_calls == (
        ToolCall("Skill", {"skill": "a"}), ToolCall("skill", {"name": "a"}),
    )  # fmt: skip
