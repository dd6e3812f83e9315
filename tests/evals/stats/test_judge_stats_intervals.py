"""Intervals for rates and means: coverage by enumeration, and other libraries as oracles."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.intervals import clopper_pearson, mean_t, normal_quantile, wilson

#: The first example pays for imports.
UNHURRIED = settings(deadline=None)
COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

#: Mean and least coverage over p = .02 … .98 (facts: evaluation, section 4.1).
COVERAGE = {
    5: ((0.955, 0.859), (0.990, 0.976)),
    10: ((0.956, 0.914), (0.983, 0.962)),
    20: ((0.953, 0.925), (0.976, 0.959)),
    30: ((0.952, 0.930), (0.973, 0.954)),
    100: ((0.950, 0.933), (0.965, 0.954)),
}


@pytest.mark.parametrize("n", COVERAGE)
def test_coverage_by_enumeration(n):
    rates = [p / 100 for p in range(2, 99)]
    for method, expected in zip((wilson, clopper_pearson), COVERAGE[n], strict=True):
        bounds = [method(k, n) for k in range(n + 1)]
        covered = [
            math.fsum(
                math.comb(n, k) * p**k * (1 - p) ** (n - k)
                for k, found in enumerate(bounds)
                if found.low <= p <= found.high
            )
            for p in rates
        ]
        assert sum(covered) / len(covered) == pytest.approx(expected[0], abs=0.002)
        assert min(covered) == pytest.approx(expected[1], abs=0.002)


@UNHURRIED
@given(COUNTS, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_rates_agree_with_scipy(counts, level):
    from scipy.stats import binomtest

    k, n = counts
    for method, name in ((wilson, "wilson"), (clopper_pearson, "exact")):
        found, oracle = method(k, n, level), binomtest(k, n).proportion_ci(level, method=name)
        assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@UNHURRIED
@given(COUNTS)
def test_rates_lie_inside_their_intervals_and_mirror(counts):
    k, n = counts
    for method in (wilson, clopper_pearson):
        found, mirror = method(k, n), method(n - k, n)
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high
        assert (1 - mirror.high, 1 - mirror.low) == pytest.approx((found.low, found.high))


def test_no_trials_give_no_rate():
    assert wilson(0, 0).value is None
    assert clopper_pearson(0, 0).low is None


def test_half_a_win_counts_half():
    assert wilson(2.5, 5).value == 0.5


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
@pytest.mark.parametrize("counts", [(3, 2), (-1, 2), (math.nan, 2)])
def test_impossible_counts(method, counts):
    with pytest.raises(ValueError, match="no rate"):
        method(*counts)


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.5])
def test_impossible_levels(level):
    with pytest.raises(ValueError, match="confidence level"):
        wilson(1, 2, level)
    with pytest.raises(ValueError, match="confidence level"):
        clopper_pearson(1, 2, level)


def test_the_normal_quantile_everybody_knows():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@UNHURRIED
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30))
def test_means_agree_with_scipy(values):
    import numpy as np
    from scipy.stats import sem, t

    found = mean_t(values)
    if len(set(values)) == 1 or np.var(values) < 1e-14:
        return
    low, high = t.interval(0.95, len(values) - 1, np.mean(values), sem(values))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-7)


def test_means_without_spread_have_no_interval():
    assert mean_t([]).value is None
    for values in ([0.3], [0.3] * 9):
        found = mean_t(values)
        assert found.value == pytest.approx(0.3)
        assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_mean_of_what_is_no_number(value):
    with pytest.raises(ValueError, match="value 2 of 2"):
        mean_t([0.1, value])


def test_importing_the_statistics_costs_nothing():
    code = (
        "import importlib, pkgutil, sys\n"
        "import polyskill.runtime.judge.stats as stats\n"
        "for found in pkgutil.iter_modules(stats.__path__):\n"
        "    importlib.import_module(f'{stats.__name__}.{found.name}')\n"
        "from polyskill.runtime.judge.stats.intervals import wilson\n"
        "wilson(3, 4)\n"
        "print(sorted({'numpy', 'scipy', 'statsmodels', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
