"""A run's folder, taken, resumed, and refused; and what a batch is split into."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from polyskill.runtime.train import checkpoints
from polyskill.runtime.train.arguments import arguments, configured
from polyskill.runtime.train.callback import Stop, callback, renamed
from polyskill.runtime.train.claim import claim
from polyskill.runtime.train.config import Run, load, to_plain
from polyskill.runtime.train.drive import _explained
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.problems import DataError
from polyskill.runtime.train.rates import rate
from polyskill.runtime.train.record import Recorder, read_run

EXAMPLES = [{"prompt": "a", "completion": "b"}]


@pytest.fixture
def run(tmp_path: Path, write_run: Callable) -> Run:
    return load(write_run("sft", tmp_path, EXAMPLES))


def recorded(run: Run, folder: Path, *, step: int = 0) -> None:
    with claim(run, folder, resume=False) as claimed:
        recorder = Recorder(folder)
        recorder.begin({"run": json.loads(json.dumps(to_plain(run))), "data": claimed.data})
        for number in range(1, step + 2):
            recorder.metric(number, {"loss": 1.0})
    if step:
        (folder / "checkpoints" / f"step-{step}").mkdir(parents=True)


def test_a_folder_is_held_by_one_run_at_a_time(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "训练 1"
    with claim(run, folder, resume=False):
        with pytest.raises(TrainError, match="another process"), claim(run, folder, resume=True):
            pass
        staging = folder / checkpoints.CHECKPOINTS / checkpoints.STAGING
        staging.mkdir(parents=True)
    with claim(run, folder, resume=False) as claimed:
        assert not claimed.resumed and claimed.checkpoint is None and not staging.exists()
        assert len(claimed.data["train"]["sha256"]) == 64


def test_a_run_is_not_overwritten_and_goes_on_from_its_checkpoint(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    recorded(run, folder, step=3)
    with pytest.raises(TrainError, match="--resume"), claim(run, folder, resume=False):
        pass
    with claim(run, folder, resume=True) as claimed:
        assert (claimed.step, claimed.resumed) == (3, True)
        assert claimed.checkpoint == folder / "checkpoints" / "step-3"
    longer = load(tmp_path / "run.yaml", {"optim.steps": 99, "save_every": 7, "out": "other"})
    with claim(longer, folder, resume=True) as claimed:
        assert claimed.step == 3
    hotter = load(tmp_path / "run.yaml", {"optim.learning_rate": 1.0})
    with (
        pytest.raises(TrainError, match=r"learning_rate: 0\.003 → 1\.0"),
        claim(hotter, folder, resume=True),
    ):
        pass
    (tmp_path / "run.jsonl").write_text('{"prompt": "z", "completion": "z"}\n')
    with (
        pytest.raises(TrainError, match=r"run\.jsonl is not what"),
        claim(run, folder, resume=True),
    ):
        pass
    assert len(read_run(folder).metrics) == 4


def test_a_run_without_a_checkpoint_begins_again(run: Run, tmp_path: Path) -> None:
    recorded(run, tmp_path / "x")
    with claim(run, tmp_path / "x", resume=True) as claimed:
        assert claimed.resumed and claimed.step == 0 and claimed.checkpoint is None
    with claim(run, tmp_path / "new", resume=True) as claimed:
        assert not claimed.resumed


def test_missing_data_is_named_before_a_folder_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").unlink()
    with pytest.raises(DataError, match=r"run\.jsonl"), claim(run, tmp_path / "x", resume=False):
        pass
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("world", "micro", "each"), [(1, 4, 2), (2, 4, 1), (4, 1, 2), (3, 1, None), (2, 8, None)]
)
def test_a_batch_is_split_evenly_or_refused(
    tmp_path: Path,
    write_run: Callable,
    monkeypatch: pytest.MonkeyPatch,
    world: int,
    micro: int,
    each: int | None,
) -> None:
    run = load(write_run("sft", tmp_path, EXAMPLES, optim={"batch_size": 8, "micro_batch": micro}))
    monkeypatch.setenv("WORLD_SIZE", str(world))
    words: Any = {"learning_rate": 0.1, "evaluates": False}
    if each is None:
        with pytest.raises(TrainError, match=f"multiple of {micro * world}"):
            arguments(run, tmp_path, "cpu", **words)
        return
    made = arguments(run, tmp_path, "cpu", **words)
    assert made["gradient_accumulation_steps"] == each
    assert made["per_device_train_batch_size"] * each * world == 8
    assert made["bf16"] is False and made["use_cpu"] is True


def test_rates_are_published_ones_or_must_be_written(tmp_path: Path, write_run: Callable) -> None:
    llama = {
        "model_type": "llama",
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
        "tie_word_embeddings": False,
    }

    def of(method: str, config: dict[str, Any], **optim: Any) -> float:
        examples = [{"prompt": "a", "chosen": "b", "rejected": "c"}]
        more = {"learning_rate": "auto", "steps": 1000, **optim}
        path = write_run(method, tmp_path, examples, optim=more)
        return rate(load(path), SimpleNamespace(to_dict=lambda: config))

    assert of("sft", llama) == pytest.approx(2.86e-4, rel=2e-3)  # facts/training.md, 2.3
    assert of("sft", llama, steps=50) == pytest.approx(1.5 * 2.86e-4, rel=2e-3)
    assert of("sft", llama, learning_rate=0.5) == 0.5
    assert of("dpo", llama) == 1e-5 and of("reward", llama) == 1e-4
    with pytest.raises(TrainError, match="Write a number"):
        of("sft", {**llama, "model_type": "gemma2"})


def test_names_of_trl_become_those_of_the_schema() -> None:
    dpo = {
        "loss": 0.7,
        "rewards/chosen": 0.1,
        "rewards/rejected": -0.1,
        "rewards/margins": 0.2,
        "rewards/accuracies": 1.0,
        "mean_token_accuracy": 0.3,
        "learning_rate": 1e-5,
    }
    assert renamed(dpo) == {
        "loss": 0.7,
        "dpo_rewards/chosen": 0.1,
        "dpo_rewards/rejected": -0.1,
        "margin": 0.2,
        "accuracy": 1.0,
        "dpo_mean_token_accuracy": 0.3,
        "lr": 1e-5,
    }
    grpo = {"rewards/math/mean": 0.5, "rewards/math/std": 0.1, "frac_reward_zero_std": 0.25}
    grpo |= {"completions/mean_length": 9.0, "completions/clipped_ratio": 0.1}
    assert renamed(grpo) == {
        "rewards/math": 0.5,
        "std_of_rewards/math": 0.1,
        "zero_std": 0.25,
        "length": 9.0,
        "clipped": 0.1,
    }
    held_out = {"eval_loss": 1.0, "eval_mean_token_accuracy": 0.5, "eval_runtime": 3.0}
    assert renamed(held_out) == {"eval_loss": 1.0, "eval/accuracy": 0.5}


def test_failures_of_the_machine_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "step-4").mkdir(parents=True)
    full = OSError(28, "No space left on device")
    torch_full = RuntimeError("[enforce fail at inline_container.cc] . PytorchStreamWriter failed")
    for error in (full, torch_full):
        said = _explained(error, tmp_path)
        assert said is not None and "step 4 is whole" in said.en and "--resume" in said.zh
    memory = _explained(RuntimeError("CUDA out of memory. Tried to allocate"), tmp_path)
    assert memory is not None and "micro_batch" in memory.en
    assert _explained(RuntimeError("shape mismatch"), tmp_path) is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"trackers": ["wandbb"]}, "trackio, wandb"),
        ({"trackers": ["swanlab"]}, "pip install swanlab"),
        ({"trainer": {"learning_rate": 1.0}}, "another section"),
        ({"trainer": {"load_best_model_at_end": True}}, "eval_loss"),
        ({"trainer": {"max_seq_length": 9}}, "max_seq_length"),
    ],
)
def test_what_no_trainer_could_take_is_refused(
    tmp_path: Path, write_run: Callable, more: dict[str, Any], said: str
) -> None:
    run = load(write_run("sft", tmp_path, EXAMPLES, **more))

    def kind(*, learning_rate: float, **_: Any) -> None:
        if "max_seq_length" in _:
            msg = "got an unexpected keyword argument 'max_seq_length'"
            raise TypeError(msg)

    with pytest.raises(TrainError, match=said):
        configured(kind, run, arguments(run, tmp_path, "cpu", learning_rate=0.1, evaluates=False))


@pytest.mark.parametrize("restarts", [True, False])
def test_tokens_are_counted_on_after_a_resumption(tmp_path: Path, restarts: bool) -> None:
    recorder = Recorder(tmp_path)
    recorder.begin({})
    seen: list[Any] = []
    made = callback(
        SimpleNamespace(TrainerCallback=object),
        recorder,
        tmp_path,
        keep=1,
        stop=Stop(),
        report=seen.append,
        tokens_before=100,
    )
    for step, tokens in ((6, 20), (7, 130)):
        logs = {"loss": 1.0, "num_tokens": tokens if restarts else tokens + 100}
        made.on_log(None, SimpleNamespace(global_step=step, max_steps=9), None, logs)
    assert [row["tokens"] for row in seen] == [120, 230]
    assert [row["of"] for row in seen] == [9, 9]
