"""Counts against the real modules: transformers and PEFT on the meta device (slow).

Skipped where torch, transformers or PEFT are not installed; the numbers that were found stand as
constants in the other tests.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from polyskill.runtime.tools.activations import activations
from polyskill.runtime.tools.architectures import build
from polyskill.runtime.tools.fields import Fields
from polyskill.runtime.tools.lora import Convention, chosen, count_lora

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of torch, transformers and PEFT
]
MODELS = json.loads(files("polyskill.runtime.tools").joinpath("models.json").read_text("utf-8"))[
    "models"
]


@pytest.fixture(scope="module")
def torch() -> Any:
    pytest.importorskip("transformers", reason="transformers is not installed")
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(scope="module")
def peft(torch: Any) -> Any:
    return pytest.importorskip("peft", reason="PEFT is not installed")


def real(torch: Any, config: dict[str, Any]) -> Any:
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    values = dict(config)
    made = CONFIG_MAPPING[values.pop("model_type").replace("kimi_k2", "deepseek_v3")](**values)
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(made)


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry["repo"])
def test_every_model_of_the_table_has_the_parameters_of_its_module(
    torch: Any, entry: dict[str, Any]
) -> None:
    found = sum(one.numel() for one in real(torch, entry["config"]).parameters())
    assert build(Fields(entry["config"], "x"), "x", "x").parameters == found


# Types without a model in the table: the defaults of their configurations, made small.
OTHERS = {
    "gemma": {"vocab_size": 999, "head_dim": 256},
    "ministral3": {},
    "qwen3_next": {"num_experts": 8, "num_experts_per_tok": 2},
}


@pytest.mark.parametrize(("family", "changes"), OTHERS.items())
def test_types_that_the_table_does_not_show(
    torch: Any, family: str, changes: dict[str, Any]
) -> None:
    from transformers import CONFIG_MAPPING

    config = CONFIG_MAPPING[family](**changes, num_hidden_layers=4).to_dict()
    found = sum(one.numel() for one in real(torch, config).parameters())
    assert build(Fields(config, "x"), "x", "x").parameters == found


DENSE = [
    entry["repo"] for entry in MODELS if not build(Fields(entry["config"], "x"), "x", "x").sparse
]


@pytest.mark.parametrize(
    ("name", "convention"),
    [
        *((name, Convention.PER_EXPERT) for name in DENSE),
        ("Qwen/Qwen3-30B-A3B", Convention.PEFT_ALL_LINEAR),
        ("mistralai/Mixtral-8x7B-v0.1", Convention.PEFT_ALL_LINEAR),
    ],
)
def test_all_linear(torch: Any, peft: Any, name: str, convention: Convention) -> None:
    [entry] = [one for one in MODELS if one["repo"] == name]
    config = entry["config"] | {"num_hidden_layers": 8}
    shape = build(Fields(config, "x"), "x", "x")
    with torch.device("meta"):
        adapted = peft.get_peft_model(
            real(torch, config),
            peft.LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM"),
        )
    found = sum(one.numel() for one in adapted.parameters() if one.requires_grad)
    counted = count_lora(shape, 8, convention=convention, router=shape.sparse)
    assert counted.trainable == found


def test_target_parameters(torch: Any, peft: Any) -> None:
    [entry] = [one for one in MODELS if one["repo"] == "Qwen/Qwen3-30B-A3B"]
    config = entry["config"] | {"num_hidden_layers": 4}
    shape = build(Fields(config, "x"), "x", "x")
    how = peft.LoraConfig(
        r=8,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj"],
        target_parameters=["mlp.experts.gate_up_proj", "mlp.experts.down_proj"],
        task_type="CAUSAL_LM",
    )
    with torch.device("meta"):
        adapted = peft.get_peft_model(real(torch, config), how)
    found = sum(one.numel() for one in adapted.parameters() if one.requires_grad)
    assert count_lora(shape, 8, convention=Convention.PEFT_PARAMETERS).trainable == found


@pytest.mark.parametrize("lora", [False, True])
def test_activations_are_what_pytorch_saves(torch: Any, peft: Any, lora: bool) -> None:
    from transformers import AutoModelForCausalLM, LlamaConfig

    config = {
        "hidden_size": 512,
        "intermediate_size": 1408,
        "num_attention_heads": 8,
        "num_key_value_heads": 8,
        "num_hidden_layers": 6,
        "vocab_size": 512,
        "tie_word_embeddings": False,
    }
    shape = build(Fields(config | {"model_type": "llama"}, "x"), "x", "x")
    model = AutoModelForCausalLM.from_config(LlamaConfig(**config), dtype=torch.bfloat16)
    inner = model.model
    if lora:
        how = peft.LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM")
        inner = peft.get_peft_model(model, how, autocast_adapter_dtype=False).model.model
    weights = {one.untyped_storage().data_ptr() for one in model.parameters()}
    kept: dict[int, Any] = {}

    def pack(saved: Any) -> Any:
        storage = saved.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage  # held, so that no other takes its place
        return saved

    tokens = 128
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda saved: saved):
        inner(torch.arange(tokens)[None])
    measured = sum(storage.nbytes() for storage in kept.values()) / tokens
    adapted = chosen(shape) if lora else None
    assert activations(shape, adapted, 8).all_layers == pytest.approx(measured, rel=0.04)
