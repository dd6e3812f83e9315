"""`polyskill train pairs` that is killed goes on, and neither draws nor pays twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.judge.engine.journal import JournalBusy
from polyskill.runtime.train import pairs as module
from polyskill.runtime.train.config import load
from polyskill.runtime.train.drawn import Drawn
from polyskill.runtime.train.pairs import Made, make_pairs

pytestmark = pytest.mark.filterwarnings("default")
PROMPTS = [{"prompt": f"{letter}?", "rubric": ["Is good."]} for letter in "abcdef"]
GROUP = 4
Write = Callable[..., Path]


def started(config: Path, out: Path, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "polyskill", "train", "pairs", str(config), "--out", str(out)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"POLYSKILL_LANG": "en"},
        **more,
    )


@pytest.fixture
def graded(tiny: Path, write_run: Write, counting: Any) -> Callable[..., Path]:
    """Write a configuration whose answers a model on loopback grades."""

    def written(name: str = "run", **options: Any) -> Path:
        reward = {"name": "rubric", "options": {"judge": counting.model}}
        grpo = {"group": GROUP, "max_new_tokens": 16, "rewards": [reward], **options}
        return write_run("grpo", tiny, PROMPTS, name=name, grpo=grpo)

    return written


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_ends_in_the_middle_goes_on_and_pays_nothing_twice(
    how: signal.Signals, graded: Callable[..., Path], counting: Any, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole" / "pairs.jsonl", tmp_path / "killed" / "pairs.jsonl"
    config = graded()
    make_pairs(load(config), whole)
    asked = dict(counting.answered)
    assert asked and set(asked.values()) == {1}

    counting.answered.clear()
    counting.most = 2 * GROUP + 1  # in the middle of the third prompt
    running = started(config, out)
    end = time.monotonic() + 120
    while not counting.silent and time.monotonic() < end and running.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)  # what was answered is written down by now
    running.send_signal(how)
    said = running.communicate(timeout=300)[1]
    assert running.returncode == (130 if how == signal.SIGINT else -how)
    assert not out.exists()
    if how == signal.SIGINT:
        assert "the same command goes on" in said and f"{out.name}.journal" in said
        assert "Traceback" not in said

    counting.most = None
    done = started(config, out)
    told, said = done.communicate(timeout=300)
    assert done.returncode == 0, said
    assert "answers to 3 prompts were kept" in told
    assert out.read_bytes() == whole.read_bytes() != b""
    assert dict(counting.answered) == asked  # each once, over both runs


@pytest.mark.slow
def test_other_settings_reuse_no_answer_and_another_margin_all(
    graded: Callable[..., Path], counting: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pairs.jsonl"
    drawn: list[Any] = []
    real = module._answers
    monkeypatch.setattr(module, "_answers", lambda *words: drawn.append(1) or real(*words))
    first = make_pairs(load(graded()), out)
    assert (first.kept, len(drawn)) == (0, 6)
    text, paid = out.read_text(), counting.answered.total()
    again = make_pairs(load(graded()), out, margin=0.5)
    assert again == Made(first.prompts, first.pairs, 0, kept=6)
    assert (len(drawn), counting.answered.total(), out.read_text()) == (6, paid, text)
    for changed in ({"temperature": 0.5}, {"group": 2}, {"max_new_tokens": 8}):
        drawn.clear()
        assert make_pairs(load(graded(**changed)), out).kept == 0
        assert len(drawn) == 6
    drawn.clear()
    assert make_pairs(load(graded(), {"optim.seed": 1}), out).kept == 0
    assert out.read_text() != text
    make_pairs(load(graded()), out)
    assert out.read_text() == text


@pytest.mark.slow
def test_a_reward_that_was_changed_grades_anew_and_what_it_could_not_grade_is_tried_again(
    tiny: Path, write_run: Write, tmp_path: Path
) -> None:
    reward, log, out = tmp_path / "worth.py", tmp_path / "log", tmp_path / "pairs.jsonl"

    def graded(expression: str) -> int:
        """Make pairs; return how many answers were graded for it."""
        reward.write_text(
            f"def worth(completion):\n    with open({str(log)!r}, 'a') as file:\n"
            f"        file.write('.')\n    return {expression}\n"
        )
        log.write_text("")
        rewards = [f"custom:{reward}:worth"]
        grpo = {"group": GROUP, "max_new_tokens": 8, "rewards": rewards}
        make_pairs(load(write_run("grpo", tiny, PROMPTS, grpo=grpo)), out)
        return len(log.read_text())

    assert graded("float(len(set(completion)))") == 6 * GROUP
    assert graded("float(len(set(completion)))") == 0
    assert graded("-float(len(set(completion)))") == 6 * GROUP
    assert graded("None") == graded("None") == 6 * GROUP
    assert out.read_text() == ""


def test_a_prompt_has_its_own_seed_wherever_it_stands(tmp_path: Path, write_run: Write) -> None:
    run = load(write_run("grpo", tmp_path, PROMPTS, grpo={"group": 4, "rewards": ["format"]}))
    with Drawn(run, tmp_path / "one") as drawn:
        first, second, again = (drawn.key_and_seed(one) for one in ([1, 2], [3], [1, 2]))
    with Drawn(run, tmp_path / "two") as drawn:
        assert drawn.key_and_seed([3]) == second
        assert drawn.key_and_seed([1, 2]) == first
    assert len({first, second, again}) == 3
    assert len({seed for _, seed in (first, second, again)}) == 3


def test_two_runs_do_not_share_a_journal(tmp_path: Path, write_run: Write) -> None:
    run = load(write_run("grpo", tmp_path, PROMPTS, grpo={"group": 4, "rewards": ["format"]}))
    with Drawn(run, tmp_path / "j"), pytest.raises(JournalBusy, match="is in use by process"):
        Drawn(run, tmp_path / "j")


def test_numbers_that_json_has_not_are_columns_too(tmp_path: Path, write_run: Write) -> None:
    run = load(write_run("grpo", tmp_path, PROMPTS, grpo={"group": 4, "rewards": ["format"]}))
    columns = {"answer": float("nan"), "rest": [float("inf"), "天"]}
    with Drawn(run, tmp_path / "j") as drawn:
        drawn.keep_worth("key", columns, [0.5, 1.0])
        assert drawn.worth("key", columns) == [0.5, 1.0]
        assert drawn.worth("key", {**columns, "answer": 1.0}) is None
    assert json.loads((tmp_path / "j" / "answers.jsonl").read_text())["data"] == [0.5, 1.0]
