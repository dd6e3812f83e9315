"""Pairs of a model's own answers."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.config import load
from polyskill.runtime.train.pairs import Made, best_and_worst, make_pairs

LETTERS = string.ascii_letters
REWARDS = st.lists(st.none() | st.floats(-5, 5), max_size=8)


def liked(text: str) -> int:
    return sum(letter in LETTERS for letter in text)


@given(REWARDS, st.floats(0, 2))
def test_the_best_and_the_worst_are_apart_by_more_than_the_margin(
    rewards: list[float | None], margin: float
) -> None:
    answers = [str(at) for at in range(len(rewards))]
    found = best_and_worst(answers, rewards, margin=margin)
    graded = [one for one in rewards if one is not None]
    if found is None:
        assert len(graded) < 2 or max(graded) - min(graded) <= margin
    else:
        best, worst = (rewards[at] for at in found)
        assert best == max(graded) and worst == min(graded)
        assert best is not None and worst is not None and best - worst > margin


def test_an_answer_that_nobody_graded_is_not_the_worst_and_one_text_is_no_pair() -> None:
    assert best_and_worst(["a", "b", "c"], [0.5, None, 0.25]) == (0, 2)
    assert best_and_worst(["a", "a"], [1.0, 0.0]) is None
    assert best_and_worst(["a", "b"], [1.0, None]) is None


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("chat", ["no", "yes"])
def test_pairs_are_those_of_the_rewards_and_can_be_trained_on(
    tiny: Path, write_run: Callable, tmp_path: Path, chat: str
) -> None:
    reward = tmp_path / "reward.py"
    reward.write_text(
        "def worth(prompt, completion, likes):\n"
        "    return float(sum(letter in likes for letter in completion))\n"
    )
    config = write_run(
        "grpo",
        tiny,
        [{"prompt": "a?", "likes": LETTERS}, {"prompt": "b?", "likes": ""}],
        data={"chat": chat},
        grpo={
            "group": 4,
            "max_new_tokens": 60,
            "rewards": [f"custom:{reward}:worth"],
        },
    )
    out = tmp_path / "out" / "pairs.jsonl"
    seen: list[tuple[int, int]] = []
    made = make_pairs(load(config), out, report=lambda *counts: seen.append(counts))
    assert made == Made(prompts=2, pairs=1, ungraded=0) and seen == [(1, 2), (2, 2)]
    [pair] = [json.loads(line) for line in out.read_text().splitlines()]
    chosen, rejected = pair["chosen"], pair["rejected"]
    if chat == "yes":
        assert pair["prompt"] == [{"role": "user", "content": "a?"}]
        chosen, rejected = chosen[0]["content"], rejected[0]["content"]
    assert liked(chosen) == pair["chosen_reward"] > pair["rejected_reward"]
    assert liked(rejected) == pair["rejected_reward"]

    from polyskill.runtime.train.main import execute

    dpo = write_run("dpo", tiny, [pair], name="dpo", data={"chat": chat}, optim={"steps": 1})
    execute("dpo", dpo, report=lambda _row: None)
