"""Robust statistics: against scipy, and against what must hold of them."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.analyze.robust import (
    downward,
    noise,
    running_median,
    scale,
    slope,
    thin,
)

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


def test_the_trend_test_is_exact_for_small_series() -> None:
    for n in (3, 4, 5, 6):
        orders = list(itertools.permutations(range(n)))

        def score(order: tuple[int, ...]) -> int:
            return sum((b > a) - (b < a) for a, b in itertools.combinations(order, 2))

        scores = [score(order) for order in orders]
        for order in orders[:: max(1, n - 3)]:
            exact = sum(each <= score(order) for each in scores) / len(scores)
            assert downward(order) == pytest.approx(exact)


def test_the_trend_test_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    chance = random.Random(1)
    for n in (10, 30, 60, 120):
        values = [chance.gauss(-0.01 * at, 1.0) for at in range(n)]
        found = stats.kendalltau(range(n), values, alternative="less")
        assert downward(values) == pytest.approx(found.pvalue, abs=0.01)


def test_the_slope_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    chance = random.Random(2)
    steps = [float(at) for at in range(80)]
    values = [3 - 0.02 * at + chance.gauss(0, 0.3) for at in steps]
    found, ours = stats.theilslopes(values, steps, alpha=0.9), slope(steps, values)
    assert ours.value == pytest.approx(found.slope)
    assert ours.low == pytest.approx(found.low_slope, abs=2e-4)
    assert ours.high == pytest.approx(found.high_slope, abs=2e-4)


def test_the_interval_of_the_slope_covers_the_truth() -> None:
    chance = random.Random(3)
    hits = 0
    for _ in range(300):
        values = [0.5 * at + chance.gauss(0, 4) for at in range(30)]
        found = slope(list(range(30)), values)
        hits += found.low <= 0.5 <= found.high
    assert 0.85 <= hits / 300 <= 0.96


@given(st.lists(NUMBERS, min_size=3, max_size=60), st.integers(0, 59))
def test_one_wild_point_moves_little(values: list[float], at: int) -> None:
    wild = list(values)
    wild[at % len(wild)] = 1e300
    smooth = running_median(wild, 5)
    assert len(smooth) == len(values)
    assert all(math.isfinite(value) for value in (*smooth, noise(wild), scale(wild)))
    assert 0 <= downward(wild) <= 1


@given(st.lists(NUMBERS, max_size=40))
def test_reversing_a_series_reverses_its_trend(values: list[float]) -> None:
    ours, other = downward(values), downward(values[::-1])
    assert ours + other >= 1 - 1e-9  # both hold the case of no difference
    steps = list(range(len(values)))
    assert slope(steps, [-value for value in values]).value == -slope(steps, values).value


def test_the_noise_is_found_whatever_the_trend() -> None:
    chance = random.Random(4)
    values = [100 * math.exp(-at / 200) + chance.gauss(0, 0.5) for at in range(2000)]
    assert noise(values) == pytest.approx(0.5, rel=0.1)


def test_nothing_and_almost_nothing() -> None:
    assert scale([]) == scale([1.0]) == noise([1.0, 2.0]) == 0.0
    assert downward([]) == downward([1.0, 0.0]) == downward([2.0] * 9) == 1.0
    assert slope([], []).value == 0.0
    assert slope([1, 1], [1, 2]).high == math.inf
    assert thin([], []) == ([], [])
    steps, values = thin(range(10_001), range(10_001))
    assert len(values) == 200
    assert steps == values == sorted(values)
