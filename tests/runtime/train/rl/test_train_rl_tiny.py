"""GRPO and RLOO on a tiny random model: a reward that can be verified really rises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from polyskill.runtime.train.record import read_run

PROMPTS = [{"prompt": f"write {letter}"} for letter in "abcdefgh"]
RL = {"group": 8, "max_new_tokens": 12}


@pytest.fixture
def letters(tmp_path: Path) -> str:
    """A reward: the share of the answer's characters that are letters of the alphabet."""
    path = tmp_path / "letters.py"
    path.write_text(
        "def share(completion):\n"
        "    letters = sum(c.isascii() and c.isalpha() for c in completion)\n"
        "    return letters / max(len(completion), 1)\n",
        "utf-8",
    )
    return f"custom:{path}:share"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "options"),
    [("grpo", {"variant": "dapo"}), ("grpo", {"variant": "dr_grpo"}), ("rloo", {"group": 8})],
)
def test_a_verifiable_reward_rises(
    method: str,
    options: dict[str, Any],
    lively: Path,
    letters: str,
    write_run: Callable[..., Path],
    recipe: Callable[..., Any],
    tmp_path: Path,
) -> None:
    rewards = [letters, {"name": "length", "weight": 0, "options": {"max": 20}}]
    config = write_run(
        method,
        lively,
        PROMPTS,
        optim={"learning_rate": 1e-2, "batch_size": 32, "micro_batch": 32, "steps": 30},
        lora={"rank": 4},
        **{method: {**RL, "rewards": rewards, "beta": 0.0, **options}},
    )
    done = recipe(method, config)
    assert done.returncode == 0, done.stderr
    run = read_run(tmp_path / "run")
    course = [row["reward"] for row in run.metrics if "reward" in row]
    assert len(course) == 30
    assert fmean(course[-5:]) > fmean(course[:5]) + 0.2, course
    row = run.metrics[0]
    assert row[f"rewards/{letters}"] == pytest.approx(row["reward"], abs=1e-6)
    assert row["rewards/length"] == 1.0
    assert {"zero_std", "length", "clipped", "entropy"} <= set(row)
    assert row["extra"]["masked"] == 0.0
    assert run.samples[0]["reward"] <= run.samples[1]["reward"]
    assert run.run["state"] == "finished"


@pytest.mark.slow
def test_what_nobody_could_grade_is_left_out_and_never_zero(
    tiny: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "moody.py"
    path.write_text(
        "calls = [0]\n"
        "def moody(completion):\n"
        "    calls[0] += 1\n"
        "    return None if calls[0] % 2 else 1.0 + len(set(completion)) / 100\n",
        "utf-8",
    )
    config = write_run(
        "grpo",
        tiny,
        PROMPTS,
        optim={"batch_size": 8, "micro_batch": 8, "steps": 2},
        grpo={**RL, "rewards": [f"custom:{path}:moody"]},
    )
    done = recipe("grpo", config)
    assert done.returncode == 0, done.stderr
    for row in read_run(tmp_path / "run").metrics:
        if "reward" in row:
            assert row["reward"] >= 1.0
            assert row["extra"]["masked"] == 0.5


@pytest.mark.slow
def test_the_initial_policy_grades_and_what_it_does_not_grade_is_masked(
    tiny: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [{**row, "rubric": ["Names a letter."]} for row in PROMPTS]
    config = write_run(
        "grpo",
        tiny,
        rows,
        optim={"batch_size": 8, "micro_batch": 8, "steps": 1},
        grpo={**RL, "rewards": ["rubric", {"name": "format", "options": {"pattern": "."}}]},
    )
    done = recipe("grpo", config)
    assert done.returncode == 0, done.stderr
    row = read_run(tmp_path / "run").metrics[0]
    assert row["extra"]["masked"] == 1.0  # a random model does not answer as a grader must
    assert "rewards/rubric" not in row
    assert row["rewards/format"] == 1.0


@pytest.mark.slow
def test_a_wrong_reward_is_a_sentence(
    tiny: Path, write_run: Callable[..., Path], recipe: Callable[..., Any]
) -> None:
    config = write_run(
        "grpo",
        tiny,
        PROMPTS,
        optim={"batch_size": 8, "micro_batch": 8, "steps": 1},
        grpo={**RL, "rewards": ["maths"]},
    )
    done = recipe("grpo", config)
    assert done.returncode == 1
    assert "did you mean `math`?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_reward_for_brevity_collapses_to_empty_answers(
    lively: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    brevity = {"name": "length", "options": {"max": 0, "soft": 12}}
    config = write_run(
        "grpo",
        lively,
        PROMPTS,
        optim={"learning_rate": 1e-2, "batch_size": 64, "micro_batch": 64, "steps": 40},
        lora={"rank": 1},
        grpo={**RL, "rewards": [brevity]},
    )
    done = recipe("grpo", config)
    assert done.returncode == 0, done.stderr
    rows = [row for row in read_run(tmp_path / "run").metrics if "reward" in row]
    assert fmean(row["length"] for row in rows[:3]) > 10
    assert fmean(row["length"] for row in rows[-3:]) < 4, [row["length"] for row in rows]
    assert fmean(row["reward"] for row in rows[-3:]) > 0.7
