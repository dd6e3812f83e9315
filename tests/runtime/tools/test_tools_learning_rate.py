"""Learning rates: the published formula, and honest refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools.config import shape_of
from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.learning_rate import Method, learning_rate
from polyskill.runtime.tools.shape import Shape


# tinker-cookbook 0.6.1, get_lr (facts: training, section 2.3)
@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("Llama-3.2-1B", 4.91e-4),
        ("Llama-3.1-8B", 2.86e-4),
        ("Llama-3.1-70B", 1.66e-4),
        ("Qwen3-4B", 4.90e-4),
        ("Qwen3-8B", 4.73e-4),
        ("Qwen3-30B-A3B", 4.99e-4),
        ("Qwen3-32B", 4.65e-4),
    ],
)
def test_the_published_rates(name: str, rate: float) -> None:
    assert learning_rate(shape_of(name)).learning_rate == pytest.approx(rate, rel=3e-3)


def test_lora_and_short_runs() -> None:
    shape = shape_of("Llama-3.1-8B")
    full = learning_rate(shape, lora=False)
    assert learning_rate(shape).learning_rate == pytest.approx(10 * full.learning_rate)
    short = learning_rate(shape, steps=99)
    assert short.learning_rate == pytest.approx(15 * full.learning_rate)
    assert any("anecdotal" in note.en for note in short.notes)
    assert learning_rate(shape, steps=100).ratio == 10


@pytest.mark.parametrize("method", [Method.RL, Method.DPO, Method.DISTILL])
def test_methods_without_a_formula_say_so(method: Method) -> None:
    told = learning_rate(shape_of("gpt-oss-20b"), method)
    assert told.low <= told.learning_rate <= told.high
    assert "no formula" in told.notes[0].en
    full = learning_rate(shape_of("gpt-oss-20b"), method, lora=False)
    assert full.learning_rate == pytest.approx(told.learning_rate / 10)


@pytest.mark.parametrize("name", ["gpt-oss-20b", "DeepSeek-V3", "gemma-3-1b", "phi-4"])
def test_families_that_nobody_has_measured(name: str) -> None:
    with pytest.raises(ToolError, match="nobody has published") as caught:
        learning_rate(shape_of(name))
    assert "3e-4" in caught.value.en
    assert "3e-4" in caught.value.zh


def test_an_extrapolation_is_called_one(small: Callable[..., Shape]) -> None:
    for shape in (shape_of("SmolLM2-135M"), small()):
        assert any("extrapolation" in note.en for note in learning_rate(shape).notes)
    assert not any("extrapolation" in n.en for n in learning_rate(shape_of("Qwen3-8B")).notes)


@given(st.integers(0, 10))
def test_steps(extra: int) -> None:
    with pytest.raises(ToolError, match="steps"):
        learning_rate(shape_of("Llama-3.1-8B"), steps=-extra)
