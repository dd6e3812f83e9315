"""The skill that carries the recipes: its templates are what the recipes read."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyskill.compiler.readers import discover, read
from polyskill.compiler.runtime import recipes_of
from polyskill.runtime.judge.answers import read_answers
from polyskill.runtime.train.config import load

SKILL = Path(__file__).resolve().parents[3] / "skills/sota-ml-researcher"


@pytest.mark.parametrize("method", ["sft", "dpo", "grpo"])
def test_a_template_is_a_configuration(method):
    run = load(SKILL / f"assets/{method}.yaml", {})
    assert run.method == method


def test_the_answers_to_start_from_can_be_judged():
    answers = read_answers(SKILL / "assets/answers.jsonl")
    assert answers.pairs
    assert {one.lang for one in answers.entries} == {"en", "zh"}


def test_its_commands_run_recipes_that_it_brings():
    [candidate] = discover(SKILL)
    [skill] = read(candidate).skills
    assert {"validate", "sft", "dpo", "grpo", "judge", "analyze"} <= set(recipes_of(skill))
    names = {command.name for command in skill.commands}
    assert names == {"run_sft", "run_dpo", "run_grpo", "run_eval", "analyze_run"}
