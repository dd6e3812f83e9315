"""Runs on Tinker: a local service with the SDK's classes and real gradients stands for it."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.config import load
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import read_run
from polyskill.runtime.train.sections import OptimSection
from polyskill.runtime.train.tinker.advantages import advantages, alike
from polyskill.runtime.train.tinker.course import Course
from polyskill.runtime.train.tinker.limits import refusals
from polyskill.runtime.train.validate import validate

HERE = Path(__file__).parent
SERVED = "small/served"
QA = [{"prompt": f"q{n}?", "completion": "yes"} for n in range(6)]
PAIRS = [{"prompt": f"q{n}?", "chosen": "yes", "rejected": "no"} for n in range(6)]
REWARD = "def brief(prompt, completion, **more):\n    return completion.count('e') / 4\n"
Write = Callable[..., Path]


def _nothing(_row: Any) -> None:
    pass


def _train(method: str, path: Path, **more: Any) -> Any:
    return read_run(execute(method, path, report=_nothing, **more))


def test_sft_loss_falls_and_everything_is_recorded(write_run: Write, fake: Any) -> None:
    path = write_run("sft", SERVED, QA, backend="tinker", optim={"steps": 12})
    found = _train("sft", path)
    losses = [row["loss"] for row in found.metrics]
    assert losses[-1] < losses[0] / 2
    assert [row["step"] for row in found.metrics] == list(range(1, 13))
    assert found.run["state"] == "finished"
    assert json.loads((found.folder / "model/tinker.json").read_text())["sampler"]
    assert "tml-secret" not in "".join(
        one.read_text() for one in found.folder.rglob("*") if one.is_file()
    )


def test_forward_and_step_are_queued_together(write_run: Write, fake: Any) -> None:
    _train("sft", write_run("sft", SERVED, QA, backend="tinker", optim={"steps": 1}))
    at = fake.CALLS.index("forward_backward:cross_entropy")
    assert fake.CALLS[at + 1] == "optim_step"


def test_the_model_is_asked_before_meanwhile_and_at_the_end(write_run: Write, fake: Any) -> None:
    path = write_run(
        "sft",
        SERVED,
        QA,
        backend="tinker",
        optim={"steps": 12, "learning_rate": 1e-2},
        eval_every=8,
        save_every=6,
        samples={"count": 2, "max_new_tokens": 5},
    )
    found = _train("sft", path)
    assert [row["step"] for row in found.samples] == [0, 0, 8, 8, 12, 12]
    first, last = found.samples[0], found.samples[-1]
    assert (first["prompt"], first["held_out"], first["cut"]) == ("q0?", False, True)
    assert first["length"] == 5 and first["reference_length"] == 3
    assert (last["completion"], last["length"], last["cut"]) == ("yes", 3, False)
    with_more = _train("sft", path, resume=True, changes=["optim.steps=13"])
    assert [row["step"] for row in with_more.samples][-4:] == [12, 12, 13, 13]


def test_an_answer_that_is_refused_does_not_end_the_run(write_run: Write, fake: Any) -> None:
    path = write_run("dpo", SERVED, PAIRS, backend="tinker", optim={"steps": 3}, eval_every=1)
    fake.FAILURES["sample"] = [fake.RateLimitError("slow down, tml-secret")]
    told: list[Any] = []
    found = read_run(execute("dpo", path, report=told.append))
    assert found.run["state"] == "finished" and len(found.metrics) == 3
    [said] = [row["said"] for row in told if "said" in row]
    assert "slow down" in said["en"] and found.run["samples"]["missing"] == said
    assert "tml-secret" not in said["en"] + said["zh"]
    assert not found.samples


def test_dpo_learns_the_order(write_run: Write, fake: Any) -> None:
    found = _train("dpo", write_run("dpo", SERVED, PAIRS, backend="tinker", optim={"steps": 8}))
    assert found.metrics[0]["loss"] == pytest.approx(0.6931, abs=1e-3)  # ln 2: nothing moved yet
    assert found.metrics[-1]["loss"] < 0.5
    assert found.metrics[-1]["accuracy"] == 1


@pytest.mark.parametrize("variant", ["dapo", "importance_sampling"])
def test_grpo_reward_rises(variant: str, write_run: Write, fake: Any, tmp_path: Path) -> None:
    (tmp_path / "reward.py").write_text(REWARD)
    path = write_run(
        "grpo",
        SERVED,
        [{"prompt": "a"}, {"prompt": "b"}],
        backend="tinker",
        optim={"steps": 25, "batch_size": 32, "learning_rate": 1e-2},
        grpo={
            "group": 16,
            "max_new_tokens": 4,
            "variant": variant,
            "rewards": [f"custom:{tmp_path / 'reward.py'}:brief"],
        },
    )
    found = _train("grpo", path)
    rewards = [row["reward"] for row in found.metrics]
    assert sum(rewards[-5:]) / 5 > sum(rewards[:5]) / 5 + 0.2
    assert found.samples


def test_a_failed_request_is_told_and_the_run_goes_on(write_run: Write, fake: Any) -> None:
    path = write_run("sft", SERVED, QA, backend="tinker", optim={"steps": 6}, save_every=2)
    whole = _train("sft", path, out=str(path.parent / "whole"))
    work = {"n": 0}
    old = fake.TrainingClient.forward_backward

    def third(self: Any, *given: Any, **more: Any) -> Any:
        work["n"] += 1
        if work["n"] == 4:
            name = "forward_backward:cross_entropy"
            fake.FAILURES[name] = [fake.RateLimitError("slow down, tml-secret")]
        return old(self, *given, **more)

    fake.TrainingClient.forward_backward = third
    with pytest.raises(TrainError, match=r"too many requests.*….*step 2 is saved") as caught:
        _train("sft", path)
    assert "tml-secret" not in caught.value.en + caught.value.zh
    found = _train("sft", path, resume=True)
    assert [row["step"] for row in found.metrics] == [1, 2, 3, 4, 5, 6]
    for one, other in zip(found.metrics, whole.metrics, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-4)


def test_killed_and_resumed(write_run: Write, fake: Any) -> None:
    path = write_run("sft", SERVED, QA, backend="tinker", optim={"steps": 7}, save_every=2)
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(HERE)!r})
import fake_service; fake_service.install()
from polyskill.runtime.train.main import execute
def report(row):
    if row["step"] == 5: os.kill(os.getpid(), signal.SIGKILL)
execute("sft", __import__("pathlib").Path({str(path)!r}), report=report)
"""
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    found = _train("sft", path, resume=True)
    assert [row["step"] for row in found.metrics] == list(range(1, 8))
    assert found.run["resumed"][0]["step"] == 4


def test_ctrl_c_ends_after_the_step_with_all_saved(write_run: Write, fake: Any) -> None:
    """Also one that comes while the step is told of, the last thing before the next."""
    path = write_run("sft", SERVED, QA, backend="tinker", optim={"steps": 6})

    def report(row: Any) -> None:
        if row["step"] == 3:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        execute("sft", path, report=report)
    found = read_run(path.with_suffix(""))
    assert found.run["state"] == "interrupted"
    assert [row["step"] for row in found.metrics] == [1, 2, 3]
    again = _train("sft", path, resume=True)
    assert [row["step"] for row in again.metrics] == [1, 2, 3, 4, 5, 6]
    assert again.run["resumed"][0]["step"] == 3


def test_without_a_key(write_run: Write, fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TINKER_API_KEY")
    with pytest.raises(TrainError, match="TINKER_API_KEY"):
        _train("sft", write_run("sft", SERVED, QA, backend="tinker"))


@pytest.mark.parametrize(
    ("method", "more", "keys"),
    [
        ("reward", {}, ["method"]),
        ("sft", {"trainer": {"bf16": True}}, ["trainer.bf16"]),
        ("sft", {"data": {"packing": True}}, ["data.packing"]),
        ("sft", {"lora": None}, ["lora"]),
        ("sft", {"lora": {"rank": 8, "alpha": 16}}, ["lora.alpha"]),
        ("sft", {"lora": {"rank": 8, "targets": ["q_proj"]}}, ["lora.targets"]),
        ("dpo", {"dpo": {"loss": ["nca_pair"]}}, ["dpo.loss"]),
        ("grpo", {"grpo": {"group": 4, "rewards": ["math"], "variant": "sapo"}}, ["grpo.variant"]),
        ("grpo", {"grpo": {"group": 4, "rewards": ["rubric"]}}, ["grpo.rewards"]),
        ("rloo", {"rloo": {"group": 4, "rewards": ["math"]}}, ["rloo.beta"]),
        ("distill", {"distill": {"mode": "on-policy", "skill": "x"}}, ["method"]),
    ],
)
def test_what_it_cannot_take_is_said_first(
    method: str, more: dict[str, Any], keys: list[str], write_run: Write
) -> None:
    """Before a library is needed, or a key."""
    path = write_run(method, SERVED, PAIRS, backend="tinker", **more)
    found = refusals(load(path))
    assert [key for key, _, _ in found] == keys
    assert all(zh and zh != en for _, en, zh in found)
    with pytest.raises(TrainError, match="cannot do this"):
        execute(method, path, report=_nothing)
    errors = [one.where for one in validate(path).findings if one.level == "error"]
    assert all(any(key in where for where in errors) for key in keys), errors


def test_a_model_of_this_machine_is_refused(write_run: Write, tmp_path: Path) -> None:
    path = write_run("sft", tmp_path, QA, backend="tinker")
    assert [key for key, _, _ in refusals(load(path))] == ["model.path"]


def test_each_epoch_has_an_order_of_its_own() -> None:
    course = Course(OptimSection(steps=9, seed=3), examples=6, batch=2)
    epochs = [[at for step in (1, 2, 3) for at in course.batch(step + more)] for more in (0, 3, 6)]
    assert [sorted(one) for one in epochs] == [list(range(6))] * 3
    assert epochs[0] != epochs[1]
    assert Course(OptimSection(steps=9, seed=3), 6, 2).batch(8) == course.batch(8)
    assert Course(OptimSection(epochs=2.0), 5, 2).steps == 5


def test_the_rate_follows_the_schedule() -> None:
    course = Course(OptimSection(steps=6, warmup=2, schedule="linear"), 6, 1)
    assert [course.rate(step, 1.0) for step in range(1, 7)] == [0, 0.5, 1, 0.75, 0.5, 0.25]
    cosine = Course(OptimSection(steps=4, schedule="cosine"), 6, 1)
    assert [cosine.rate(step, 2.0) for step in (1, 3)] == pytest.approx([2.0, 1.0])


def test_advantages_leave_out_what_was_not_graded() -> None:
    assert advantages([1.0, None, 0.0], "dr_grpo") == [0.5, 0.0, -0.5]
    assert advantages([1.0, 0.0, 0.0], "rloo") == pytest.approx([1, -0.5, -0.5])
    assert advantages([None, 3.0], "grpo") == [0.0, 0.0]
    assert sum(advantages([1.0, 0.2, 0.7], "grpo")) == pytest.approx(0)
    assert alike([1.0, None, 1.0])
    assert not alike([1.0, 0.0])


def test_the_local_service_is_as_the_sdk(fake: Any) -> None:
    """Each method takes no argument, and no name of one, that the installed SDK's does not."""
    sys.modules.pop("tinker")
    if importlib.util.find_spec("tinker") is None:
        pytest.skip("tinker not installed: pip install 'polyskill[tinker]'")
    real = importlib.import_module("tinker")
    pairs = [
        (getattr(getattr(fake, kind), name), getattr(getattr(real, kind), name))
        for kind in ("ServiceClient", "TrainingClient", "SamplingClient")
        for name, value in vars(getattr(fake, kind)).items()
        if not name.startswith("_") and inspect.isfunction(value)
    ]
    assert len(pairs) > 10
    pairs += [(getattr(fake, n), getattr(real, n)) for n in ("AdamParams", "SamplingParams")]
    for ours, theirs in pairs:
        have = inspect.signature(theirs).parameters
        assert set(inspect.signature(ours).parameters) <= set(have), ours
    datum = real.Datum(
        model_input=real.ModelInput.from_ints([1, 2]),
        loss_fn_inputs={"target_tokens": [2, 3], "weights": [0.0, 1.0]},
    )
    assert list(datum.loss_fn_inputs["weights"].data) == [0.0, 1.0]
    for error in (name for name in fake.NAMES if name.endswith("Error")):
        assert issubclass(getattr(real, error), real.TinkerError)
    losses = set(real.types.LossFnType.__args__)
    assert {"cross_entropy", "ppo", "cispo", "gspo", "dro", "importance_sampling"} <= losses
