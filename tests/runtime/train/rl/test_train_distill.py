"""Distillation: recordings become pairs, the teacher alone sees the skill, closure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.problems import DataError
from polyskill.runtime.train.record import read_run
from polyskill.runtime.train.skill_weights import (
    is_recording,
    recorded_pairs,
    skill_texts,
    teachers,
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording as ``polyskill eval record`` writes it, of three answers with a skill."""
    plan = {
        "arms": [{"name": "current", "kind": "current"}, {"name": "none", "kind": "none"}],
        "cases": [{"id": f"c{n}", "lang": "en", "prompt": f"question {n}"} for n in range(3)],
    }
    rows: list[dict[str, Any]] = [{"recording": 1, "by": "a test", "plan": plan}]
    for n in range(3):
        for arm in ("current", "none"):
            meta = {"kind": "answer", "case": f"c{n}", "lang": "en", "arm": arm}
            text = f"{arm} answer {n}"
            rows.append({"key": f"{n}{arm}", "outcome": "ok", "text": text, "meta": meta})
    rows.append({**rows[1], "key": "again"})
    rows.append({**rows[1], "key": "cut", "outcome": "truncated", "text": "cut"})
    rows.append({"key": "j", "outcome": "ok", "text": "judge", "meta": {"kind": "rubric"}})
    path = tmp_path / "recording.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_answers_with_the_skill_become_pairs_without_it(recording: Path) -> None:
    assert is_recording(str(recording))
    assert recorded_pairs(str(recording)) == [
        {"prompt": f"question {n}", "completion": f"current answer {n}"} for n in range(3)
    ]


def test_a_damaged_line_is_named(recording: Path) -> None:
    with recording.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    with pytest.raises(DataError) as caught:
        recorded_pairs(str(recording))
    assert caught.value.path == f"{recording}:11"


def test_a_recording_without_the_skill_teaches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text(json.dumps({"recording": 1, "plan": {}}) + "\n", "utf-8")
    with pytest.raises(DataError):
        recorded_pairs(str(path))
    assert not is_recording(str(tmp_path / "absent.jsonl"))


def test_a_teacher_sees_the_text_in_the_language_of_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "SKILL.md").write_text("---\nname: x\n---\n\nBe brief.\n", "utf-8")
    (tmp_path / "SKILL.zh.md").write_text("---\nname: x\n---\n要简短。\n", "utf-8")
    texts = skill_texts(str(tmp_path))
    assert texts == {"en": "Be brief.", "zh": "要简短。"}
    assert teachers(["What is it?", "这是什么？"], texts) == ["Be brief.", "要简短。"]
    assert skill_texts(str(tmp_path / "SKILL.md"))["zh"] == "Be brief."
    with pytest.raises(TrainError, match=r"distill\.skill"):
        skill_texts(str(tmp_path / "none"))


@pytest.mark.slow
def test_a_recording_is_learned(
    tiny: Path,
    recording: Path,
    write_run: Callable[..., Path],
    recipe: Callable[..., Any],
    tmp_path: Path,
) -> None:
    config = write_run(
        "distill",
        tiny,
        [],
        data={"train": str(recording)},
        optim={"batch_size": 3, "micro_batch": 3, "steps": 12, "learning_rate": 1e-2},
    )
    done = recipe("distill", config)
    assert done.returncode == 0, done.stderr
    losses = [row["loss"] for row in read_run(tmp_path / "run").metrics if "loss" in row]
    assert losses[-1] < losses[0] - 0.5


@pytest.mark.slow
def test_on_policy_the_student_moves_towards_the_teacher(
    lively: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    skill = tmp_path / "SKILL.md"
    skill.write_text("---\nname: x\n---\nAnswer with the letter e, always {braces} too.\n", "utf-8")
    config = write_run(
        "distill",
        lively,
        [{"prompt": f"write {letter}"} for letter in "abcd"],
        optim={"batch_size": 4, "micro_batch": 4, "steps": 15, "learning_rate": 1e-2},
        distill={"mode": "on-policy", "skill": str(skill), "max_new_tokens": 8, "top_k": 100},
    )
    done = recipe("distill", config)
    assert done.returncode == 0, done.stderr
    losses = [row["loss"] for row in read_run(tmp_path / "run").metrics if "loss" in row]
    assert sum(losses[-3:]) < 0.7 * sum(losses[:3]), losses
