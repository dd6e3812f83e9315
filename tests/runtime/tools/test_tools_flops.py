"""FLOPs and utilisation: both conventions, and the algebra between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools.config import known_models, shape_of
from polyskill.runtime.tools.devices import device, device_names
from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.flops import TokenFlops, token_flops, training, utilisation
from polyskill.runtime.tools.lora import chosen, count_lora


def lora_flops(name: str, length: int, rank: int = 32, *, recompute: bool = False) -> TokenFlops:
    shape = shape_of(name)
    adapted, count = chosen(shape), count_lora(shape, rank)
    return token_flops(shape, length, adapted=adapted, lora=count, recompute=recompute)


def test_full_training_is_six_n_and_palms_attention() -> None:
    shape = shape_of("Llama-3.1-8B")
    weights = shape.parameters - shape.embedding - shape.other  # no look-up, no norms
    told = token_flops(shape, 2048)
    assert told.weights == weights == 7_504_658_432
    assert told.model == told.six_n == 6 * weights + 12 * 32 * 32 * 128 * 2048
    assert told.hardware == told.model


def test_lora_is_the_papers_two_thirds() -> None:
    told = lora_flops("Llama-3.1-8B", 1)
    assert told.model / told.six_n == pytest.approx(2 / 3, rel=0.02)
    assert told.model > told.six_n * 2 / 3
    # LoRA Without Regret: 2N² + 6NR multiply-adds for one N × N map
    count = count_lora(shape_of("Llama-3.1-8B"), 32).trainable
    attention = 12 * 32 * 32 * 128 * 1
    assert told.model == 4 * told.weights + 6 * count + attention


def test_attention_costs_with_lora_what_it_costs_without() -> None:
    # both operands of q·kᵀ and of p·v are activations, so both need gradients: 12·L·n_h·d_h·T
    for full in (True, False):
        far, near = (
            token_flops(shape_of("Llama-3.1-8B"), length)
            if full
            else lora_flops("Llama-3.1-8B", length)
            for length in (4096, 1024)
        )
        assert far.model - near.model == 12 * 32 * 32 * 128 * (4096 - 1024)


def test_the_limits_in_the_facts() -> None:
    # facts: training, section 5: 28.5k tokens/s on an H100 at 100 %; it counts the look-up, too
    told = lora_flops("Llama-3.1-8B", 2048)
    assert 989.4e12 / told.model == pytest.approx(28_500, rel=0.05)


def test_experts_that_rest_cost_nothing() -> None:
    moe = token_flops(shape_of("Qwen3-30B-A3B"), 1)
    assert moe.weights < 3.4e9


def test_a_window_bounds_attention_and_a_state_has_no_length() -> None:
    gemma, hybrid = shape_of("gemma-3-27b"), shape_of("Qwen3.5-9B")
    far = [token_flops(gemma, length).attention for length in (1024, 2048, 4096)]
    assert far[2] - far[1] == 2 * (far[1] - far[0]) > 0
    full = 2 * 10 * 32 * 256
    assert far[1] - far[0] == full * 1024
    near = token_flops(hybrid, 1).attention
    assert near > 6 * 24 * 32 * 128 * 128


@given(st.sampled_from(known_models()), st.integers(1, 10**6), st.integers(1, 512))
def test_recomputation_adds_one_forward_pass(name: str, length: int, rank: int) -> None:
    plain = lora_flops(name, length, rank)
    again = lora_flops(name, length, rank, recompute=True)
    assert again.model == plain.model == plain.hardware
    assert again.hardware == pytest.approx(plain.model + plain.forward)
    assert 2 * plain.weights <= plain.forward <= plain.model / 1.9


@given(st.sampled_from(known_models()), st.integers(1, 10**5))
def test_monotone_in_rank_and_length(name: str, length: int) -> None:
    assert lora_flops(name, length, 8).model < lora_flops(name, length, 9).model
    assert lora_flops(name, length).model <= lora_flops(name, length + 1).model


def test_utilisation_in_both_conventions() -> None:
    told = lora_flops("Llama-3.1-8B", 2048, recompute=True)
    used = utilisation(told, 9_600, device("h100").bf16)
    assert used.hfu == pytest.approx(9_600 * told.hardware / 989.4e12)
    assert used.mfu < used.hfu
    assert used.six_n_mfu / used.mfu == pytest.approx(1.43, abs=0.03)
    half = utilisation(told, 9_600, device("H100").bf16, devices=2)
    assert half.hfu == pytest.approx(used.hfu / 2)


def test_a_speed_beyond_the_peak_is_a_mistake() -> None:
    told = lora_flops("Llama-3.1-8B", 2048)
    with pytest.raises(ToolError, match="cannot do more"):
        utilisation(told, 100_000, device("H100").bf16)


def test_how_long_it_takes() -> None:
    told = lora_flops("Llama-3.1-8B", 2048)
    run = training(told, 10**9, peak=device("H100").bf16, devices=8, hfu=0.5)
    assert run.flops == told.model * 10**9
    assert run.seconds == pytest.approx(told.hardware * 1e9 / (8 * 989.4e12 * 0.5))
    assert run.tokens_per_second == pytest.approx(1e9 / (run.seconds or 0))
    alone = training(told, 10**9)
    assert alone.seconds is None


@pytest.mark.parametrize("number", [0, -1, float("nan"), float("inf")])
def test_numbers_that_are_none(number: float) -> None:
    told = lora_flops("Llama-3.1-8B", 2048)
    with pytest.raises(ToolError):
        utilisation(told, number, 1e15)
    with pytest.raises(ToolError):
        utilisation(told, 1, number)
    with pytest.raises(ToolError):
        training(told, 1, peak=1e15, hfu=number)


def test_devices_have_sources() -> None:
    assert device("A100").name == "A100-80GB"
    for name in device_names():
        found = device(name)
        assert "2026" in found.source
        assert found.bf16 > 1e14 < found.memory * 1e4
    with pytest.raises(ToolError, match="--peak"):
        device("RTX 4090")
