"""The command line, as a user calls it, against a real model on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

#: What no model can know, the question, and what a right answer holds.
FACTS = (
    ("The code of the north gate is 4718.", "What is the code of the north gate?", "4718"),
    ("The code of the garden gate is 6027.", "What is the code of the garden gate?", "6027"),
    ("The harbour master is Ottilie Wend.", "Who is the harbour master?", "Wend"),
    ("The ferry leaves at 17:43.", "When does the ferry leave?", "17:43"),
    ("The boathouse key hangs on hook 86.", "On which hook is the boathouse key?", "86"),
    ("The ship's cat is called Brumsel.", "What is the ship's cat called?", "Brumsel"),
    ("The lighthouse has 219 steps.", "How many steps has the lighthouse?", "219"),
    ("The radio channel is 73.", "What is the radio channel?", "73"),
    ("The crane lifts 3650 kg.", "How many kg does the crane lift?", "3650"),
    ("The pilot boat is named Vireo.", "What is the pilot boat named?", "Vireo"),
    ("The toll is 14.25 crowns.", "How much is the toll?", "14.25"),
    ("The night guard is Jaro Pell.", "Who is the night guard?", "Pell"),
    ("The fuel tank holds 8840 litres.", "How many litres does the fuel tank hold?", "8840"),
    ("The anchor weighs 967 kg.", "How many kg does the anchor weigh?", "967"),
)
SHORT = "Answer in one short sentence."


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    """A skill whose body holds the facts, with a case for each."""
    folder = tmp_path / "harbour"
    (folder / "evals").mkdir(parents=True)
    body = "\n".join(fact for fact, _, _ in FACTS)
    (folder / "SKILL.md").write_text(
        "---\nname: harbour\ndescription: Facts about our harbour. Use for questions on it.\n"
        f"---\n\n# Our harbour\n\n{body}\n"
    )
    cases = [
        {
            "id": f"fact-{number:02}",
            "input": {"en": f"{question} {SHORT}"},
            "checks": [{"kind": "contains", "value": value}],
        }
        for number, (_, question, value) in enumerate(FACTS, 1)
    ]
    (folder / "evals" / "cases.yaml").write_text(json.dumps({"version": 1, "cases": cases}))
    return folder


def evaluate(skill: Path, model: str, *options: str) -> tuple[int, Any]:
    """Return the exit status and the JSON of ``polyskill eval``, run without any key."""
    lost = ("_API_KEY", "_PROXY", "_proxy")
    environment = {name: text for name, text in os.environ.items() if not name.endswith(lost)}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "polyskill", "eval", str(skill), "--model", model),
            *("--arms", "none,current", "--lang", "en", "--param", "temperature=0"),
            *("-o", "run", "--json", "--quiet", *options),
        ],
        cwd=skill.parent,
        env=environment | {"POLYSKILL_CACHE": str(skill.parent / "cache")},
        capture_output=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    assert done.stdout, done.stderr
    [run] = json.loads(done.stdout)["runs"]
    return done.returncode, run


def test_the_uplift_is_found_on_a_real_model(skill: Path, local_model: str) -> None:
    status, run = evaluate(skill, local_model, "--max-tokens", "48", "--max-missing", "0.25")
    assert status == 0, run["comparisons"]
    [gated] = [each for each in run["comparisons"] if each["gated"]]
    assert gated["verdict"] == "improved"
    assert gated["difference"]["low"] > 0.2
    answered = [one for one in run["samples"] if one["outcome"] == "ok"]
    right = [one["case"] for one in answered if one["arm"] == "current" and one["passed"]]
    assert len(right) >= 8, run["samples"]
    assert not [one["answer"] for one in answered if one["arm"] == "none" and one["passed"]]
    # What the server counted: the skill is in the prompt, and every answer has its tokens.
    assert all(one["output_tokens"] > 0 for one in answered)
    spend = run["spend"]
    assert spend["calls"] == 2 * len(FACTS)
    assert spend["input_tokens"] > spend["output_tokens"] > 0
    assert spend["cost"] == 0
    page = (skill.parent / "run" / "report.html").read_text("utf-8")
    assert all(answer in page for answer in ("4718", "8840"))


def test_a_real_answer_that_is_cut_is_no_answer(skill: Path, local_model: str) -> None:
    status, run = evaluate(skill, local_model, "--max-tokens", "4", "--only", "fact-0[127]")
    assert status == 3, run["comparisons"]
    assert run["outcomes"] == {"truncated": 6}
    for one in run["samples"]:
        assert (one["stop_reason"], one["output_tokens"]) == ("length", 4)
        assert one["answer"]
        assert one["score"] is None
        assert one["passed"] is None
