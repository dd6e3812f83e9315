"""The recipes on a tiny random model, in this process."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.drive import MODEL
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.main import execute
from polyskill.runtime.train.record import Recorded, read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EXAMPLES = [{"prompt": f"{n}?", "completion": f"{n % 2}!"} for n in range(12)]
PAIRS = [{"prompt": f"{n}?", "chosen": "yes", "rejected": "no!!"} for n in range(24)]


def run(config: Path, method: str, **more: Any) -> Recorded:
    seen: list[Any] = []
    folder = execute(method, config, report=seen.append, **more)
    found = read_run(folder)
    assert [row["step"] for row in seen][-1:] == [found.metrics[-1]["step"]]
    return found


def steps(found: Recorded, name: str) -> list[float]:
    return [row[name] for row in found.metrics if name in row]


def logits_of(model: Path, text: list[int], adapter: Path | None = None) -> Any:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    loaded = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    if adapter is not None:
        loaded = PeftModel.from_pretrained(loaded, adapter)
    with torch.no_grad():
        return loaded(torch.tensor([text])).logits[0].log_softmax(-1)


def test_sft_learns_completions_and_saves_an_adapter(tiny: Path, write_run: Callable) -> None:
    held_out = json.dumps({"prompt": "1?", "completion": "1!"}) + "\n"
    data = tiny.parent / "eval.jsonl"
    data.write_text(held_out)
    config = write_run(
        "sft",
        tiny,
        EXAMPLES,
        data={"eval": str(data)},
        optim={"steps": 30},
        eval_every=10,
        save_every=10,
    )
    found = run(config, "sft")
    losses = steps(found, "loss")
    assert len(losses) == 30 and losses[-1] < losses[0] - 0.5
    held = [row for row in found.metrics if "eval_loss" in row]
    assert [row["step"] for row in held] == [10, 20, 30]
    assert held[-1]["eval_loss"] < held[0]["eval_loss"]
    assert "eval/accuracy" in held[0] and "extra" not in held[0]
    tokens = steps(found, "tokens")
    assert tokens == sorted(tokens) and tokens[0] > 0
    assert found.run["state"] == "finished" and found.run["parameters"]["trainable"] == 16384
    kept = {path.name for path in (found.folder / "checkpoints").iterdir()}
    assert kept == {"step-20", "step-30"}
    assert (found.folder / MODEL / "adapter_model.safetensors").is_file()
    # What is saved is what was measured: its loss on the held-out example is the last one.
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    prompt, answer = (tokenizer(text)["input_ids"] for text in ("1?", "1!</s>"))
    scores = logits_of(tiny, prompt + answer, found.folder / MODEL)
    at = range(len(prompt) - 1, len(prompt) + len(answer) - 1)
    loss = -sum(scores[i, token].item() for i, token in zip(at, answer, strict=True)) / len(answer)
    assert loss == pytest.approx(held[-1]["eval_loss"], rel=1e-3)


def test_the_loss_is_that_of_the_completion_or_of_all(tiny: Path, write_run: Callable) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    one = [{"prompt": "what is it?", "completion": " it"}] * 4
    prompt, answer = tokenizer("what is it?")["input_ids"], tokenizer(" it</s>")["input_ids"]
    scores = logits_of(tiny, prompt + answer)
    nll = [-scores[i, token].item() for i, token in enumerate((prompt + answer)[1:])]
    for part, expected in (("completion", nll[-len(answer) :]), ("all", nll)):
        config = write_run("sft", tiny, one, name=part, data={"loss_on": part}, optim={"steps": 1})
        [row] = run(config, "sft").metrics
        assert row["loss"] == pytest.approx(sum(expected) / len(expected), rel=1e-4)


def test_packed_examples_do_not_see_each_other(tiny: Path, write_run: Callable) -> None:
    one = [{"prompt": "ab", "completion": "cd"}, {"prompt": "xy", "completion": "zzz"}] * 2
    losses = {}
    for packing in (False, True):
        config = write_run(
            "sft",
            tiny,
            one,
            name=f"packing-{packing}",
            data={"packing": packing},
            optim={
                "steps": 1,
                "batch_size": 1 if packing else 4,
                "micro_batch": 1 if packing else 4,
            },
        )
        losses[packing] = run(config, "sft").metrics[0]["loss"]
    assert losses[True] == pytest.approx(losses[False], rel=1e-4)


def test_all_weights_are_trained_without_lora(tiny: Path, write_run: Callable) -> None:
    found = run(write_run("sft", tiny, EXAMPLES, lora=None), "sft")
    assert found.run["parameters"]["trainable"] == found.run["parameters"]["total"]
    assert (found.folder / MODEL / "model.safetensors").is_file()


def test_dpo_starts_at_the_reference_and_parts_the_answers(tiny: Path, write_run: Callable) -> None:
    for lora in ({"rank": 4}, None):
        config = write_run("dpo", tiny, PAIRS, name=f"dpo-{bool(lora)}", lora=lora)
        found = run(config, "dpo")
        losses, margins = steps(found, "loss"), steps(found, "margin")
        assert losses[0] == pytest.approx(math.log(2), abs=1e-5)
        assert margins[0] == pytest.approx(0, abs=1e-5) and margins[-1] > 0.05
        assert losses[-1] < losses[0] and steps(found, "accuracy")[-1] == 1.0


@pytest.mark.parametrize(
    "loss",
    [
        *("hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot"),
        *("aot_unpaired", "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm"),
    ],
)
def test_every_loss_of_dpo_runs(tiny: Path, write_run: Callable, loss: str) -> None:
    smoothing = {"label_smoothing": 0.1} if loss in ("robust", "exo_pair") else {}
    config = write_run("dpo", tiny, PAIRS, optim={"steps": 2}, dpo={"loss": loss, **smoothing})
    assert all(math.isfinite(one) for one in steps(run(config, "dpo"), "loss"))


def test_losses_of_dpo_are_summed_with_their_weights(tiny: Path, write_run: Callable) -> None:
    words = {"loss": ["sigmoid", "sft"], "loss_weights": [2.0, 0.0]}
    found = run(write_run("dpo", tiny, PAIRS, optim={"steps": 1}, dpo=words), "dpo")
    assert found.metrics[0]["loss"] == pytest.approx(2 * math.log(2), rel=1e-4)


def test_a_reward_model_orders_pairs_it_has_not_seen(tiny: Path, write_run: Callable) -> None:
    config = write_run("reward", tiny, PAIRS, optim={"steps": 12, "learning_rate": 1e-2})
    found = run(config, "reward")
    assert steps(found, "loss")[-1] < steps(found, "loss")[0]
    held = found.run["held_out"]
    assert held["pairs"] == 3 and held["right"] == 3 and held["accuracy"] == 1.0
    assert 0.3 < held["low"] < 1.0 and held["high"] == 1.0 and held["from"] == "data.train"
    assert (found.folder / MODEL / "adapter_model.safetensors").is_file()
    from safetensors import safe_open

    with safe_open(found.folder / MODEL / "adapter_model.safetensors", "pt") as file:
        assert any("score" in name for name in file.keys())  # noqa: SIM118


def test_a_resumed_run_has_the_curve_of_one_that_was_not_stopped(
    tiny: Path, write_run: Callable
) -> None:
    more = {"save_every": 2, "lora": {"rank": 4, "dropout": 0.1}}
    whole = run(write_run("sft", tiny, EXAMPLES, name="whole", **more), "sft")
    config = write_run("sft", tiny, EXAMPLES, name="parts", **more)
    run(config, "sft", changes=["optim.steps=4"])
    found = run(config, "sft", resume=True)
    assert [row["step"] for row in found.metrics] == [1, 2, 3, 4, 5, 6]
    for name in ("loss", "grad_norm", "lr", "tokens"):
        assert steps(found, name) == pytest.approx(steps(whole, name), rel=1e-5)
    assert found.run["resumed"][0]["step"] == 4


def test_what_a_resumed_run_may_not_change(tiny: Path, write_run: Callable) -> None:
    config = write_run("sft", tiny, EXAMPLES, optim={"steps": 2})
    found = run(config, "sft")
    with pytest.raises(TrainError, match="--resume"):
        execute("sft", config, report=print)
    with pytest.raises(TrainError, match=r"lora\.rank: 8 → 4"):
        execute("sft", config, report=print, resume=True, changes=["lora.rank=4"])
    (found.folder.parent / "run.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    with pytest.raises(TrainError, match=r"run\.jsonl is not what"):
        execute("sft", config, report=print, resume=True)
    assert read_run(found.folder).metrics == found.metrics


def test_targets_and_routers(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    peft = pytest.importorskip("peft")
    from transformers import Qwen3MoeConfig, Qwen3MoeForCausalLM

    from polyskill.runtime.train.config import LoraSection
    from polyskill.runtime.train.models import lora_config, routers

    config = Qwen3MoeConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        moe_intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        num_experts=4,
        num_experts_per_tok=2,
    )

    def adapted(section: LoraSection) -> set[str]:
        torch.manual_seed(0)
        model = Qwen3MoeForCausalLM(config)
        assert routers(model) == [f"model.layers.{n}.mlp.gate" for n in range(2)]
        made = peft.get_peft_model(model, lora_config(section, model))
        return {name for name, _ in made.named_parameters() if "lora_" in name}

    found = adapted(LoraSection(rank=2))
    assert found and not any(".gate." in name for name in found)
    assert any("experts" in name for name in found)
    assert any(".gate." in name for name in adapted(LoraSection(rank=2, exclude_router=False)))
    only = adapted(LoraSection(rank=2, targets="attention"))
    assert only and all("self_attn" in name for name in only)
