"""Compute-optimal splits: the papers' own tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools.chinchilla import LAWS, Optimum, optima
from polyskill.runtime.tools.errors import ToolError

# Hoffmann 2022 (arXiv 2203.15556), tables 3 and A3: parameters, FLOPs, tokens.
TABLES = {
    "Hoffmann 1": [
        (400e6, 1.92e19, 8.0e9),
        (1e9, 1.21e20, 20.2e9),
        (10e9, 1.23e22, 205.1e9),
        (67e9, 5.76e23, 1.5e12),
        (175e9, 3.85e24, 3.7e12),
        (280e9, 9.90e24, 5.9e12),
        (520e9, 3.43e25, 11.0e12),
        (1e12, 1.27e26, 21.2e12),
        (10e12, 1.30e28, 216.2e12),
    ],
    "Hoffmann 2": [
        (400e6, 1.84e19, 7.7e9),
        (1e9, 1.20e20, 20.0e9),
        (10e9, 1.32e22, 219.5e9),
        (67e9, 6.88e23, 1.7e12),
        (175e9, 4.54e24, 4.3e12),
    ],
    "Hoffmann 3": [
        (400e6, 2.21e19, 9.2e9),
        (1e9, 1.62e20, 27.1e9),
        (10e9, 2.46e22, 410.1e9),
        (67e9, 1.71e24, 4.1e12),
    ],
}


def of(law: str, found: tuple[Optimum, ...]) -> Optimum:
    [one] = [each for each in found if each.law == law]
    return one


@pytest.mark.parametrize(
    ("law", "parameters", "flops", "tokens"),
    [(law, *row) for law, rows in TABLES.items() for row in rows],
)
def test_the_tables_of_the_paper(law: str, parameters: float, flops: float, tokens: float) -> None:
    by_budget = of(law, optima(flops=flops))
    assert by_budget.parameters == pytest.approx(parameters, rel=0.05)
    assert by_budget.tokens == pytest.approx(tokens, rel=0.08)
    by_size = of(law, optima(parameters=parameters))
    assert by_size.flops == pytest.approx(flops, rel=0.12)


def test_the_correction() -> None:
    # Besiroglu 2024: about 20 tokens a parameter where Chinchilla stands, not 70
    chinchilla = 5.76e23
    assert 15 < of("Besiroglu", optima(flops=chinchilla)).tokens_per_parameter < 22
    assert of("Hoffmann 3", optima(flops=chinchilla)).tokens_per_parameter > 50
    [law] = [one for one in LAWS if one.name == "Besiroglu"]
    assert law.exponent == pytest.approx(0.5126, abs=2e-4)


@given(st.floats(1e15, 1e30), st.sampled_from([law.name for law in LAWS]))
def test_the_three_questions_agree(flops: float, law: str) -> None:
    told = of(law, optima(flops=flops))
    assert 6 * told.parameters * told.tokens == pytest.approx(told.flops)
    for again in (
        of(law, optima(parameters=told.parameters)),
        of(law, optima(tokens=told.tokens)),
    ):
        assert again.flops == pytest.approx(flops, rel=1e-6)
        assert again.tokens_per_parameter == pytest.approx(told.tokens_per_parameter, rel=1e-6)


@given(st.floats(1e17, 1e27), st.floats(0.5, 2))
def test_nothing_beats_the_optimum(flops: float, factor: float) -> None:
    for law in LAWS:
        best = of(law.name, optima(flops=flops))
        off = law.loss(best.parameters * factor, best.tokens / factor)
        if best.loss is not None and off is not None:
            assert off >= best.loss - 1e-12


@pytest.mark.parametrize("given_", [{}, {"flops": 1e20, "tokens": 1e9}])
def test_one_question_at_a_time(given_: dict[str, float]) -> None:
    with pytest.raises(ToolError, match="one of"):
        optima(**given_)


@pytest.mark.parametrize("key", ["flops", "parameters", "tokens"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_numbers_that_are_none(key: str, value: float) -> None:
    with pytest.raises(ToolError, match="above 0"):
        optima(**{key: value})
