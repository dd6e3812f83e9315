"""Runs of policy gradients as they happen to people: killed, on two processes, with code."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.methods import TINKER_VARIANTS, VARIANTS
from polyskill.runtime.train.record import Recorded, read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

PROMPTS = [{"prompt": f"write {letter}"} for letter in "abcdefgh"]
FORM = {"name": "format", "options": {"pattern": "[a-z]"}}
RL: dict[str, Any] = {"group": 4, "max_new_tokens": 8, "rewards": [FORM]}
SMALL = {"batch_size": 8, "micro_batch": 8}


def curve(run: Recorded) -> dict[int, list[float]]:
    names = ("loss", "reward", "length", "grad_norm")
    return {row["step"]: [row[name] for name in names] for row in run.metrics if "reward" in row}


@pytest.mark.parametrize("variant", sorted(set(VARIANTS) - set(TINKER_VARIANTS)))
def test_every_variant_trains(
    variant: str,
    tiny: Path,
    write_run: Callable[..., Path],
    recipe: Callable[..., Any],
    tmp_path: Path,
) -> None:
    config = write_run(
        "grpo", tiny, PROMPTS, optim={**SMALL, "steps": 2}, grpo={**RL, "variant": variant}
    )
    done = recipe("grpo", config)
    assert done.returncode == 0, done.stderr
    rows = [row for row in read_run(tmp_path / "run").metrics if "reward" in row]
    assert [row["step"] for row in rows] == [1, 2]
    assert any(row["grad_norm"] > 0 for row in rows)


@pytest.fixture
def sums(tmp_path: Path) -> str:
    """A reward that almost every other answer would change."""
    path = tmp_path / "sums.py"
    path.write_text(
        "def share(completion):\n    return sum(map(ord, completion)) % 97 / 97\n", "utf-8"
    )
    return f"custom:{path}:share"


def test_a_killed_run_goes_on_to_the_same_curve(
    tiny: Path, sums: str, write_run: Callable[..., Path], recipe: Callable[..., Any]
) -> None:
    """In the middle of its second epoch: each epoch has an order of its own."""
    prompts = [{"prompt": f"write {letter}"} for letter in "abcdefghij"]  # 5 steps an epoch
    more: dict[str, Any] = {
        "optim": {**SMALL, "steps": 24},
        "save_every": 4,
        "grpo": {**RL, "rewards": [sums]},
    }
    whole = write_run("grpo", tiny, prompts, name="whole", **more)
    assert recipe("grpo", whole).returncode == 0
    config = write_run("grpo", tiny, prompts, name="killed", **more)
    folder = config.with_suffix("")
    running = subprocess.Popen(
        [sys.executable, "-m", "polyskill.runtime.train.recipes.grpo", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 180
    while time.monotonic() < end and running.poll() is None:
        if (folder / "checkpoints" / "step-8").exists():
            break
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert read_run(folder).run["state"] == "running"
    done = recipe("grpo", config, "--resume")
    assert done.returncode == 0, done.stderr
    expected, found = (curve(read_run(path.with_suffix(""))) for path in (whole, config))
    assert list(found) == list(range(1, 25))
    for number, values in expected.items():
        assert found[number] == pytest.approx(values, rel=1e-4, abs=1e-6), number


# Draws that depend on nothing but the probabilities and the place in the group: two processes
# that sample together would otherwise draw other answers than one.
DRAWN = """
import torch

def drawn(probabilities, num_samples, **_):
    rows = torch.arange(len(probabilities)) % 4
    at = (0.2137 * (rows + 1) + 7.3 * probabilities.max(dim=-1).values) % 1
    found = torch.searchsorted(probabilities.cumsum(-1), at[:, None])
    return found.clamp(max=probabilities.shape[-1] - 1)

torch.multinomial = drawn

def share(completion):
    return sum(map(ord, completion)) % 97 / 97
"""


def test_two_processes_have_the_curve_of_one(
    tiny: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "drawn.py").write_text(DRAWN, "utf-8")
    more: dict[str, Any] = {"grpo": {**RL, "rewards": [f"custom:{tmp_path / 'drawn.py'}:share"]}}
    one = write_run("grpo", tiny, PROMPTS, name="one", optim={**SMALL, "steps": 4}, **more)
    assert recipe("grpo", one).returncode == 0
    halves = {"batch_size": 8, "micro_batch": 4, "steps": 4}
    two = write_run("grpo", tiny, PROMPTS, name="two", optim=halves, **more)
    launch = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    done = recipe("grpo", two, before=(sys.executable, *launch), CUDA_VISIBLE_DEVICES="")
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (read_run(path.with_suffix("")) for path in (one, two))
    assert second.run["processes"] == 2
    expected, found = curve(first), curve(second)
    assert list(found) == list(expected) == [1, 2, 3, 4]
    assert all(values[3] > 0 for values in expected.values())
    for number, values in expected.items():
        assert found[number] == pytest.approx(values, rel=1e-3, abs=1e-5), number


def test_a_program_is_run_and_graded(
    tiny: Path, write_run: Callable[..., Path], recipe: Callable[..., Any], tmp_path: Path
) -> None:
    """A random model writes no programs: all fail, none is masked, none harms the machine."""
    rows = [{**row, "tests": "assert f(1) == 2"} for row in PROMPTS]
    config = write_run(
        "grpo",
        tiny,
        rows,
        optim={**SMALL, "steps": 1},
        grpo={**RL, "rewards": [FORM, {"name": "code", "options": {"seconds": 5}}]},
    )
    done = recipe("grpo", config)
    assert done.returncode == 0, done.stderr
    row = read_run(tmp_path / "run").metrics[0]
    assert row["rewards/code"] == 0.0
    assert row["extra"]["masked"] == 0.0
