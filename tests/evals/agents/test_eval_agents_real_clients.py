"""The real clients, where POLYSKILL_CLIENTS has them: what they log is what we read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.evals.agents import AgentAnswer, Workplace, arm, clients, compiled
from polyskill.evals.agents.clients import Setting
from polyskill.platforms.clients import get as client_facts
from polyskill.platforms.verify import Options, find
from polyskill.platforms.verify.recipes import get as recipe_of
from polyskill.platforms.verify.script import Script, Step, Tool
from polyskill.platforms.verify.server import FakeModel, listen
from polyskill.runtime.judge.base import Outcome

ROOT = Path(__file__).resolve().parents[3]
PREFIX = os.environ.get("POLYSKILL_CLIENTS")
OPTIONS = Options(prefix=Path(PREFIX) if PREFIX else None)
PROMPT = "--help: write the release notes of version 2, please. 请用中文。"

pytestmark = pytest.mark.slow
every_client = pytest.mark.parametrize("client", clients.names())


@pytest.fixture(autouse=True)
def installed(client: str) -> None:
    if find(client, OPTIONS) is None:
        pytest.skip(f"{client} is not here")


@contextmanager
def model(*steps: Step) -> Iterator[FakeModel]:
    with listen() as listener, FakeModel(listener, Script(steps)).serving() as served:
        yield served


def environment(client: str, port: int) -> Mapping[str, str]:
    url = f"http://127.0.0.1:{port}"
    if client == "claude":
        return {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "dummy-key-of-the-test",
                "CLAUDE_CODE_MAX_RETRIES": "1"}  # fmt: skip
    return {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "dummy-key-of-the-test"}


def ask(client: str, port: int, workplace: Workplace) -> AgentAnswer:
    asked = arm(client, environment(client, port), {"model": "fake-model"}, options=OPTIONS)
    return asyncio.run(asked.ask(PROMPT, workplace, 90))


@pytest.fixture(scope="session")
def skills() -> list[Skill]:
    found = discover(ROOT / "tests" / "fixtures" / "release-notes")
    return [skill for one in found for skill in read(one).skills]


@every_client
@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH])
def test_a_skill_that_is_loaded_after_other_tools_is_seen(
    client: str, lang: Lang, skills: list[Skill]
) -> None:
    platform = client_facts(client).platform
    workplace = compiled(skills, lang, platform)
    recipe = recipe_of(client)
    assert recipe is not None
    if recipe.load is not None:
        steps = [
            Step(Tool(("Bash",), ("command",)), "echo first"),
            Step(Tool(("Read",), ("file_path",)), "nothing.txt"),
            Step(recipe.load, "release-notes"),
        ]
    else:
        file = next(path for path in workplace.files if path.endswith("release-notes/SKILL.md"))
        steps = [
            Step(Tool(recipe.read.names, recipe.read.arguments, "ls"), "."),
            Step(recipe.read, file),
        ]
    with model(*steps) as served:
        answer = ask(client, served.port, workplace)
        sent = [str(request.body) for request in served.requests]
    assert answer.outcome is Outcome.OK, answer.detail
    assert answer.text == "Done."
    assert answer.skills_used == ("release-notes",)
    assert answer.tools_used
    assert any("write the release notes of version 2" in body for body in sent)
    assert answer.found.usage.output > 0
    assert "release-notes" in (answer.found.listed or ("release-notes",))
    assert b"dummy-key-of-the-test" not in answer.transcript


@every_client
def test_without_a_skill_none_is_used(client: str) -> None:
    with model() as served:
        answer = ask(client, served.port, Workplace())
    assert (answer.outcome, answer.skills_used) == (Outcome.OK, ())
    assert "release-notes" not in (answer.found.listed or ())


@every_client
def test_a_provider_that_is_not_there_is_no_answer(client: str) -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
    asked = arm(client, environment(client, port), options=OPTIONS)
    answer = asyncio.run(asked.ask(PROMPT, Workplace(), 25))
    assert answer.outcome in (Outcome.TRANSPORT, Outcome.TIMEOUT)
    assert answer.text == ""


@every_client
def test_settings_hold_no_key(client: str, tmp_path: Path) -> None:
    found = clients.get(client)
    assert found is not None
    passed = found.passed(environment(client, 1))
    files = found.files(Setting(tmp_path, {}, passed))
    assert not [text for text in files.values() if "dummy-key-of-the-test" in text]
