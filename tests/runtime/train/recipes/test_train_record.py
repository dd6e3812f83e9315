from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.train import checkpoints, metrics
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.record import Recorder, read_run, replace

FACTS = {"run": {"method": "sft"}, "seed": 1}


def begun(folder: Path, **more: object) -> Recorder:
    recorder = Recorder(folder)
    recorder.begin({**FACTS, **more})
    return recorder


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    recorder = begun(tmp_path / "运行 1")
    recorder.metric(1, {"loss": 2.5, "lr": 1e-3, "rewards/格式": 0.5, "odd": 3, "kl": None})
    recorder.sample(1, "问", "答\n二", reward=0.25)
    recorder.end("finished")
    found = read_run(tmp_path / "运行 1")
    [row] = found.metrics
    assert row["step"] == 1 and row["loss"] == 2.5 and row["rewards/格式"] == 0.5
    assert row["extra"] == {"odd": 3} and "kl" not in row
    assert found.samples == ({"step": 1, "prompt": "问", "completion": "答\n二", "reward": 0.25},)
    assert found.run["state"] == "finished" and found.run["seed"] == 1 and not found.problems


def test_numbers_that_json_has_not_survive_in_strict_json(tmp_path: Path) -> None:
    recorder = begun(tmp_path)
    recorder.metric(1, {"loss": math.nan, "grad_norm": math.inf, "x": -math.inf})

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads((tmp_path / "metrics.jsonl").read_text(), parse_constant=refuse)
    [row] = read_run(tmp_path).metrics
    assert math.isnan(row["loss"]) and row["grad_norm"] == math.inf
    assert row["extra"]["x"] == -math.inf


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*metrics.NAMES, "rewards/a", "items/1"]),
        st.floats() | st.integers(-(2**60), 2**60),
    ),
    st.text(max_size=20),
)
def test_any_row_is_one_line_and_comes_back(values: dict[str, float], text: str) -> None:
    line = metrics.to_line({**metrics.row(3, 1.0, values), "text": text})
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    back = metrics.from_line(line)
    assert back["text"] == text
    for name, value in values.items():
        same = math.isnan(back[name]) if math.isnan(value) else back[name] == value
        assert same


def test_a_torn_last_line_is_dropped_and_a_broken_one_named(tmp_path: Path) -> None:
    recorder = begun(tmp_path)
    recorder.metric(1, {"loss": 1.0})
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(b'[1]\n{"step":3,"lo')
    found = read_run(tmp_path)
    assert [row["step"] for row in found.metrics] == [1]
    assert [problem.partition(": ")[0] for problem in found.problems] == [
        f"{tmp_path / 'metrics.jsonl'}:2"
    ]
    Recorder(tmp_path).metric(2, {"loss": 0.5})
    assert [row["step"] for row in read_run(tmp_path).metrics] == [1, 2]


def test_resuming_takes_back_what_is_measured_again(tmp_path: Path) -> None:
    recorder = begun(tmp_path)
    for step in range(1, 6):
        recorder.metric(step, {"loss": float(step)})
        recorder.sample(step, "p", "c")
    started = read_run(tmp_path).run["started"]
    again = Recorder(tmp_path)
    again.begin(FACTS, resumed_from=3)
    again.metric(4, {"loss": 40.0})
    found = read_run(tmp_path)
    assert [row["loss"] for row in found.metrics] == [1.0, 2.0, 3.0, 40.0]
    assert [row["step"] for row in found.samples] == [1, 2, 3]
    times = [row["time"] for row in found.metrics]
    assert times == sorted(times)
    assert found.run["started"] == started and found.run["resumed"][0]["step"] == 3


def test_a_new_run_in_an_old_folder_starts_empty(tmp_path: Path) -> None:
    begun(tmp_path).metric(1, {"loss": 1.0})
    begun(tmp_path)
    found = read_run(tmp_path)
    assert found.metrics == () and found.run["resumed"] == []


@pytest.mark.parametrize("content", [None, "[]", "{"])
def test_a_folder_without_a_run_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(TrainError) as caught:
        read_run(tmp_path)
    assert "run.json" in caught.value.en and "run.json" in caught.value.zh


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    replace(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace(path, b"new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def staged(folder: Path, text: str = "weights") -> Path:
    place = folder / checkpoints.CHECKPOINTS / checkpoints.STAGING / "checkpoint-1"
    (place / "sub").mkdir(parents=True)
    (place / "sub" / "model").write_text(text)
    return place


def test_checkpoints_appear_whole_and_old_ones_go(tmp_path: Path) -> None:
    assert checkpoints.latest(tmp_path) is None
    for step in (2, 10, 9):
        checkpoints.promote(staged(tmp_path, str(step)), tmp_path, step)
    assert list(checkpoints.steps(tmp_path)) == [2, 9, 10]
    assert checkpoints.latest(tmp_path) == (10, tmp_path / "checkpoints" / "step-10")
    checkpoints.promote(staged(tmp_path, "new"), tmp_path, 10)
    assert (tmp_path / "checkpoints/step-10/sub/model").read_text() == "new"
    checkpoints.keep_latest(tmp_path, 2)
    assert list(checkpoints.steps(tmp_path)) == [9, 10]
    staged(tmp_path)
    checkpoints.clear_staging(tmp_path)
    left = {path.name for path in (tmp_path / "checkpoints").iterdir()}
    assert left == {"step-9", "step-10"}
