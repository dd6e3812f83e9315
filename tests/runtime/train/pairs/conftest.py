"""A tiny model, a run's files, and a grader on loopback that counts what it answered."""

from __future__ import annotations

import importlib.util
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def _neighbour(folder: str) -> Any:
    path = Path(__file__).parents[1] / folder / "conftest.py"
    spec = importlib.util.spec_from_file_location(f"conftest_of_{folder}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_recipes, _rewards = _neighbour("recipes"), _neighbour("rewards")
offline = _recipes.offline
tiny = _recipes.tiny
write_run = _recipes.write_run
grader = _rewards.grader


class Counting:
    """Finds the one item met in every other answer; past ``most`` answers it is silent."""

    def __init__(self, grader: Any) -> None:
        self.fakes = grader.fakes
        self.model = grader.model
        self.answered: Counter[str] = Counter()
        self.most: int | None = None
        self.silent = 0

    def __call__(self, asked: Any) -> Any:
        if self.most is not None and self.answered.total() >= self.most:
            self.silent += 1
            return self.fakes.Fault("silent", times=None)
        self.answered[asked.prompt] += 1
        met = bool(zlib.crc32(asked.prompt.encode()) % 2)
        item = {"number": 1, "reason": "r", "violated": [], "met": met}
        return self.fakes.Structured({"weaknesses": "none", "items": [item]})


@pytest.fixture
def counting(grader: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    script = Counting(grader)
    monkeypatch.setattr(type(grader), "__call__", lambda _self, asked: script(asked))
    return script
