"""The gate's verdicts, its false alarms, and what it says about them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.paired import Unit, preference
from polyskill.runtime.judge.stats.verdict import Decision, Trial, Verdict, decide, decide_family

DIFFERENCES = st.lists(st.integers(-4, 4).map(lambda step: step / 4), max_size=14)


@pytest.fixture(scope="module")
def judge(units):
    def judge(differences, clusters=(), **settings) -> Decision:
        return decide(Trial(units(differences, clusters), **settings))

    return judge


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ([], "invalid"),
        ([1], "underpowered"),
        ([-1], "underpowered"),
        ([0] * 5, "underpowered"),
        ([0] * 500, "underpowered"),
        ([-0.01] * 4, "underpowered"),
        ([1] * 4, "underpowered"),
        ([1] * 5, "improved"),
        ([-1] * 5, "regressed"),
        ([0.1, 0.2] * 6, "improved"),
        ([-0.1, -0.2] * 6, "regressed"),
        ([0] * 19 + [1], "underpowered"),
        ([0.02, -0.02] * 60, "no-regression"),
        ([0] * 40 + [-1] * 4, "underpowered"),
        ([1, -1] * 20, "underpowered"),
    ],
)
def test_verdicts(judge, differences, verdict):
    found = judge(differences)
    assert found.verdict == verdict
    assert found.reason.en
    assert found.reason.zh
    assert found.wins + found.ties + found.losses == found.n == len(differences)


def test_a_perfect_gain_has_an_honest_interval(judge):
    found = judge([1] * 5)
    assert 0 < found.difference.low < 0.5
    assert found.difference.high == 1
    assert found.p_better == 1 / 32


def test_intervals_end_where_the_scale_does(judge):
    found = judge([1] * 9 + [0.6])
    assert found.difference.high == 1


def test_missing_comparisons_make_it_invalid(judge):
    found = judge([-1] * 30, missing=0.11)
    assert found.verdict is Verdict.INVALID
    assert found.p_worse is None
    assert "11.0%" in found.reason.en
    assert judge([-1] * 30, missing=0.1).verdict is Verdict.REGRESSED
    assert judge([], missing=1.0).verdict is Verdict.INVALID


def test_copies_of_a_case_are_no_more_cases(judge):
    """Forty answers to two cases are two cases."""
    found = judge([-1] * 40, clusters=["a", "b"] * 20)
    assert (found.n, found.losses) == (2, 2)
    assert found.p_worse == 0.25
    assert found.verdict is Verdict.UNDERPOWERED


def test_the_margin_decides_what_is_no_regression(judge):
    noisy = [0.3, -0.3] * 30
    assert judge(noisy, margin=0.05).verdict is Verdict.UNDERPOWERED
    assert judge(noisy, margin=0.15).verdict is Verdict.NO_REGRESSION
    assert judge(noisy, margin=0.15).needed <= 60 < judge(noisy, margin=0.05).needed


def test_what_is_needed_is_enough(judge, units):
    needed = judge([0.2, -0.2, 0.1, -0.1] * 5).needed
    assert judge(([0.2, -0.2, 0.1, -0.1] * needed)[:needed]).verdict is Verdict.NO_REGRESSION


def test_reasons_say_what_to_do(judge):
    assert "52 independent cases" in judge([0.5]).reason.en
    assert "至少需要 52 个" in judge([0.0] * 9).reason.zh
    assert "not more of these" in judge([0.0] * 99).reason.en
    assert "5 would show it" in judge([0.4] * 3).reason.en
    assert f"About {judge([0, 0.1]).needed} cases" in judge([0, 0.1]).reason.en
    assert "leans that way" in judge([0.1] * 47 + [-0.12] * 53).reason.en
    assert "-0.0" not in judge([0.1 + 0.2 - 0.3] * 3).reason.en


def test_a_gain_that_the_family_leaves_in_doubt(units):
    gain = Trial(units([0.3] * 80 + [-0.3] * 50))
    assert decide(gain).verdict is Verdict.IMPROVED
    found = decide_family([gain] + [Trial(units([0.1, -0.1] * 30))] * 19)[0]
    assert found.verdict is Verdict.NO_REGRESSION
    assert "nothing was lost" in found.reason.en


def test_pairwise_scores(units):
    wins = Trial(tuple(preference(str(i), [1, 1]) for i in range(6)), reach=0.5)
    found = decide(wins)
    assert found.verdict is Verdict.IMPROVED
    assert (found.difference.value, found.difference.high) == (0.5, 0.5)
    with pytest.raises(ValueError, match="beyond"):
        Trial(units([0.75]), reach=0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0},
        {"margin": 1},
        {"margin": math.nan},
        {"alpha": 0},
        {"alpha": 0.5},
        {"missing": 1.5},
        {"missing": math.nan},
        {"max_missing": -0.1},
    ],
)
def test_impossible_settings(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Trial((), **wrong)


@settings(max_examples=60, deadline=None)
@given(DIFFERENCES)
def test_swapping_the_arms_swaps_the_verdict(differences):
    here = decide(Trial(tuple(Unit(str(i), (0,), (d,)) for i, d in enumerate(differences))))
    there = decide(Trial(tuple(Unit(str(i), (d,), (0,)) for i, d in enumerate(differences))))
    assert (here.wins, here.losses) == (there.losses, there.wins)
    assert (here.p_better, here.p_worse) == (there.p_worse, there.p_better)
    if here.verdict is Verdict.IMPROVED:
        assert there.verdict is Verdict.REGRESSED


@settings(max_examples=60, deadline=None)
@given(DIFFERENCES, st.randoms())
def test_the_order_of_cases_does_not_matter(differences, random):
    rows = [Unit(str(i), (0,), (d,)) for i, d in enumerate(differences)]
    first = decide(Trial(tuple(rows)))
    random.shuffle(rows)
    assert decide(Trial(tuple(rows))).verdict is first.verdict


def test_a_family_is_judged_together(units):
    lone = Trial(units([-1] * 5))
    assert decide(lone).verdict is Verdict.REGRESSED
    family = [lone, Trial(units([0.2, -0.2, 0.1])), Trial(units([0.1, -0.1, 0.0]))]
    found = decide_family(family)
    assert found[0].verdict is Verdict.UNDERPOWERED
    assert (found[0].p_worse, found[0].p_worse_adjusted) == (1 / 32, 3 / 32)
    # what is invalid was never tested, and costs the others nothing
    lost = [lone, *(replace(trial, missing=0.5) for trial in family[1:])]
    assert [d.verdict for d in decide_family(lost)] == ["regressed", "invalid", "invalid"]
    assert decide_family([]) == []


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_false_alarms_by_enumeration(judge, alpha):
    """Arms that could change places: every pattern of signs is as likely as any other."""
    sizes = (1, 1, 0.5, 0.5, 0.25, 0.75, 0.4, 0.1)
    verdicts = [
        judge([size * sign for size, sign in zip(sizes, signs, strict=True)], alpha=alpha).verdict
        for signs in product((1, -1), repeat=len(sizes))
    ]
    for wrong in (Verdict.REGRESSED, Verdict.IMPROVED):
        assert verdicts.count(wrong) <= alpha * len(verdicts)
    assert Verdict.REGRESSED in verdicts


def test_false_alarms_of_a_family_on_the_same_arm_twice():
    """Two languages of each case, three repeats, three models; scores as checks give them."""
    import numpy as np

    random = np.random.default_rng(11)
    alarms, rounds = 0, 300
    for _ in range(rounds):
        family = []
        for _model in range(3):
            quality = random.beta(4, 1.5, 12)
            family.append(
                Trial(
                    tuple(
                        Unit(
                            f"{case}-{lang}",
                            tuple(random.binomial(4, quality[case], 3) / 4),
                            tuple(random.binomial(4, quality[case], 3) / 4),
                            str(case),
                        )
                        for case in range(12)
                        for lang in ("en", "zh")
                    )
                )
            )
        alarms += any(found.verdict is Verdict.REGRESSED for found in decide_family(family))
    # at most .05 in truth: 300 rounds stay below .08 with probability .99
    assert 0 < alarms <= 0.08 * rounds


def test_unequal_repeats_raise_no_more_alarms():
    """A mean of three and a mean of one have different spreads: only pairs of repeats count."""
    import numpy as np

    random = np.random.default_rng(7)
    rounds = 400
    alarms = sum(
        decide(
            Trial(
                tuple(
                    Unit(str(case), tuple(random.random(3) < 0.9), (random.random() < 0.9,))
                    for case in range(14)
                )
            )
        ).verdict
        is Verdict.REGRESSED
        for _ in range(rounds)
    )
    assert alarms <= 0.08 * rounds


def test_a_real_loss_is_found():
    import numpy as np

    random = np.random.default_rng(2)
    found = [
        decide(
            Trial(
                tuple(
                    Unit(str(case), tuple(random.random(3) < 0.9), tuple(random.random(3) < 0.5))
                    for case in range(20)
                )
            )
        ).verdict
        for _ in range(100)
    ]
    assert found.count(Verdict.REGRESSED) >= 95
