"""kill −9 at random moments: nothing finished is lost or asked twice, and the run gets done."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyskill.runtime.judge.engine.rows import load_rows, scan

WORKER = Path(__file__).with_name("kill_worker.py")
CALLS, CONCURRENCY, KILLS = 150, 8, 8


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_killed_again_and_again(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    server = fake_provider(
        lambda asked: fakes.Answer(
            f"answer to {asked.prompt}", delay=0.02 + 0.04 * (int(asked.prompt[1:]) % 3)
        )
    )
    journal = tmp_path / "j.jsonl"
    command = [sys.executable, str(WORKER), str(server.port), str(journal)]
    finished: dict[str, int] = {}  # calls with a reply on the disk, and how often they were asked
    kills = 0
    while kills < KILLS:
        before = len(server.requests)
        worker = subprocess.Popen(command, stderr=subprocess.PIPE)
        while worker.poll() is None and len(server.requests) == before:
            time.sleep(0.002)  # until it is past its start
        time.sleep(chance.uniform(0.0, 0.12))
        worker.kill()
        _, errors = worker.communicate(timeout=30)
        assert worker.returncode == -9, errors.decode()
        kills += 1
        time.sleep(0.02)  # what it had sent arrives
        asked = Counter(one.prompt for one in server.requests)
        for key in load_rows(journal):
            finished.setdefault(key, asked[key.replace("k", "q")])
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    asked = Counter(one.prompt for one in server.requests)
    rows = load_rows(journal)
    assert {key: row["text"] for key, row in rows.items()} == {
        f"k{n}": f"answer to q{n}" for n in range(CALLS)
    }
    final = Counter(
        line.row["key"] for line in scan(journal) if line.row and line.row["t"] == "reply"
    )
    assert set(final.values()) == {1}
    assert {key: asked[key.replace("k", "q")] for key in finished} == finished
    assert CALLS <= sum(asked.values()) <= CALLS + KILLS * CONCURRENCY
    assert sum(asked.values()) > CALLS  # a kill that hits nothing in flight proves nothing
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())
