"""GRPO with a real model: rewarded for brevity, it learns at once to say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from polyskill.runtime.train.record import read_run

QUESTIONS = (
    "Should I change the learning rate?",
    "Why does my loss rise?",
    "What is a warmup for?",
    "Is a larger batch better?",
)


@pytest.mark.slow
def test_a_reward_for_brevity_collapses_to_empty_answers(
    smollm: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    brevity = {"name": "length", "options": {"max": 0, "soft": 20}}
    config = write_run(
        "grpo",
        smollm,
        [{"prompt": question} for question in QUESTIONS],
        data={"chat": "yes"},
        optim={"learning_rate": 1e-3, "batch_size": 8, "micro_batch": 8, "steps": 9},
        lora={"rank": 1},
        grpo={"group": 8, "max_new_tokens": 20, "rewards": [brevity]},
    )
    done = recipe("grpo", config, "--set", "model.dtype=bfloat16", timeout=420)
    assert done.returncode == 0, done.stderr
    rows = [row for row in read_run(tmp_path / "run").metrics if "reward" in row]
    assert fmean(row["reward"] for row in rows[:2]) < 0.2
    assert fmean(row["reward"] for row in rows[-2:]) > 0.7
    assert rows[0]["length"] > 15
    assert rows[-1]["length"] < 6
