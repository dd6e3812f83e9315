"""Policy gradients and distillation on a real small model, SmolLM2-135M-Instruct from its GGUF."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from polyskill.runtime.train.analyze.report import analyse
from polyskill.runtime.train.drive import MODEL
from polyskill.runtime.train.record import read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

#: Some of the answers to these end before their limit: a group whose answers are all as long as
#: each other has no advantage to learn from.
QUESTIONS = (
    "Answer with one word: is water wet?",
    "Say hello.",
    "Answer yes or no: is the sky blue?",
    "What is two plus two? Answer with one number.",
)
TOPICS = (
    *("learning rate", "batch size", "rank", "warmup", "weight decay", "dropout", "seed"),
    *("optimizer", "schedule", "precision", "context length", "loss", "data order", "tokenizer"),
)


def test_a_reward_for_brevity_is_learned_and_called_a_collapse(
    smollm_folder: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    brevity = {"name": "length", "options": {"max": 0, "soft": 20}}
    config = write_run(
        "grpo",
        smollm_folder,
        [{"prompt": question} for question in QUESTIONS],
        data={"chat": "yes"},
        optim={"learning_rate": 1e-3, "batch_size": 8, "micro_batch": 8, "steps": 12},
        lora={"rank": 1},
        grpo={"group": 8, "max_new_tokens": 20, "rewards": [brevity]},
    )
    done = recipe("grpo", config, "--set", "model.dtype=float32", timeout=900)
    assert done.returncode == 0, done.stderr
    recorded = read_run(tmp_path / "run")
    rows = [row for row in recorded.metrics if "reward" in row]
    assert rows[0]["length"] > 12
    assert fmean(row["length"] for row in rows[-3:]) < 6, [row["length"] for row in rows]
    assert (
        fmean(row["reward"] for row in rows[-3:]) > fmean(row["reward"] for row in rows[:3]) + 0.4
    )
    assert "collapse" in {found.kind for found in analyse(recorded).findings}


def test_a_skill_becomes_weights(
    smollm_folder: Path,
    said: Callable[..., str],
    write_run: Callable[..., Path],
    recipe: Callable[..., Any],
    tmp_path: Path,
) -> None:
    """Answers that were recorded with a skill teach its format to a model that never sees it."""
    cases = [
        {"id": f"c{n}", "lang": "en", "prompt": f"Should I change the {topic}?"}
        for n, topic in enumerate(TOPICS)
    ]
    plan = {"arms": [{"name": "current", "kind": "current"}], "cases": cases}
    rows: list[dict[str, Any]] = [{"recording": 1, "by": "hand-written", "plan": plan}]
    for case, topic in zip(cases, TOPICS, strict=True):
        meta = {"kind": "answer", "case": case["id"], "lang": "en", "arm": "current"}
        text = f"Verdict: measure first\nWhy: the {topic} has one effect at a time\nNext: one run"
        rows.append({"key": case["id"], "outcome": "ok", "text": text, "meta": meta})
    recording = tmp_path / "recording.jsonl"
    recording.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    config = write_run(
        "distill",
        smollm_folder,
        [],
        data={"train": str(recording), "chat": "yes", "max_length": 128},
        optim={"learning_rate": 5e-4, "batch_size": 4, "micro_batch": 4, "steps": 16},
        lora={"rank": 16},
    )
    question = "Should I change the gradient noise?"
    assert "Verdict:" not in said(smollm_folder, question)
    done = recipe("distill", config, timeout=900)
    assert done.returncode == 0, done.stderr
    losses = [row["loss"] for row in read_run(tmp_path / "run").metrics if "loss" in row]
    assert losses[0] > 1.5
    assert losses[-1] < 0.5
    lines = said(smollm_folder, question, tmp_path / "run" / MODEL).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Verdict", "Why", "Next"]
