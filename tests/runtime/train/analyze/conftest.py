"""Runs made for the tests: healthy ones with noise, and those of facts/training.md, §1.3."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.analyze.report import Analysis, analyse
from polyskill.runtime.train.record import Recorded

Rows = list[dict[str, Any]]


class Runs:
    """Makes runs; every one is given by its seed."""

    @staticmethod
    def config(method: str, steps: int, **more: Any) -> dict[str, Any]:
        config: dict[str, Any] = {
            "method": method,
            "lora": {"rank": 16, "alpha": 32, "targets": "all-linear", "exclude_router": True},
            "optim": {"learning_rate": 3e-4, "steps": steps},
        }
        return {"method": method, "run": config | more, "state": "finished"}

    def recorded(
        self, rows: Sequence[Mapping[str, Any]], method: str = "sft", **more: Any
    ) -> Recorded:
        last = max((int(row["step"]) for row in rows), default=0)
        return Recorded(Path("runs/x"), self.config(method, last, **more), tuple(rows))

    def analysed(
        self, rows: Sequence[Mapping[str, Any]], method: str = "sft", **more: Any
    ) -> Analysis:
        return analyse(self.recorded(rows, method, **more))

    def kinds(
        self, rows: Sequence[Mapping[str, Any]], method: str = "sft", **more: Any
    ) -> dict[str, str]:
        found = self.analysed(rows, method, **more).findings
        return {each.kind: each.sureness.value for each in found}

    @staticmethod
    def sft(seed: int, steps: int = 200, *, spread: float = 0.06, evals: bool = True) -> Rows:
        """A power law that still falls, with multiplicative noise, as of a small batch."""
        chance = random.Random(seed)
        high, low = chance.uniform(1.5, 3.5), chance.uniform(0.5, 1.2)
        power = chance.uniform(0.25, 0.6)
        rows, clock = [], 0.0
        for step in range(1, steps + 1):
            clean = low + (high - low) * step**-power
            clock += chance.lognormvariate(0.0, 0.1)
            row = {
                "step": step,
                "time": clock,
                "tokens": step * 4096,
                "loss": clean * chance.lognormvariate(0.0, spread),
                "lr": 3e-4,
                "grad_norm": chance.lognormvariate(0.0, 0.3),
            }
            if evals and step % 20 == 0:
                row["eval_loss"] = (clean + 0.05) * chance.lognormvariate(0.0, 0.004)
                clock += 8.0
            rows.append(row)
        return rows

    @staticmethod
    def grpo(seed: int, steps: int = 120) -> Rows:
        """A reward that climbs in an S, lengths that drift, a judge that agrees."""
        chance = random.Random(seed)
        low, high = chance.uniform(0.1, 0.3), chance.uniform(0.55, 0.85)
        rows = []
        for step in range(1, steps + 1):
            course = 1 / (1 + math.exp(-(step - steps / 3) / (steps / 8)))
            row = {
                "step": step,
                "time": step * 11.0 * chance.lognormvariate(0.0, 0.02),
                "loss": chance.gauss(0.0, 0.02),
                "lr": 1e-5,
                "grad_norm": chance.lognormvariate(-1.0, 0.4),
                "reward": low + (high - low) * course + chance.gauss(0.0, 0.06),
                "reward_std": chance.uniform(0.1, 0.3),
                "kl": 0.02 * course * chance.lognormvariate(0.0, 0.3) + 1e-4,
                "entropy": (0.9 - 0.35 * course) * chance.lognormvariate(0.0, 0.05),
                "length": (180 + 60 * course) * chance.lognormvariate(0.0, 0.12),
                "clipped": min(1.0, chance.betavariate(1.0, 20.0)),
                "zero_std": min(1.0, chance.betavariate(2.0, 10.0)),
                "items/a": min(1.0, max(0.0, 0.4 + 0.4 * course + chance.gauss(0.0, 0.1))),
                "items/b": min(1.0, max(0.0, 0.2 + 0.5 * course + chance.gauss(0.0, 0.1))),
            }
            if step % 10 == 0:
                row["judge/held_out"] = 0.4 + 0.25 * course + chance.gauss(0.0, 0.03)
            rows.append(row)
        return rows

    @staticmethod
    def collapse() -> Rows:
        """The GRPO run of facts/training.md §1.3; its reward, 1 - length/20, tells the lengths."""
        rewards = (0.025, 0.013, 0.063, 0.444, 0.756, 0.931, 0.95, 0.95, 0.95, 0.95)
        return [
            {"step": step, "reward": reward, "length": 20 * (1 - reward)}
            for step, reward in enumerate(rewards, 1)
        ]

    @staticmethod
    def by_heart() -> Rows:
        """The SFT run of facts/training.md §1.3: 32 examples, 4 a step; six losses are told."""
        told = {1: 3.011, 5: 1.172, 10: 0.211, 15: 0.023, 20: 0.0044, 24: 0.0029}
        steps = sorted(told)
        rows = []
        for step in range(1, 25):
            low = max(at for at in steps if at <= step)
            high = min(at for at in steps if at >= step)
            share = (step - low) / (high - low) if high > low else 0.0
            value = math.exp((1 - share) * math.log(told[low]) + share * math.log(told[high]))
            rows.append({"step": step, "loss": value, "epoch": step * 4 / 32})
        return rows


@pytest.fixture(scope="session")
def runs() -> Runs:
    return Runs()


@pytest.fixture
def written(runs: Runs, tmp_path: Path) -> Callable[..., Path]:
    """``written(rows, method)`` writes the folder of a run, as a recorder does."""
    from polyskill.runtime.train.record import Recorder

    def write(rows: Sequence[Mapping[str, Any]], method: str = "sft", **more: Any) -> Path:
        folder = tmp_path / "run"
        recorder = Recorder(folder)
        recorder.begin(runs.config(method, len(rows)) | more)
        for row in rows:
            recorder.metric(
                row["step"], {k: v for k, v in row.items() if k not in ("step", "time")}
            )
        for step in (1, len(rows)):
            recorder.sample(step, "Why?", f"Because of <b>{step}</b>.", reward=0.5)
        recorder.end("finished")
        return folder

    return write
