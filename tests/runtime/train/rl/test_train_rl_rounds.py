"""What TRL keeps in memory only, and a resumed run must have all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.main import execute
from polyskill.runtime.train.order import Rounds, replay
from polyskill.runtime.train.record import read_run

pytestmark = pytest.mark.filterwarnings("default")
needs_torch = pytest.mark.skipif(find_spec("trl") is None, reason="trl is not installed")
SIZES = st.integers(1, 6)


def loader(items: int, batch: int = 4, *, seed: int = 3, processes: int = 1) -> Any:
    """Return a loader as GRPO's trainer has one: prompts in twos, each batch three times."""
    from accelerate.data_loader import prepare_data_loader
    from torch.utils.data import DataLoader
    from trl.trainer.utils import RepeatSampler

    data = list(range(items))
    sampler = RepeatSampler(data, 2, batch_size=batch, repeat_count=3, shuffle=True, seed=seed)
    made = DataLoader(data, batch_size=batch * 2, sampler=sampler)
    return prepare_data_loader(made, num_processes=processes, process_index=processes - 1)


def drawn(loader: Any) -> list[list[int]]:
    return [batch.tolist() for batch in loader]


@needs_torch
@pytest.mark.parametrize("items", [4, 8, 10, 11])  # the last of 10 and 11 fill no batch
@pytest.mark.parametrize("processes", [1, 2])
def test_a_new_loader_draws_what_an_old_one_would_have(items: int, processes: int) -> None:
    from accelerate import skip_first_batches

    old = loader(items, processes=processes)
    epochs = [drawn(old) for _ in range(6)]
    assert all(len(epoch) == items // 4 * 3 for epoch in epochs) or processes > 1
    assert len({str(epoch) for epoch in epochs}) == 6
    for behind in range(6):
        new = loader(items, processes=processes)
        replay(new, behind)
        assert [drawn(new) for _ in range(6 - behind)] == epochs[behind:]
    for behind, batches in ((0, 1), (2, 2), (4, 1)):  # in the middle of an epoch
        new = loader(items, processes=processes)
        replay(new, behind)
        assert drawn(skip_first_batches(new, batches)) == epochs[behind][batches:]
        assert drawn(new) == epochs[behind + 1]


@needs_torch
def test_other_samplers_are_left_as_they_are() -> None:
    import torch
    from torch.utils.data import DataLoader, RandomSampler

    generator = torch.Generator().manual_seed(1)
    sampler = RandomSampler(range(9), generator=generator)
    before = generator.get_state(), torch.get_rng_state()
    replay(DataLoader(range(9), sampler=sampler, batch_size=2), 3)
    assert torch.equal(before[0], generator.get_state())
    assert torch.equal(before[1], torch.get_rng_state())
    replay(None, 3)


def arguments(micro: int, **more: Any) -> Any:
    return SimpleNamespace(gradient_accumulation_steps=micro, **more)


@given(micro=SIZES, batches=st.integers(1, 40))
def test_each_step_is_a_round_where_nothing_is_generated(micro: int, batches: int) -> None:
    rounds = Rounds(arguments(micro), batches)
    assert all(rounds.ends_with(step) for step in range(1, 30))


@given(micro=SIZES, each=SIZES, iterations=SIZES, chunks=SIZES)
def test_a_round_ends_where_the_trainer_generates_next(
    micro: int, each: int, iterations: int, chunks: int
) -> None:
    """The trainer counts micro batches; an epoch is a whole number of rounds."""
    shared = each * iterations
    rounds = Rounds(
        arguments(micro, steps_per_generation=each, num_iterations=iterations), chunks * shared
    )
    step = count = 0
    for _ in range(3):
        for left in range(chunks * shared, 0, -micro):
            step, count = step + 1, count + min(micro, left)
            assert rounds.ends_with(step) == (count % shared == 0)


PROMPTS = [{"prompt": f"write {letter}"} for letter in "abcdefgh"]


class Crashed(Exception):
    """The machine went down."""


def course(folder: Path) -> dict[int, dict[str, float]]:
    names = ("loss", "reward", "length", "grad_norm")
    rows = read_run(folder).metrics
    return {row["step"]: {n: row[n] for n in names if n in row} for row in rows if "loss" in row}


@pytest.fixture
def twice(tiny: Path, write_run: Callable[..., Path], tmp_path: Path) -> Callable[[str], Path]:
    """Write a run whose answers are trained on twice, and whose checkpoints fall between."""
    path = tmp_path / "sums.py"
    path.write_text(
        "def share(completion):\n    return sum(map(ord, completion)) % 97 / 97\n", "utf-8"
    )

    def written(method: str, name: str) -> Path:
        options = {"group": 4, "max_new_tokens": 8, "rewards": [f"custom:{path}:share"]}
        return write_run(
            method,
            tiny,
            PROMPTS,
            name=name,
            optim={"batch_size": 8, "micro_batch": 4, "steps": 14, "learning_rate": 1e-2},
            save_every=5,
            **{method: {**options, "iterations": 2}},
        )

    return written


@pytest.mark.slow
@pytest.mark.parametrize("method", ["grpo", "rloo"])
@pytest.mark.parametrize("how", ["crash", "interrupt"])
def test_answers_that_are_used_twice_resume_to_the_same_curve(
    method: str, how: str, twice: Callable[..., Path]
) -> None:
    whole, broken = twice(method, "whole"), twice(method, "broken")
    execute(method, whole, report=lambda _row: None)
    expected = course(whole.with_suffix(""))
    assert list(expected) == list(range(1, 15))
    assert sum("reward" in values for values in expected.values()) == 7

    def end(row: Mapping[str, Any]) -> None:
        if how == "crash" and row["step"] == 9:  # the first of its round
            raise Crashed
        if how == "interrupt" and row["step"] == 8:  # so that step 9 knows of it
            os.kill(os.getpid(), signal.SIGINT)

    folder = broken.with_suffix("")
    with pytest.raises(Crashed if how == "crash" else KeyboardInterrupt):
        execute(method, broken, report=end)
    kept = sorted(path.name for path in (folder / "checkpoints").iterdir())
    assert kept == (["step-6"] if how == "crash" else ["step-10", "step-6"])
    execute(method, broken, resume=True, report=lambda _row: None)
    found = course(folder)
    assert list(found) == list(expected)
    for step, values in expected.items():
        assert found[step] == pytest.approx(values, rel=1e-4, abs=1e-6), step
