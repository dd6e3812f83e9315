"""Memory: published bytes to the byte, and what must hold for any shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools.activations import activations
from polyskill.runtime.tools.calls import memory
from polyskill.runtime.tools.config import known_models, shape_of
from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.kv_cache import BYTES, kv_cache
from polyskill.runtime.tools.lora import chosen, count_lora
from polyskill.runtime.tools.memory import (
    Memory,
    inference_memory,
    training_memory,
    weight_bytes,
)


# facts: training, section 2.6; DeepSeek-V3: 70.272 KB (Zhao 2025, arXiv 2505.09343, table 1);
# Qwen2.5-72B 327.680 KB and Llama-3.1-405B 516.096 KB in the same table
@pytest.mark.parametrize(
    ("name", "per_token"),
    [
        ("Llama-3.1-8B", 131_072),
        ("Llama-3.1-70B", 327_680),
        ("Qwen3-8B", 147_456),
        ("Qwen3-30B-A3B", 98_304),
        ("DeepSeek-V3", 70_272),
        ("Qwen2.5-72B", 327_680),
        ("Llama-3.1-405B", 516_096),
    ],
)
def test_published_bytes_of_a_token(name: str, per_token: int) -> None:
    assert kv_cache(shape_of(name), 1).per_token == per_token


def test_a_sequence_of_eight_thousand() -> None:
    assert kv_cache(shape_of("Llama-3.1-8B"), 8192).total == 2**30
    assert kv_cache(shape_of("Llama-3.1-8B"), 8192, dtype="fp8", sequences=4).total == 2**31


ENDLESS = [
    name
    for name in known_models()
    if all(one.window is None and not one.recurrent for one in shape_of(name).attentions)
]


@given(
    st.sampled_from(ENDLESS),
    st.integers(0, 10**6),
    st.integers(1, 99),
    st.sampled_from(sorted(BYTES)),
)
def test_linear_in_length_and_sequences(name: str, length: int, sequences: int, dtype: str) -> None:
    shape = shape_of(name)
    told = kv_cache(shape, length, sequences=sequences, dtype=dtype)
    assert told.total == pytest.approx(length * sequences * told.per_token)
    assert told.per_token == pytest.approx(kv_cache(shape, 1).per_token * BYTES[dtype] / 2)


@given(st.integers(0, 10**6))
def test_a_window_is_full_at_its_length(length: int) -> None:
    shape = shape_of("gemma-3-27b")
    told = kv_cache(shape, length)
    inside = min(length, 1024)
    expected = told.per_token * inside + told.per_token_beyond_windows * (length - inside)
    assert told.total == expected


def test_a_state_is_there_from_the_start() -> None:
    told = kv_cache(shape_of("Qwen3.5-9B"), 0)
    # 24 layers: 32 heads of 128 × 128, and 3 tokens of the convolution's 8,192 channels
    assert told.total == told.state == 24 * (32 * 128 * 128 + 3 * 8192) * 2
    assert "state" in told.formula


def lora_memory(name: str, length: int = 2048, rank: int = 32, **how: object) -> Memory:
    shape = shape_of(name)
    return training_memory(
        shape,
        length=length,
        adapted=chosen(shape),
        lora=count_lora(shape, rank),
        **how,  # type: ignore[arg-type]
    )


def test_full_training_takes_sixteen_bytes_a_parameter() -> None:
    shape = shape_of("Llama-3.1-8B")
    parts = training_memory(shape, length=1, chunked_loss=True).parts
    fixed = sum(parts[key] for key in ("weights", "master", "gradients", "optimizer"))
    assert fixed == 16 * shape.parameters
    plain = training_memory(shape, length=1, dtype="fp32").parts
    assert "master" not in plain
    fixed = sum(plain[key] for key in ("weights", "gradients", "optimizer"))
    assert fixed == 16 * shape.parameters


def test_lora_takes_two_and_sixteen() -> None:
    shape = shape_of("Llama-3.1-8B")
    parts = lora_memory("Llama-3.1-8B").parts
    assert parts["weights"] == 2 * shape.parameters
    adapters = sum(parts[key] for key in ("adapters", "gradients", "optimizer"))
    assert adapters == 16 * 83_886_080
    assert parts["logits"] == 8 * 2048 * 128_256
    assert lora_memory("Llama-3.1-8B", chunked_loss=True).parts["logits"] == 0


def test_adapters_of_experts_by_their_convention() -> None:
    told = [
        memory("Qwen3-30B-A3B", rank=32, convention=how)["parts"]["adapters"]
        for how in ("per-expert", "shared-outer")
    ]
    assert told == [4 * 1_687_683_072, 4 * 489_160_704]


def test_checkpoints_keep_a_layer_and_all_inputs() -> None:
    kept = activations(shape_of("Llama-3.1-8B"))
    assert kept.checkpoints == 2 * 32 * 4096 + 4096 * (4 + 2 + 2) + 4
    assert kept.all_layers == 32 * kept.one_layer + 4096 * (4 + 2 + 2) + 4
    assert kept.kept(10, checkpointing=True) < kept.kept(10, checkpointing=False)


def test_activations_of_llama_by_the_formula() -> None:
    h, q, kv, m, heads = 4096, 4096, 1024, 14336, 32
    layer = 2 * (2 * h + 2 * q + 2 * kv + 4 * m) + 8 * h + 4 * heads + 8
    shape = shape_of("Llama-3.1-8B")
    assert activations(shape, ()).one_layer == layer
    rank = activations(shape, chosen(shape), 16).one_layer
    assert rank == layer + 7 * 16 * 2
    trained = activations(shape).one_layer
    assert trained == layer + 2 * 2 * h


def test_four_bits_leave_embeddings_and_norms_alone() -> None:
    shape = shape_of("Llama-3.1-8B")
    packed = weight_bytes(shape, "nf4")
    rest = 2 * shape.vocabulary * shape.hidden + shape.other
    assert packed == pytest.approx((shape.parameters - rest) * 4.127 / 8 + rest * 2)
    with pytest.raises(ToolError, match="LoRA"):
        training_memory(shape, length=1, dtype="nf4")
    assert lora_memory("Llama-3.1-8B", dtype="nf4").total < lora_memory("Llama-3.1-8B").total


@given(
    st.sampled_from(known_models()),
    st.integers(1, 4096),
    st.integers(1, 8),
    st.booleans(),
    st.sampled_from([1, 2, 8]),
)
def test_monotone_and_summed(
    name: str, length: int, batch: int, checkpointing: bool, shards: int
) -> None:
    how = {"batch": batch, "checkpointing": checkpointing, "shards": shards}
    told = lora_memory(name, length, **how)
    assert told.total == pytest.approx(sum(told.parts.values()))
    assert all(part >= 0 for part in told.parts.values())
    assert lora_memory(name, length + 1, **how).total > told.total
    assert lora_memory(name, length, 33, **how).total > told.total


def test_serving() -> None:
    shape = shape_of("Llama-3.1-8B")
    told = inference_memory(shape, length=8192, sequences=16)
    assert told.parts == {"weights": 2 * shape.parameters, "kv_cache": 16 * 2**30}
    halved = inference_memory(shape, length=8192, sequences=16, shards=2)
    assert halved.total == told.total / 2


@pytest.mark.parametrize(
    "how", [{"length": 0}, {"batch": 0}, {"shards": 0}, {"optimizer": "lion"}, {"dtype": "fp3"}]
)
def test_what_cannot_be(how: dict[str, object]) -> None:
    with pytest.raises(ToolError):
        lora_memory("Llama-3.1-8B", **how)  # type: ignore[arg-type]
