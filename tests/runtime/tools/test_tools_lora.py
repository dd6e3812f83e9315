"""LoRA counts: published ones to the digit, and what must hold for any shape."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.tools.architectures import build
from polyskill.runtime.tools.config import known_models, shape_of
from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.fields import Fields
from polyskill.runtime.tools.lora import Convention, chosen, count_lora
from polyskill.runtime.tools.shape import Shape

# tinker-cookbook 0.6.1, hyperparam_utils._LORA_PARAMS_PER_RANK_BY_COMPONENT: mlp, attn, unembed.
TINKER = {
    "meta-llama/Llama-3.1-8B": (1_769_472, 851_968, 132_352),
    "meta-llama/Llama-3.1-70B": (8_847_360, 4_096_000, 136_448),
    "meta-llama/Llama-3.2-1B": (491_520, 212_992, 130_304),
    "meta-llama/Llama-3.2-3B": (946_176, 573_440, 131_328),
    "Qwen/Qwen3-4B": (1_327_104, 737_280, 154_496),
    "Qwen/Qwen3-8B": (1_769_472, 958_464, 156_032),
    "Qwen/Qwen3-32B": (5_898_240, 2_490_368, 157_056),
    "Qwen/Qwen3-30B-A3B": (14_450_688, 835_584, 153_984),
    "Qwen/Qwen3-235B-A22B": (56_598_528, 3_176_448, 156_032),
    "openai/gpt-oss-20b": (6_842_880, 497_664, 203_968),
    "openai/gpt-oss-120b": (40_124_160, 746_496, 203_968),
}
# The same table; Tinker adapts these maps of latent attention only.
TINKER_LATENT = {
    "deepseek-ai/DeepSeek-V3": (94_307_328, 2_440_000, 136_448),
    "moonshotai/Kimi-K2": (144_583_680, 1_940_288, 171_008),
}


def per_rank(name: str, layers: str, rank: int = 1, **how: bool) -> int:
    shape = shape_of(name)
    counted = count_lora(shape, rank, layers=layers, convention=Convention.SHARED_OUTER, **how)
    return counted.trainable


@pytest.mark.parametrize(("name", "table"), TINKER.items())
def test_tinkers_table(name: str, table: tuple[int, int, int]) -> None:
    mlp, attention, unembed = table
    assert per_rank(name, "mlp") == mlp
    assert per_rank(name, "attention") == attention
    assert per_rank(name, "lm_head") == unembed
    assert per_rank(name, "all-linear", 32, unembed=True) == 32 * sum(table)


@pytest.mark.parametrize(("name", "table"), TINKER_LATENT.items())
def test_tinkers_table_with_latent_attention(name: str, table: tuple[int, int, int]) -> None:
    mlp, attention, unembed = table
    assert per_rank(name, "mlp") == mlp
    assert per_rank(name, "q_a_proj,kv_a_proj_with_mqa,o_proj") == attention
    assert per_rank(name, "lm_head") == unembed


# Counted by PEFT 0.21.2 on the meta device (facts: training, section 2.4).
@pytest.mark.parametrize(
    ("name", "how", "count"),
    [
        ("Llama-3.1-8B", {}, 83_886_080),
        ("Llama-3.1-8B", {"unembed": True}, 88_121_344),
        ("Qwen3-8B", {}, 87_293_952),
        ("Qwen3-8B", {"unembed": True}, 92_286_976),
        ("SmolLM2-135M", {}, 9_768_960),
        (
            "Qwen3-30B-A3B",
            {"convention": Convention.PEFT_PARAMETERS},
            1_285_029_888,
        ),
        (
            "Qwen3-30B-A3B",
            {"convention": Convention.PEFT_ALL_LINEAR, "router": True},
            1_993_015_296,
        ),
        ("Qwen3-30B-A3B", {}, 1_687_683_072),
        ("Qwen3-30B-A3B", {"convention": Convention.SHARED_OUTER}, 489_160_704),
    ],
)
def test_peft(name: str, how: dict[str, object], count: int) -> None:
    assert count_lora(shape_of(name), 32, **how).trainable == count  # type: ignore[arg-type]


def test_the_numbers_of_the_paper() -> None:
    llama, moe = shape_of("Llama-3.1-8B"), shape_of("Qwen3-30B-A3B")
    assert count_lora(llama, 256, unembed=True).trainable == 704_970_752  # "0.70B"
    assert count_lora(llama, 1, unembed=True).trainable == 2_753_792  # "3M"
    divided = count_lora(moe, 32, expert_rank=4)
    assert divided.by_module["experts.down_proj"] * 3 == 207_618_048
    assert divided.trainable == 26_738_688 + 207_618_048


def test_what_is_told_with_the_count() -> None:
    shape = shape_of("Qwen3-30B-A3B")
    told = count_lora(shape, 32)
    assert told.total == told.base + told.trainable
    assert told.share == told.trainable / told.total
    notes = " ".join(note.en for note in told.notes)
    assert "router" in notes
    assert "--expert-rank 4" in notes
    assert not count_lora(shape_of("Llama-3.1-8B"), 16).notes
    assert "576" not in told.formula
    small = count_lora(shape_of("SmolLM2-135M"), 256, unembed=True)
    notes = " ".join(note.en for note in small.notes)
    assert "k_proj" in notes
    assert "tied" in notes


@pytest.mark.parametrize("rank", [0, -1, 10**9])
def test_a_rank_that_is_none(rank: int) -> None:
    with pytest.raises(ToolError, match="rank"):
        count_lora(shape_of("Llama-3.1-8B"), rank)


@pytest.mark.parametrize("layers", ["", "nothing", "q_proj,nothing", ","])
def test_layers_that_are_not_there(layers: str) -> None:
    with pytest.raises(ToolError, match="q_proj"):
        count_lora(shape_of("Llama-3.1-8B"), 8, layers=layers)


def test_where_all_linear_reaches_only_a_part() -> None:
    shape = shape_of("gpt-oss-20b")
    with pytest.raises(ToolError, match="attention"):
        count_lora(shape, 8, convention=Convention.PEFT_ALL_LINEAR)
    alone = count_lora(shape, 8, layers="attention", convention=Convention.PEFT_ALL_LINEAR)
    assert alone.trainable == 24 * 8 * 20_736


def test_gate_and_up_are_one_tensor_for_peft() -> None:
    shape, how = shape_of("Qwen3-30B-A3B"), Convention.PEFT_PARAMETERS
    with pytest.raises(ToolError, match="together"):
        count_lora(shape, 8, layers="gate_proj", convention=how)
    both = count_lora(shape, 8, layers="gate_proj,up_proj", convention=how)
    assert both.by_module == {"experts.gate_up_proj": 48 * 128 * 8 * (2048 + 2 * 768)}
    down = count_lora(shape, 8, layers="down_proj", convention=how)
    assert (
        both.trainable + down.trainable
        == count_lora(shape, 8, layers="mlp", convention=how).trainable
    )


def test_what_was_checked_is_told() -> None:
    moe = shape_of("Qwen3-30B-A3B")
    assert any("PEFT" in source for source in count_lora(shape_of("phi-4")).sources)
    assert not any("PEFT" in source for source in count_lora(moe).sources)
    tinker = count_lora(moe, convention=Convention.SHARED_OUTER).sources
    assert any("tinker" in source for source in tinker)


def test_a_name_finds_its_maps_in_experts_and_out_of_them() -> None:
    shape = shape_of("DeepSeek-V3")
    names = {one.name for one in chosen(shape, "gate_proj")}
    assert names == {"gate_proj", "experts.gate_proj", "shared_experts.gate_proj"}
    assert {one.name for one in chosen(shape, "experts.gate_proj")} == {"experts.gate_proj"}


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    kv = draw(st.integers(1, 4))
    values = {
        "model_type": draw(st.sampled_from(["llama", "qwen3_moe", "gpt_oss", "mixtral"])),
        "hidden_size": draw(st.integers(1, 200)),
        "intermediate_size": draw(st.integers(1, 300)),
        "moe_intermediate_size": draw(st.integers(1, 100)),
        "num_hidden_layers": draw(st.integers(1, 9)),
        "num_key_value_heads": kv,
        "num_attention_heads": kv * draw(st.integers(1, 4)),
        "head_dim": draw(st.integers(1, 64)),
        "vocab_size": draw(st.integers(1, 999)),
        "num_experts": 8,
        "num_local_experts": 8,
        "num_experts_per_tok": draw(st.integers(1, 8)),
        "sliding_window": 64,
    }
    return build(Fields(values, "drawn"), "drawn", "drawn")


conventions = st.sampled_from(
    [Convention.PER_EXPERT, Convention.SHARED_OUTER, Convention.PEFT_PARAMETERS]
)


@given(shapes(), st.integers(1, 64), conventions)
def test_linear_in_the_rank(shape: Shape, rank: int, convention: Convention) -> None:
    one = count_lora(shape, 1, convention=convention)
    many = count_lora(shape, rank, convention=convention)
    assert many.trainable == rank * one.trainable
    assert many.by_module == {name: rank * count for name, count in one.by_module.items()}


@given(shapes(), st.integers(1, 64), conventions)
def test_additive_in_the_modules(shape: Shape, rank: int, convention: Convention) -> None:
    whole = count_lora(shape, rank, convention=convention)
    parts = [count_lora(shape, rank, layers=k, convention=convention) for k in ("attention", "mlp")]
    assert whole.trainable == sum(part.trainable for part in parts)
    assert whole.trainable == sum(whole.by_module.values())


@given(shapes(), st.integers(1, 64))
def test_sharing_never_adds(shape: Shape, rank: int) -> None:
    own = count_lora(shape, rank).trainable
    shared = count_lora(shape, rank, convention=Convention.SHARED_OUTER).trainable
    fused = count_lora(shape, rank, convention=Convention.PEFT_PARAMETERS).trainable
    assert shared <= own
    assert fused <= own
    if not shape.sparse:
        assert shared == fused == own


@settings(max_examples=20)
@given(st.sampled_from(known_models()), st.integers(1, 512))
def test_dense_and_rank_for_every_known_model(name: str, rank: int) -> None:
    shape = shape_of(name)
    counted = count_lora(shape, rank)
    assert 0 < counted.trainable == sum(counted.by_module.values())


def test_a_small_one_by_hand(small: Callable[..., Shape]) -> None:
    # 3 layers; q 64+64, k and v 64+32, o 64+64; gate and up 64+96, down 96+64
    assert count_lora(small(), 2).trainable == 3 * 2 * (128 + 96 + 96 + 128 + 3 * 160)
