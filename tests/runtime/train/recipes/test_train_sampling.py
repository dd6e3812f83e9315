"""What the model says while it learns: written beside the run, and without any effect on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import Recorded, read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EXAMPLES = [{"prompt": f"{n}?", "completion": f"{n % 2}!"} for n in range(12)]
PAIRS = [{"prompt": f"{n}?", "chosen": "yes", "rejected": "no!!"} for n in range(24)]
CHATS = [
    {
        "messages": [
            {"role": "user", "content": f"{n}?"},
            {"role": "assistant", "content": f"{n % 2}!"},
        ]
    }
    for n in range(12)
]


def run(config: Path, method: str, **more: Any) -> Recorded:
    return read_run(execute(method, config, report=more.pop("report", lambda _row: None), **more))


def held_out(folder: Path, rows: list[dict[str, Any]]) -> str:
    path = folder / "held-out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def curve(found: Recorded) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "time"} for row in found.metrics]


def test_answers_are_written_before_meanwhile_and_at_the_end(
    tiny: Path, write_run: Callable, tmp_path: Path
) -> None:
    config = write_run(
        "sft",
        tiny,
        EXAMPLES,
        data={"eval": held_out(tmp_path, EXAMPLES[:3])},
        samples={"count": 2, "max_new_tokens": 8},
        optim={"steps": 40, "learning_rate": 1e-2},
        eval_every=20,
    )
    found = run(config, "sft")
    assert [row["step"] for row in found.samples] == [0, 0, 20, 20, 40, 40]
    first, last = found.samples[0], found.samples[-2]
    assert (first["prompt"], first["reference"], first["held_out"]) == ("0?", "0!", True)
    assert first["cut"] and first["length"] == 8 and first["reference_length"] == 2
    assert last["completion"] == "0!" and not last["cut"] and last["length"] == 2


@pytest.mark.parametrize("method", ["sft", "dpo", "reward", "distill"])
def test_a_run_is_the_same_to_the_last_bit_with_and_without_samples(
    tiny: Path, write_run: Callable, tmp_path: Path, method: str
) -> None:
    rows = EXAMPLES if method in ("sft", "distill") else PAIRS
    curves = []
    for count in (0, 3):
        config = write_run(
            method,
            tiny,
            rows,
            name=f"{method}-{count}",
            data={"eval": held_out(tmp_path, rows[:4])},
            lora={"rank": 4, "dropout": 0.2},
            trainer={"gradient_checkpointing": True},
            samples={"count": count, "max_new_tokens": 6},
            eval_every=2,
        )
        found = run(config, method)
        assert len({row["step"] for row in found.samples}) == (4 if count else 0)
        curves.append((curve(found), (found.folder / "model/adapter_model.safetensors")))
    assert curves[0][0] == curves[1][0]
    assert curves[0][1].read_bytes() == curves[1][1].read_bytes()


@pytest.mark.parametrize("lora", [{"rank": 4}, None])
def test_margins_of_dpo_are_those_of_the_trainer(
    tiny: Path, write_run: Callable, tmp_path: Path, lora: Any
) -> None:
    config = write_run(
        "dpo",
        tiny,
        PAIRS,
        data={"eval": held_out(tmp_path, PAIRS[:1])},
        samples={"count": 1, "max_new_tokens": 4},
        lora=lora,
    )
    found = run(config, "dpo")
    first, last = found.samples
    assert first["margin"] == pytest.approx(0, abs=1e-5)
    [measured] = [row["eval/margin"] for row in found.metrics if "eval/margin" in row]
    assert last["margin"] == pytest.approx(measured, rel=1e-4) and measured > 0.05
    assert (last["reference"], last["rejected"], last["prompt"]) == ("yes", "no!!", "0?")
    assert last["cut"] is (last["length"] == 4)


def test_scores_of_a_reward_model_part(tiny: Path, write_run: Callable) -> None:
    config = write_run("reward", tiny, PAIRS, optim={"steps": 12, "learning_rate": 1e-2})
    found = run(config, "reward")
    assert [row["step"] for row in found.samples] == [0] * 3 + [12] * 3  # of 24 pairs 3 held out
    for row in found.samples:
        assert row["completion"] == "yes" and row["rejected"] == "no!!" and row["held_out"]
        assert row["margin"] == pytest.approx(row["reward"] - row["rejected_reward"])
    assert found.samples[-1]["margin"] > found.samples[0]["margin"] + 0.5
    margins = [row["eval/margin"] for row in found.metrics if "eval/margin" in row]
    mean = sum(row["margin"] for row in found.samples[3:]) / 3
    assert mean == pytest.approx(margins[-1], rel=1e-4)


@pytest.mark.parametrize(
    ("rows", "data", "prompt", "reference"),
    [
        (CHATS, {}, "0?", "0!"),
        (CHATS, {"loss_on": "all"}, "0?", "0!"),
        ([{"text": "abcdefgh"}, {"text": "ijkl"}], {}, "abcd", "efgh"),
        ([{"text": "中文字"}], {}, "中", "文字"),
        (EXAMPLES, {"chat": "yes"}, "0?", "0!"),
    ],
)
def test_every_form_of_examples_is_asked(
    tiny: Path, write_run: Callable, rows: Any, data: Any, prompt: str, reference: str
) -> None:
    config = write_run("sft", tiny, rows, data=data, optim={"steps": 1}, samples=1)
    first, last = run(config, "sft").samples
    assert (first["prompt"], first["reference"], first["held_out"]) == (prompt, reference, False)
    assert (first["step"], last["step"]) == (0, 1)


def test_a_resumed_run_asks_no_step_twice(tiny: Path, write_run: Callable, tmp_path: Path) -> None:
    config = write_run(
        "sft",
        tiny,
        EXAMPLES,
        data={"eval": held_out(tmp_path, EXAMPLES[:2])},
        samples={"count": 1, "max_new_tokens": 4},
        eval_every=2,
        save_every=2,
    )
    run(config, "sft", changes=["optim.steps=4"])
    found = run(config, "sft", resume=True, changes=["samples.max_new_tokens=5"])
    assert [row["step"] for row in found.samples] == [0, 2, 4, 6]
    assert found.run["run"]["samples"]["max_new_tokens"] == 5
    again = run(config, "sft", resume=True)
    assert [row["step"] for row in again.samples] == [0, 2, 4, 6]


def test_answers_of_a_batch_are_those_of_each_prompt_alone(tiny: Path) -> None:
    from polyskill.runtime.train.models import load
    from polyskill.runtime.train.probe import greedy
    from polyskill.runtime.train.sections import ModelSection

    loaded = load(ModelSection(str(tiny), dtype="float32"))
    prompts = [tuple(loaded.tokenizer(text)["input_ids"]) for text in ("a", "what is it?", "中文")]
    model = loaded.model.eval()
    together = greedy(model, loaded.tokenizer, prompts * 3, 12)
    alone = [greedy(model, loaded.tokenizer, [one], 12)[0] for one in prompts]
    assert together == alone * 3
    assert len({one.text for one in alone}) == 3 and all(one.length == 12 for one in alone)


def test_a_model_that_is_held_still_is_afterwards_as_it_was() -> None:
    torch = pytest.importorskip("torch")
    from polyskill.runtime.train.probe import still

    model = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(2, 2)).train()
    model[1].eval()  # as some wrappers leave what is frozen
    with pytest.raises(KeyError), still(model):
        assert not any(layer.training for layer in model.modules())
        assert not torch.is_grad_enabled()
        raise KeyError
    assert [layer.training for layer in model.modules()] == [True, True, False]
    assert torch.is_grad_enabled()


def test_what_cannot_be_said_does_not_end_the_run(
    tiny: Path, write_run: Callable, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    from polyskill.runtime.train import sampling

    asked = []

    def broken(*given: Any) -> Any:
        asked.append(given)
        raise RuntimeError("no\nroom")

    monkeypatch.setattr(sampling, "greedy", broken)
    told: list[Any] = []
    config = write_run("sft", tiny, EXAMPLES, optim={"steps": 2})
    found = run(config, "sft", report=told.append)
    assert found.run["state"] == "finished" and len(found.metrics) == 2
    assert not found.samples and len(asked) == 1
    [said] = [row["said"] for row in told if "said" in row]
    assert "RuntimeError: no room" in said["en"] and "训练继续" in said["zh"]
    assert found.run["samples"]["missing"] == said


def test_prompts_that_do_not_fit_are_not_asked(tiny: Path, write_run: Callable) -> None:
    rows = [{"prompt": "long " * 9, "completion": "x"}, {"prompt": "ab", "completion": "y"}]
    config = write_run("sft", tiny, rows, data={"max_length": 20}, optim={"steps": 1}, samples=2)
    assert [row["prompt"] for row in run(config, "sft").samples] == ["ab", "ab"]
    config = write_run(
        "sft", tiny, rows, name="full", optim={"steps": 1}, samples={"max_new_tokens": 255}
    )
    found = run(config, "sft")
    assert not found.samples
    assert "no example fits" in found.run["samples"]["missing"]["en"]


def test_answers_on_policy_are_the_students(
    tiny: Path, write_run: Callable, tmp_path: Path
) -> None:
    (tmp_path / "skill.md").write_text("Say yes.")
    config = write_run(
        "distill",
        tiny,
        [{"prompt": "a?", "completion": "yes"}, {"prompt": "b?", "completion": "yes"}] * 4,
        distill={"mode": "on-policy", "skill": str(tmp_path / "skill.md"), "max_new_tokens": 4},
        optim={"steps": 1},
        samples={"count": 2, "max_new_tokens": 4},
    )
    found = run(config, "distill").samples
    assert [(row["step"], row["prompt"]) for row in found] == [
        *((0, "a?"), (0, "b?")),
        *((1, "a?"), (1, "b?")),
    ]
    assert found[0]["reference"] == "yes"


def test_only_the_first_of_two_processes_writes(
    tiny: Path, write_run: Callable, recipe: Callable
) -> None:
    config = write_run(
        "sft",
        tiny,
        EXAMPLES,
        optim={"micro_batch": 2, "steps": 2},
        samples={"count": 1, "max_new_tokens": 4},
    )
    import sys

    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    done = recipe("sft", config, before=torchrun)
    assert done.returncode == 0, done.stderr[-2000:]
    found = read_run(config.with_suffix(""))
    assert found.run["processes"] == 2
    assert [row["step"] for row in found.samples] == [0, 2]
