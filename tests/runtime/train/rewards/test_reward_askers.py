"""Graders at a provider: asked once, kept in a journal, never a zero when in trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.methods import RewardSpec
from polyskill.runtime.train.rewards.askers import ProviderAsker
from polyskill.runtime.train.rewards.base import RewardError, Sample
from polyskill.runtime.train.rewards.make import Makings, make_rewards

ROW = {"rubric": ["Names a metal."], "reference": "Iron."}


class Unasked:
    """A provider that nobody may ask."""

    async def complete(self, request: Any, clocks: Any) -> Any:
        raise AssertionError(request)

    async def aclose(self) -> None:
        return


def values(model: str, folder: Path, *texts: str) -> list[float | None]:
    spec = RewardSpec("rubric", options={"judge": model})
    rewards = make_rewards([spec], Makings(folder))
    return [one.value for one in rewards.grade([Sample("q", text, ROW) for text in texts])]


def test_an_answer_is_graded_once(grader: Any, tmp_path: Path) -> None:
    assert values(grader.model, tmp_path, "iron", "zinc", "iron") == [1.0, 1.0, 1.0]
    assert grader.asked == 2
    assert values(grader.model, tmp_path, "iron") == [1.0]
    assert grader.asked == 2
    assert (tmp_path / "grader-rubric.jsonl").is_file()


def test_a_refusal_masks_the_sample(grader: Any, tmp_path: Path) -> None:
    grader.fault = "refusal"
    assert values(grader.model, tmp_path, "iron") == [None]


def test_a_provider_that_rejects_everything_ends_the_run(grader: Any, tmp_path: Path) -> None:
    grader.fault = "400"
    with pytest.raises(RewardError, match="rejects every request"):
        values(grader.model, tmp_path, "iron")


def test_a_budget_that_is_spent_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    asker = ProviderAsker(
        "anthropic/claude-sonnet-5-5",
        tmp_path / "g.jsonl",
        budget=0.0,
        opened=lambda _model: Unasked(),
    )
    from polyskill.runtime.judge.base import Message, Request

    with pytest.raises(RewardError, match="budget"):
        asker.ask([Request((Message("user", "q"),))])


def test_a_model_that_is_none_is_told_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(RewardError, match="OPENAI_API_KEY"):
        values("openai/gpt-6-sol", tmp_path, "iron")
    with pytest.raises(RewardError, match="names no model"):
        values("gpt", tmp_path, "iron")
