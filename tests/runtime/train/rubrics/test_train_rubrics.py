"""``polyskill train rubrics``: papers become goals with rubrics, filtered, resumable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.cli.train import app
from polyskill.runtime.train.rewards.rubric.items import read_items
from polyskill.runtime.train.rubrics.goal import Goal, Opinion, cleaned, read_goals, read_opinion

ITEMS = tuple(
    f"Says how step number {n} of the plan handles source {n} of error." for n in range(6)
)
GOOD = Goal(
    "A team wants to measure how well a small model plans experiments, with one GPU, a week, and "
    "no labels beyond two hundred that two experts have written.",
    ITEMS,
    "We will compare the plans of both models.",
    "en",
    "p.md",
    "00",
)
OPINION = Opinion(True, False, (1, 2, 3, 4, 5, 6), 5)


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["rubrics", *map(str, words)])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_papers_become_goals(reader: Any, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "goals.jsonl"
    done = run(papers, "-o", out, "--model", reader.model, "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.output)
    made = rows(out)
    assert facts["rows"] == len(made) == 3
    assert facts["dropped"] == {"items-dropped": 3}
    assert {entry["why"] for entry in facts["left_out"]} == {"suffix", "short", "twice"}
    row = made[0]
    assert len(row["rubric"]) == 6  # the one that the goal gives away and the doubled one went
    assert read_items(row["rubric"])
    assert row["goal"] in row["prompt"]
    assert "<solution>" in row["prompt"]
    assert not any(item in row["prompt"] for item in row["rubric"])
    assert row["by"] == reader.model
    assert len(row["paper_sha256"]) == 64
    assert sorted(set(reader.asked)) == ["record", "select"]


def test_nothing_is_asked_twice(reader: Any, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "goals.jsonl"
    run(papers, "-o", out, "--model", reader.model)
    first = out.read_bytes()
    reader.asked.clear()
    assert run(papers, "-o", out, "--model", reader.model).exit_code == 0
    assert reader.asked == []
    assert out.read_bytes() == first


def test_poor_goals_are_dropped_and_failures_are_counted(
    reader: Any, papers: Path, tmp_path: Path
) -> None:
    reader.poor, reader.fails = {"bees"}, {"alloys"}
    out = tmp_path / "goals.jsonl"
    done = run(papers, "-o", out, "--model", reader.model, "--json")
    facts = json.loads(done.output)
    assert facts["rows"] == 1
    assert facts["papers_without_goals"] == 1
    assert facts["dropped"]["low-quality"] == 1


def test_a_skills_cases_need_no_model(tmp_path: Path) -> None:
    skill = Path(__file__).parents[4] / "skills" / "llm-research-scientist"
    out = tmp_path / "cases.jsonl"
    assert run(skill, "-o", out, "--lang", "zh").exit_code == 0
    made = rows(out)
    assert {row["lang"] for row in made} == {"zh"}
    assert any(item.fault for row in made for item in read_items(row["rubric"]))
    assert all(row["case"] for row in made)


def test_wrong_use_is_a_sentence(tmp_path: Path, papers: Path) -> None:
    out = tmp_path / "x.jsonl"
    assert "--model" in run(papers, "-o", out).output
    assert run(papers, "-o", out, "--model", "gpt").exit_code == 2
    assert run(papers, "-o", out, "--lang", "fr").exit_code == 2
    absent = run(tmp_path / "absent", "-o", out, "--model", "openai-compatible:http://127.0.0.1#m")
    assert absent.exit_code == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "opinion", "why"),
    [
        ({}, None, "no-opinion"),
        ({}, Opinion(False, False, (1,), 5), "not-self-contained"),
        ({}, Opinion(True, True, (1,), 5), "reveals-the-method"),
        ({}, Opinion(True, False, (1, 2, 3, 4, 5), 3), "low-quality"),
        ({}, Opinion(True, False, (1, 2, 3, 4), 5), "few-items"),
        ({"goal": "Too short."}, OPINION, "length-of-goal"),
        ({"reference": ""}, OPINION, "no-reference"),
        ({"reference": " ".join(ITEMS)}, OPINION, "reference-copies-rubric"),
        ({"rubric": (ITEMS[0],) * 6}, OPINION, "few-items"),
    ],
)
def test_what_is_dropped(change: dict[str, Any], opinion: Opinion | None, why: str) -> None:
    goal = Goal(**({name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | change))
    assert cleaned(goal, opinion, least_quality=4) == (None, why)


def test_a_good_goal_stays_as_it_is() -> None:
    assert cleaned(GOOD, OPINION, least_quality=4) == (GOOD, "")


@pytest.mark.parametrize("data", [None, {}, {"goals": "x"}, {"goals": [1, {"goal": "g"}]}])
def test_answers_that_are_none(data: object) -> None:
    assert read_goals(data, "en", "p", "0") == []
    assert read_opinion(data) is None
