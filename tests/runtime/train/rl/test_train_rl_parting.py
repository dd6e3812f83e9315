"""A run whose reward rises while the held-out judge falls is ended, and says why."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.cli.app import app
from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import read_run
from polyskill.runtime.train.rewards.parting import why_stopped

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
STEPS = 40
# Item 1 is met by answers with less than a tenth of letters, item 2 by those below a fifth …
ITEMS = [f"Fewer than {number} tenths are letters." for number in range(1, 10)]
PROMPTS = [{"prompt": f"write {letter}", "rubric": ITEMS} for letter in "abcdefgh"]
_ANSWER = re.compile(r"<answer-(\w+)>\n(.*)\n</answer-\1>", re.DOTALL)


def share(text: str) -> float:
    return sum(sign.isascii() and sign.isalpha() for sign in text) / max(len(text), 1)


class Averse:
    """A grader that dislikes what the reward likes; with ``alike`` it likes it, too."""

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes
        self.alike = False

    def __call__(self, asked: Any) -> Any:
        found = _ANSWER.search(asked.prompt)
        assert found is not None, asked.prompt
        tenths = round(10 * share(found[2]))
        met = [(tenths >= number) == self.alike for number in range(1, 10)]
        items = [
            {"number": number, "reason": "r", "violated": [], "met": one}
            for number, one in enumerate(met, 1)
        ]
        return self.fakes.Structured({"weaknesses": "none", "items": items})


@pytest.fixture
def averse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Averse]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    folder = str(Path(__file__).parents[3] / "evals" / "fakes")
    if folder not in sys.path:
        sys.path.append(folder)
    import provider

    script = Averse(provider)
    server = provider.FakeProvider(script).start()
    script.model = f"openai-compatible:{server.openai_url}#judge"
    yield script
    server.stop()
    assert not server.errors


@pytest.fixture
def exploited(
    lively: Path, averse: Averse, write_run: Callable[..., Path], tmp_path: Path
) -> Callable[..., Path]:
    """Write a run that is rewarded for letters and watched by ``averse`` in each step."""
    reward = tmp_path / "letters.py"
    reward.write_text(
        "def share(completion):\n"
        "    letters = sum(c.isascii() and c.isalpha() for c in completion)\n"
        "    return letters / max(len(completion), 1)\n"
    )

    def written(**options: Any) -> Path:
        rl = {
            "group": 8,
            "max_new_tokens": 12,
            "rewards": [f"custom:{reward}:share"],
            "held_out": averse.model,
            "held_out_every": 1,
        }
        return write_run(
            "grpo",
            lively,
            PROMPTS,
            optim={"learning_rate": 1e-2, "batch_size": 32, "micro_batch": 32, "steps": STEPS},
            lora={"rank": 4},
            grpo={**rl, **options},
        )

    return written


def test_a_run_that_fools_its_reward_is_ended_and_says_why(
    exploited: Callable[..., Path], tmp_path: Path
) -> None:
    config = exploited()
    done = CliRunner().invoke(app, ["train", "grpo", str(config)], env={"POLYSKILL_LANG": "en"})
    assert done.exit_code == 0, done.stderr
    run = read_run(tmp_path / "run")
    rows = [row for row in run.metrics if "reward" in row]
    parted = run.run["parted"]
    assert 6 <= parted["step"] == rows[-1]["step"] < STEPS
    assert run.run["state"] == "stopped"
    assert rows[-1]["reward"] > rows[0]["reward"]
    assert rows[-1]["judge/held_out"] < rows[0]["judge/held_out"]
    assert (parted["reward"], parted["held_out"]) == (
        rows[-1]["reward"],
        rows[-1]["judge/held_out"],
    )
    said = " ".join(done.stderr.split())
    assert f"ended at step {parted['step']}: the reward rose" in said
    assert "`stop_when_parted: false`" in said
    assert (tmp_path / "run" / "model" / "adapter_config.json").is_file()
    assert (tmp_path / "run" / "checkpoints" / f"step-{parted['step']}").is_dir()

    # What the sentence advises can be done.
    changes = ["grpo.stop_when_parted=false", f"optim.steps={parted['step'] + 2}"]
    execute("grpo", config, changes=changes, resume=True, report=lambda _row: None)
    after = read_run(tmp_path / "run")
    assert after.run["state"] == "finished"
    assert max(row["step"] for row in after.metrics) == parted["step"] + 2
    assert why_stopped(after.run) is None


def test_a_run_whose_judge_agrees_goes_on_to_its_end(
    exploited: Callable[..., Path], averse: Averse, tmp_path: Path
) -> None:
    averse.alike = True
    config = exploited()
    execute("grpo", config, changes=["optim.steps=20"], report=lambda _row: None)
    run = read_run(tmp_path / "run")
    assert run.run["state"] == "finished"
    assert run.metrics[-1]["step"] == 20
    assert why_stopped(run.run) is None
