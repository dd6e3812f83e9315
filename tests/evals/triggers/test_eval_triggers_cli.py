"""``polyskill eval triggers``, without a model and against a provider on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.cli.eval_ import app
from polyskill.compiler.model import Skill

CASES = """
  - {id: a, input: {en: "Write release notes", zh: "写发布说明"}, trigger: should}
  - {id: b, input: {en: "Summarise merged pull requests", zh: "整理合并请求"}, trigger: should}
  - {id: c, input: {en: "What changed for users?", zh: "用户有哪些变化？"}, trigger: should}
  - {id: d, input: {en: "Extract a table", zh: "提取表格"}, trigger: should_not}
"""

Invoke = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, skill: Callable[..., Skill]) -> Path:
    skill("release-notes", "Writes release notes of merged requests.", "撰写发布说明。", CASES)
    skill("pdf-tables", "Extracts tables from PDF files.", "提取 PDF 中的表格。")
    return tmp_path


@pytest.fixture
def invoke(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["triggers", *arguments], catch_exceptions=False)

    return run


def test_words_are_compared_without_a_model(invoke: Invoke) -> None:
    done = invoke("release-notes", "--with", "pdf-tables")
    assert done.exit_code == 0
    assert "2 skills and 8 requests" in done.output
    found = json.loads(invoke("release-notes", "pdf-tables", "--json").output)
    assert found["ok"] is True
    assert found["skills"] == ["pdf-tables", "release-notes"]


def test_a_missing_language_and_a_double_are_problems(
    invoke: Invoke, skill: Callable[..., Skill]
) -> None:
    skill("other", "Writes release notes of merged requests.")
    done = invoke("release-notes", "--with", "other", "--quiet")
    assert done.exit_code == 1
    assert "`other` has no Chinese description" in done.output
    assert "`other` and `release-notes` have English descriptions that look alike" in done.output
    assert invoke("release-notes", "--with", "other", "--lang", "zh").exit_code == 1
    assert invoke("other", "--lang", "en").exit_code == 0


def test_a_model_is_asked(invoke: Invoke, fakes: Any, fake_provider: Callable[..., Any]) -> None:
    def answer(asked: Any) -> Any:
        due = "table" not in asked.prompt and "表格" not in asked.prompt
        return fakes.Structured({"reason": "r", "skill": "release-notes" if due else "none"})

    server = fake_provider(answer)
    model = f"anthropic-compatible:{server.anthropic_url}#m"
    done = invoke("release-notes", "--with", "pdf-tables", "-m", model, "-o", "run")
    assert done.exit_code == 0, done.output
    assert "verdict: ok" in done.output
    assert len(server.requests) == 8
    assert {asked.forced for asked in server.requests} == {"choose_skill"}
    kept = json.loads(Path("run/triggers.json").read_text("utf-8"))
    assert kept["verdict"] == "ok"
    assert kept["outcomes"] == {"ok": 8}
    again = invoke("release-notes", "--with", "pdf-tables", "-m", model, "-o", "run", "--json")
    assert json.loads(again.output)["verdict"] == "ok"
    assert len(server.requests) == 8  # nothing is asked twice
    wider = ["release-notes", "pdf-tables", "-m", model, "-o", "run", "--lang", "en", "--json"]
    assert json.loads(invoke(*wider, "--strict").output)["outcomes"] == {"ok": 4}


@pytest.mark.parametrize(
    ("said", "status", "verdict"),
    [
        ("none", 3, "suspect"),
        ("pdf-tables", 3, "suspect"),
        ("400", 3, "invalid"),
    ],
)
def test_what_cannot_be_believed_has_a_status_of_its_own(
    said: str,
    status: int,
    verdict: str,
    invoke: Invoke,
    fakes: Any,
    fake_provider: Callable[..., Any],
) -> None:
    def answer(asked: Any) -> Any:
        if said == "400":
            return fakes.Fault("400", times=None)
        return fakes.Structured({"reason": "r", "skill": said})

    server = fake_provider(answer)
    model = f"openai-compatible:{server.openai_url}#m"
    done = invoke("release-notes", "--with", "pdf-tables", "-m", model, "-o", "run", "--json")
    assert done.exit_code == status
    assert json.loads(done.output)["verdict"] == verdict


def test_without_trigger_cases_there_is_nothing_to_ask(invoke: Invoke) -> None:
    done = invoke("pdf-tables", "-m", "anthropic-compatible:http://127.0.0.1:9#m")
    assert done.exit_code == 1
    assert "trigger: should" in done.output
