"""Paired differences: clustered errors against regression, and bounds that hold their level."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.bounded import bounded_interval, cases_for_margin, lower_bound
from polyskill.runtime.judge.stats.intervals import wilson
from polyskill.runtime.judge.stats.paired import (
    PairedMean,
    Unit,
    clustered_mean,
    components,
    paired_mean,
    paired_t,
    preference,
)
from polyskill.runtime.judge.stats.power import (
    cases_needed,
    detectable_effect,
    discordant_needed,
    sign_test_power,
    variance_with_repeats,
)

#: The first example pays for imports.
UNHURRIED = settings(deadline=None)
SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=4)


@UNHURRIED
@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(0, 6)), min_size=3, max_size=40))
def test_clustered_error_agrees_with_regression(rows):
    import numpy as np
    from statsmodels.regression.linear_model import OLS

    values, clusters = zip(*rows, strict=True)
    found = clustered_mean(values, clusters)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-12)
    if len(set(clusters)) < 2:
        assert found.standard_error is None
        return
    fit = OLS(np.array(values), np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(clusters)}
    )
    assert found.standard_error == pytest.approx(fit.bse[0], abs=1e-7)


@UNHURRIED
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=30))
def test_single_answers_agree_with_the_paired_t_test(rows):
    from scipy.stats import ttest_rel

    found = paired_mean([Unit(str(i), (a,), (b,)) for i, (a, b) in enumerate(rows)])
    baseline, candidate = zip(*rows, strict=True)
    if not found.variance or found.variance < 1e-12:
        return
    oracle = ttest_rel(candidate, baseline).confidence_interval(0.95)
    interval = paired_t(found)
    assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-6)


def test_two_languages_of_a_case_are_one_cluster():
    rows = [
        Unit(f"{case}-{lang}", (0,), (case % 2,), str(case)) for case in range(8) for lang in "ez"
    ]
    found = paired_mean(rows)
    assert (found.n, found.units) == (8, 16)
    alone = paired_mean([Unit(str(case), (0,), (case % 2,)) for case in range(8)])
    assert found.standard_error == pytest.approx(alone.standard_error)


def test_a_cluster_is_never_taken_for_a_key():
    assert paired_mean([Unit("a", (0,), (1,)), Unit("b", (0,), (0,), cluster="a")]).n == 2


@UNHURRIED
@given(SCORES, SCORES)
def test_the_surplus_of_one_arm_is_left_out(baseline, candidate):
    k = min(len(baseline), len(candidate))
    unit = Unit("x", tuple(baseline), tuple(candidate))
    trimmed = Unit("x", tuple(baseline[:k]), tuple(candidate[:k]))
    assert unit.difference == trimmed.difference


@pytest.mark.parametrize("scores", [(), (math.nan,), (0.5, math.inf)])
def test_a_unit_without_scores_is_named(scores):
    with pytest.raises(ValueError, match="case-7"):
        Unit("case-7", (0.5,), scores)


def test_too_little_for_an_error(units):
    with pytest.raises(ValueError, match="no pair"):
        paired_mean([])
    assert paired_mean(units([0.5])).standard_error is None
    same = paired_mean(units([0.1 + 0.2, 0.3, 0.3]))
    assert same.standard_error == 0
    assert paired_t(same).low is None
    assert bounded_interval(paired_mean(units([0.5]))).low is None
    assert lower_bound(paired_mean(units([0.5]))) is None


def test_preferences_reach_half_way():
    assert preference("x", [1, 1]).difference == 0.5
    assert preference("x", [0, 1]).difference == 0


def test_components_of_variance():
    import numpy as np

    random = np.random.default_rng(5)
    rows = []
    for case in range(4_000):
        shift = random.normal(0, 0.2)
        rows.append(
            Unit(
                str(case),
                tuple(random.normal(0.5, 0.3, 3)),
                tuple(random.normal(0.5 + shift, 0.1, 3)),
            )
        )
    found = components(rows)
    parts = (found.between, found.baseline, found.candidate)
    assert parts == pytest.approx((0.04, 0.09, 0.01), rel=0.12)
    assert variance_with_repeats(found, 3) == pytest.approx(paired_mean(rows).variance, rel=1e-9)


def test_no_components_without_repeats(units):
    assert components(units([0.1, 0.2])) is None
    assert components([Unit("a", (0, 1), (0, 1))]) is None


@UNHURRIED
@given(st.integers(2, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_for_rates_the_bounded_interval_is_wilsons(counts):
    k, n = counts
    p = k / n
    found = bounded_interval(PairedMean(p, p * (1 - p), n, n), 0.0, 1.0)
    oracle = wilson(k, n)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@UNHURRIED
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=40))
def test_the_bounded_interval_stays_in_bounds_and_mirrors(values):
    mean = clustered_mean(values, range(len(values)))
    found = bounded_interval(mean)
    mirror = bounded_interval(clustered_mean([-v for v in values], range(len(values))))
    assert -1 <= found.low <= mean.mean <= found.high <= 1
    assert (-mirror.high, -mirror.low) == pytest.approx((found.low, found.high))
    assert found.low < found.high


def test_a_mean_out_of_bounds_is_an_error():
    with pytest.raises(ValueError, match="not between"):
        bounded_interval(PairedMean(0.7, 0.1, 9, 9), -0.5, 0.5)


def _chance(n: int, lose: float, win: float, passes: set[tuple[int, int]]) -> float:
    """Probability that (losses, wins) of n cases, ties being the rest, are among ``passes``."""
    return math.fsum(
        math.comb(n, a) * math.comb(n - a, b) * lose**a * win**b * (1 - lose - win) ** (n - a - b)
        for a, b in passes
    )


def _trinomial(n: int, margin: float) -> set[tuple[int, int]]:
    passes = set()
    for losses, wins in product(range(n + 1), repeat=2):
        if losses + wins > n:
            continue
        mean = (wins - losses) / n
        variance = (wins + losses - n * mean * mean) / (n - 1)
        bound = lower_bound(PairedMean(mean, variance, n, n))
        if variance > 0 and bound is not None and bound > -margin:
            passes.add((losses, wins))
    return passes


@pytest.mark.parametrize("n", [5, 10, 20, 30, 50, 80])
@pytest.mark.parametrize("margin", [0.05, 0.1, 0.2])
def test_a_loss_of_the_margin_is_rarely_overlooked(n, margin):
    """Enumerated over losses and wins of whole cases: Student's t lets up to .14 through."""
    passes = _trinomial(n, margin)
    wins = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
    worst = max(_chance(n, margin + win, win, passes) for win in wins)
    assert worst <= 0.07
    assert sum(_chance(n, margin + win, win, passes) for win in wins) / len(wins) <= 0.05


@pytest.mark.parametrize(("margin", "each"), [(0.1, 0.05), (0.2, 0.1), (0.2, 0.05)])
def test_the_cases_needed_have_the_power(margin, each):
    n = cases_for_margin(2 * each, margin)
    assert 0.76 <= _chance(n, each, each, _trinomial(n, margin)) <= 0.9


def test_cases_for_margin_without_spread_rule_out_unseen_losses():
    n = cases_for_margin(0.0, 0.05)
    assert n == 52
    assert lower_bound(PairedMean(0.0, 0.0, n, n)) >= -0.05
    assert lower_bound(PairedMean(0.0, 0.0, n - 1, n - 1)) < -0.05
    with pytest.raises(ValueError, match="margin"):
        cases_for_margin(0.1, 0.0)


def test_cases_needed_reproduces_the_textbook():
    assert [cases_needed(0.25, 0.1), cases_needed(0.25, 0.05)] == [197, 785]
    assert cases_needed(0.35**2, 0.1) == 97
    assert detectable_effect(0.25, 197) == pytest.approx(0.1, abs=3e-4)
    assert detectable_effect(0.25, 0) is None


@UNHURRIED
@given(st.floats(0.001, 1), st.floats(0.01, 1), st.sampled_from([1, 2]))
def test_power_is_its_own_inverse(variance, effect, sides):
    n = cases_needed(variance, effect, sides=sides)
    assert detectable_effect(variance, n, sides=sides) <= effect * (1 + 1e-9)
    if n > 1:
        assert detectable_effect(variance, n - 1, sides=sides) > effect * (1 - 1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cases_needed(0.1, 0),
        lambda: cases_needed(-0.1, 0.1),
        lambda: cases_needed(0.1, 0.1, alpha=0),
        lambda: cases_needed(0.1, 0.1, power=1),
        lambda: cases_needed(0.1, 0.1, sides=3),
        lambda: detectable_effect(-1, 5),
        lambda: sign_test_power(1.2, 5),
        lambda: sign_test_power(0.7, -1),
        lambda: discordant_needed(0.7, alpha=2),
        lambda: variance_with_repeats(components([Unit(k, (0, 1), (1, 1)) for k in "ab"]), 0),
    ],
)
def test_power_of_nonsense(call):
    with pytest.raises(ValueError):
        call()


def test_a_fair_coin_never_shows_a_lean():
    assert discordant_needed(0.5) is None
    assert discordant_needed(0.6, most=100) is None
    assert sign_test_power(0.9, 4) == 0
