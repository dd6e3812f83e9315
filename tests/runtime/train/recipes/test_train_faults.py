"""Runs that are killed, interrupted, out of disk, or split among processes: each a process."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train import checkpoints
from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EXAMPLES = [{"prompt": f"{n}?", "completion": f"{n % 3}!"} for n in range(24)]
CURVE = ("loss", "grad_norm", "lr", "tokens", "epoch")


def command(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "polyskill.runtime.train.recipes.sft", str(config), *words]


def curve(folder: Path) -> dict[int, list[float]]:
    return {
        row["step"]: [row[name] for name in CURVE]
        for row in read_run(folder).metrics
        if "loss" in row
    }


def until(folder: Path, step: int, running: subprocess.Popen[str]) -> None:
    """Wait until a run has measured a step."""
    end = time.monotonic() + 120
    while time.monotonic() < end and running.poll() is None:
        path = folder / "metrics.jsonl"
        if path.exists() and f'"step":{step},' in path.read_text():
            return
        time.sleep(0.002)
    raise AssertionError(f"step {step} was never reached: {running.communicate()}")


def begun(config: Path, **words: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(config),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **words,
    )


def test_a_killed_run_goes_on_to_the_same_curve(
    tiny: Path, write_run: Callable, recipe: Callable
) -> None:
    step = 13
    more = {
        "optim": {"steps": 60, "schedule": "cosine", "warmup": 5},
        "save_every": 5,
        "lora": {"rank": 4, "dropout": 0.1},
    }
    whole = write_run("sft", tiny, EXAMPLES, name="whole", **more)
    execute("sft", whole, report=lambda _row: None)
    config = write_run("sft", tiny, EXAMPLES, name="killed", **more)
    folder = config.with_suffix("")
    running = begun(config)
    until(folder, step, running)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    killed = read_run(folder)
    assert killed.run["state"] == "running" and len(killed.metrics) < 60
    done = recipe("sft", config, "--resume")
    assert done.returncode == 0, done.stderr
    expected, found = curve(whole.with_suffix("")), curve(folder)
    assert list(found) == list(range(1, 61))
    for number, values in expected.items():
        assert found[number] == pytest.approx(values, rel=1e-5), number
    again = read_run(folder).run
    assert again["state"] == "finished" and again["resumed"][0]["step"] >= step // 5 * 5 - 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_saves_first(
    tiny: Path, write_run: Callable, number: signal.Signals
) -> None:
    config = write_run("sft", tiny, EXAMPLES, optim={"steps": 5000})
    folder = config.with_suffix("")
    running = begun(config)
    until(folder, 3, running)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "--resume" in said
    found = read_run(folder)
    last = found.metrics[-1]["step"]
    assert found.run["state"] == "interrupted" and last < 5000
    assert list(checkpoints.steps(folder)) == [last]
    more = [f"optim.steps={last + 2}"]
    execute("sft", config, changes=more, resume=True, report=lambda _row: None)
    assert [row["step"] for row in read_run(folder).metrics] == list(range(1, last + 3))


def test_a_full_disk_leaves_the_last_checkpoint_whole(tiny: Path, write_run: Callable) -> None:
    config = write_run("sft", tiny, EXAMPLES, optim={"steps": 4}, save_every=2, lora={"rank": 8})
    folder = config.with_suffix("")
    execute("sft", config, changes=["optim.steps=2"], report=lambda _row: None)
    before = {
        path.relative_to(folder): path.read_bytes()
        for path in (folder / "checkpoints" / "step-2").rglob("*")
        if path.is_file()
    }

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))

    done = subprocess.run(
        command(config, "--resume"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        preexec_fn=limited,
    )
    assert done.returncode == 1, done.stderr
    assert "step 2 is whole" in done.stderr and "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(checkpoints.steps(folder)) == [2]
    after = {path: (folder / path).read_bytes() for path in before}
    assert after == before
    assert read_run(folder).run["state"] == "failed"
    execute("sft", config, resume=True, report=lambda _row: None)
    assert [row["step"] for row in read_run(folder).metrics] == [1, 2, 3, 4]


def test_two_processes_have_the_curve_of_one(tiny: Path, write_run: Callable) -> None:
    held_out = tiny.parent / "held_out.jsonl"
    held_out.write_text("".join(json.dumps(one) + "\n" for one in EXAMPLES[:5]))
    more: dict[str, Any] = {"save_every": 5, "eval_every": 5, "data": {"eval": str(held_out)}}
    one = write_run("sft", tiny, EXAMPLES, name="one", optim={"steps": 10}, **more)
    execute("sft", one, report=lambda _row: None)
    two = write_run(
        "sft", tiny, EXAMPLES, name="two", optim={"steps": 10, "micro_batch": 2}, **more
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "polyskill", "train", "sft", str(two)),
            *("--launch", "torchrun --standalone --nproc-per-node 2"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"CUDA_VISIBLE_DEVICES": ""},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (read_run(path.with_suffix("")) for path in (one, two))
    assert second.run["processes"] == 2 and second.run["state"] == "finished"
    expected, found = curve(first.folder), curve(second.folder)
    assert list(found) == list(expected) == list(range(1, 11))
    for number, values in expected.items():
        assert found[number] == pytest.approx(values, rel=1e-3), number
    held = [
        [row["eval_loss"] for row in run.metrics if "eval_loss" in row] for run in (first, second)
    ]
    assert len(held[0]) == 2
    assert held[1] == pytest.approx(held[0], rel=0.05)
    assert list(checkpoints.steps(second.folder)) == [5, 10]
    ranks = {path.name for path in (second.folder / "checkpoints/step-10").glob("rng_state*")}
    assert ranks == {"rng_state_0.pth", "rng_state_1.pth"}
    assert re.search(r"two/model$", done.stdout.strip())
