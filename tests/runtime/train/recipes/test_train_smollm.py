"""The recipes on a real small model, SmolLM2-135M-Instruct from its GGUF file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.drive import MODEL
from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import Recorded, read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

TOPICS = (
    *("learning rate", "batch size", "rank", "warmup", "weight decay", "dropout", "seed"),
    *("optimizer", "schedule", "precision", "context length", "loss", "data order", "tokenizer"),
    *("temperature", "group size"),
)


def answer(topic: str) -> str:
    return f"Verdict: measure first\nWhy: the {topic} has one effect at a time\nNext: one run"


SFT = [{"prompt": f"Should I change the {one}?", "completion": answer(one)} for one in TOPICS]
PAIRS = [
    {
        "prompt": f"Should I change the {one}?",
        "chosen": answer(one),
        "rejected": f"Yes, of course you should change the {one}, it is always a good idea!",
    }
    for one in TOPICS
]


def run(config: Path, method: str) -> Recorded:
    return read_run(execute(method, config, report=lambda _row: None))


def settings(steps: int, batch: int, rate: float) -> dict[str, Any]:
    return {
        "optim": {
            "steps": steps,
            "batch_size": batch,
            "micro_batch": batch,
            "learning_rate": rate,
        },
        "lora": {"rank": 16},
        "data": {"max_length": 128, "chat": "auto"},
    }


def test_sft_brings_a_format_to_an_unseen_question(
    smollm_folder: Path, said: Callable[..., str], write_run: Callable
) -> None:
    question = "Should I change the gradient noise?"
    assert "Verdict:" not in said(smollm_folder, question)
    found = run(write_run("sft", smollm_folder, SFT, **settings(16, 4, 5e-4)), "sft")
    losses = [row["loss"] for row in found.metrics]
    assert losses[0] > 1.5 and losses[-1] < 0.5
    assert found.run["parameters"]["trainable"] == 4_884_480  # facts/training.md, 1.3
    lines = said(smollm_folder, question, found.folder / MODEL).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Verdict", "Why", "Next"]
    assert "gradient noise" in lines[1]


def test_dpo_parts_the_answers(smollm_folder: Path, write_run: Callable) -> None:
    found = run(write_run("dpo", smollm_folder, PAIRS, **settings(5, 2, 5e-5)), "dpo")
    losses, margins = ([row[name] for row in found.metrics] for name in ("loss", "margin"))
    assert losses[0] == pytest.approx(0.6931, abs=2e-3) and losses[-1] < 0.6
    assert margins[0] == pytest.approx(0, abs=1e-3) and margins[-1] > 0.2
    assert found.metrics[-1]["accuracy"] == 1.0


def test_a_reward_model_learns_from_a_gguf_file(smollm: Path, write_run: Callable) -> None:
    found = run(write_run("reward", smollm, PAIRS, **settings(6, 2, 1e-4)), "reward")
    losses = [row["loss"] for row in found.metrics if "loss" in row]
    assert sum(losses[-2:]) < sum(losses[:2]) and losses[-1] < 0.6
    assert found.metrics[-1]["margin"] > 0
