"""Published judgements and figures, and shorthand for paired units."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.judge.stats.paired import Unit


@dataclass
class Verdicts:
    """One model of a leaderboard: per instruction, the preference and both lengths."""

    case: list[int]
    preference: list[float | None]
    length: list[float]
    baseline_length: list[float]


def _table(path: Path) -> dict[str, dict[str, float]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = {"", "mode"}
    return {
        row[""]: {key: float(value) for key, value in row.items() if key not in text and value}
        for row in rows
    }


@pytest.fixture(scope="session")
def judge_data(shared: Path) -> Path:
    folder = shared / "judge-data"
    if not folder.is_dir():
        pytest.skip("../shared/judge-data is not here")
    return folder


@pytest.fixture(scope="session")
def published(judge_data: Path) -> dict[str, dict[str, dict[str, float]]]:
    folder = judge_data / "published"
    return {path.stem: _table(path) for path in folder.glob("ae*.csv")}


@pytest.fixture(scope="session")
def dotnet(judge_data: Path) -> dict[str, Any]:
    return json.loads((judge_data / "dotnet-skills.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def alpaca(judge_data: Path) -> dict[str, dict[str, Verdicts]]:
    """Verdicts by edition ("ae1", "ae2") and model."""
    names = {
        "ae1": "alpaca_eval_alpaca_eval_gpt4",
        "ae2": "alpaca_eval_weighted_alpaca_eval_gpt4_turbo",
    }
    found: dict[str, dict[str, Verdicts]] = {}
    for edition, name in names.items():
        models: dict[str, Verdicts] = defaultdict(lambda: Verdicts([], [], [], []))
        with gzip.open(judge_data / f"{name}.csv.gz", "rt", newline="", encoding="utf-8") as file:
            for model, case, _, preference, first, second, *_ in list(csv.reader(file))[1:]:
                row = models[model]
                row.case.append(int(case))
                row.preference.append(float(preference) if preference else None)
                row.baseline_length.append(float(first))
                row.length.append(float(second))
        found[edition] = dict(models)
    return found


@pytest.fixture(scope="session")
def units() -> Callable[..., tuple[Unit, ...]]:
    """Units, one answer each, with the given differences of scores between 0 and 1."""

    def make(differences: Sequence[float], clusters: Sequence[str] = ()) -> tuple[Unit, ...]:
        return tuple(
            Unit(str(i), (max(0.0, -d),), (max(0.0, d),), clusters[i] if clusters else "")
            for i, d in enumerate(differences)
        )

    return make
