"""Exact tests: against scipy, and by enumerating everything that could have happened."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.exact import ENUMERATED, mcnemar, sign_flip, sign_test
from polyskill.runtime.judge.stats.holm import benjamini_hochberg, holm

#: The first example pays for imports.
UNHURRIED = settings(deadline=None)
STEPS = st.integers(-4, 4).map(lambda step: step / 4)
P_VALUES = st.lists(st.floats(0, 1), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=9))
def test_sign_flips_agree_with_scipy(differences):
    import numpy as np
    from scipy.stats import permutation_test

    found = sign_flip(differences)
    for p, side in ((found.better, "greater"), (found.worse, "less")):
        oracle = permutation_test(
            (np.array(differences),),
            np.sum,
            permutation_type="samples",
            alternative=side,
            n_resamples=np.inf,
        )
        assert p == pytest.approx(oracle.pvalue, abs=1e-12)


@UNHURRIED
@given(st.lists(STEPS, max_size=24))
def test_sign_flips_mirror_and_cover(differences):
    found, mirror = sign_flip(differences), sign_flip([-d for d in differences])
    assert (found.better, found.worse) == (mirror.worse, mirror.better)
    assert found.better + found.worse >= 1 - 1e-12
    assert found.exact


@UNHURRIED
@given(st.integers(0, 20), st.integers(0, 12))
def test_equal_sizes_make_it_the_sign_test(wins, losses):
    flips, signs = sign_flip([0.3] * wins + [-0.3] * losses), sign_test(wins, losses)
    assert flips.better == pytest.approx(signs.better, abs=1e-12)
    assert flips.worse == pytest.approx(signs.worse, abs=1e-12)


def test_beyond_enumeration_patterns_are_drawn():
    import numpy as np

    random = np.random.default_rng(3)
    values = list(random.normal(0.15, 1, ENUMERATED))
    counted = sign_flip(values)
    drawn = sign_flip([*values, 1e-7])
    assert counted.exact
    assert not drawn.exact
    assert drawn.better == pytest.approx(counted.better, abs=0.01)
    assert drawn.worse == pytest.approx(counted.worse, abs=0.01)
    assert sign_flip([*values, 1e-7]) == drawn


def test_drawn_patterns_count_ties_as_the_exact_ones_do():
    drawn, counted = sign_flip([0.3] * 22 + [-0.3] * 18), sign_test(22, 18)
    assert not drawn.exact
    assert drawn.better == pytest.approx(counted.better, abs=0.012)
    assert drawn.worse == pytest.approx(counted.worse, abs=0.012)


def test_a_drawn_p_is_never_nought():
    found = sign_flip([1.0] * 2_000)
    assert found.better == pytest.approx(1 / 20_000)
    assert found.worse == 1


def test_rounding_does_not_split_ties():
    # in floating point 0.1 + 0.2 - 0.3 is not 0
    assert sign_flip([0.1, 0.2, -0.3]).better == sign_flip([1, 2, -3]).better
    assert sign_flip([0.1 + 0.2 - 0.3]).better == 1


def test_nothing_moved_shows_nothing():
    assert sign_flip([]) == sign_flip([0.0] * 50)
    assert sign_flip([]).better == sign_flip([]).worse == 1


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1, 1, 1), (0.5, 0.25, 1, 0.75, 0.1, 0.3, 0.2)])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_false_alarms_by_enumeration(sizes, alpha):
    """If the arms could change places, each pattern of signs is as likely as any other."""
    patterns = [
        sign_flip([size * sign for size, sign in zip(sizes, signs, strict=True)])
        for signs in product((1, -1), repeat=len(sizes))
    ]
    assert sum(found.worse <= alpha for found in patterns) <= alpha * len(patterns)
    assert sum(found.better <= alpha for found in patterns) <= alpha * len(patterns)


@UNHURRIED
@given(st.integers(0, 60), st.integers(0, 60))
def test_binomial_tests_agree_with_scipy(a, b):
    from scipy.stats import binomtest
    from statsmodels.stats.contingency_tables import mcnemar as oracle

    if a + b:
        assert sign_test(a, b).better == pytest.approx(
            binomtest(a, a + b, alternative="greater").pvalue, abs=1e-12
        )
    assert mcnemar(a, b) == pytest.approx(oracle([[3, a], [b, 2]], exact=True).pvalue, abs=1e-12)


def test_negative_counts():
    with pytest.raises(ValueError, match="not negative"):
        sign_test(-1, 2)


@settings(max_examples=12, deadline=None)
@given(P_VALUES)
def test_adjusted_values_agree_with_statsmodels(p):
    from statsmodels.stats.multitest import multipletests

    for adjust, name in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        oracle = list(multipletests(p, method=name)[1]) if p else []
        assert adjust(p) == pytest.approx(oracle, abs=1e-12)


def test_what_is_no_p_value():
    with pytest.raises(ValueError, match="p-value"):
        holm([0.5, 1.5])
    with pytest.raises(ValueError, match="p-value"):
        holm([float("nan")])
