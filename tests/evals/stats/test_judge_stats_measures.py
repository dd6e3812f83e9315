"""Agreement, equivalence, judge errors, cost, passing in k tries, positions, win rates."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.agreement import cohen_kappa, krippendorff_alpha
from polyskill.runtime.judge.stats.equivalence import equivalence
from polyskill.runtime.judge.stats.errorrate import corrected_rate
from polyskill.runtime.judge.stats.intervals import wilson
from polyskill.runtime.judge.stats.lengthcontrol import (
    case_difficulty,
    length_controlled,
    length_terms,
)
from polyskill.runtime.judge.stats.paired import Unit
from polyskill.runtime.judge.stats.passk import pass_at_k, pass_every_k
from polyskill.runtime.judge.stats.position import position
from polyskill.runtime.judge.stats.ratio import cost_per_point, fieller
from polyskill.runtime.judge.stats.winrate import from_preference, win_rate

#: The first example pays for imports.
UNHURRIED = settings(deadline=None)

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four observers,
# twelve units, missing values.
_ = None
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_own_example(metric, alpha):
    things = list(zip(*OBSERVERS, strict=True))
    assert krippendorff_alpha(things, metric) == pytest.approx(alpha, abs=6e-4)


def _slow_alpha(things, distance):
    """α by its definition, over all ordered pairs."""
    rated = [[v for v in row if v is not None] for row in things]
    rated = [row for row in rated if len(row) > 1]
    values = [v for row in rated for v in row]
    inside = sum(
        distance(a, b, values) / (len(row) - 1) for row in rated for a in row for b in row
    ) / len(values)
    across = sum(distance(a, b, values) for a in values for b in values)
    return 1 - inside / (across / (len(values) * (len(values) - 1)))


def _ordinal(a, b, values):
    low, high = min(a, b), max(a, b)
    between = sum(low <= v <= high for v in values)
    return (between - (values.count(low) + values.count(high)) / 2) ** 2 if a != b else 0


@given(
    st.lists(
        st.lists(st.none() | st.integers(1, 4), min_size=2, max_size=4), min_size=2, max_size=8
    )
)
def test_alpha_by_its_definition(things):
    metrics = {
        "nominal": lambda a, b, _values: a != b,
        "ordinal": _ordinal,
        "interval": lambda a, b, _values: (a - b) ** 2,
    }
    for metric, distance in metrics.items():
        found = krippendorff_alpha(things, metric)
        if found is not None:
            assert found == pytest.approx(_slow_alpha(things, distance), abs=1e-9)


def test_agreement_about_nothing():
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([[1, None], [None, 2]]) is None
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None
    assert cohen_kappa([], []) is None
    assert cohen_kappa("aaa", "aaa") is None
    with pytest.raises(ValueError, match="metric"):
        krippendorff_alpha([[1, 2]], "ratio")
    with pytest.raises(ValueError, match="one rater has 1"):
        cohen_kappa("a", "ab")


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=30))
def test_kappa_agrees_with_statsmodels(rows):
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa

    first, second = zip(*rows, strict=True)
    found = cohen_kappa(first, second)
    if found is None:
        return
    table = np.zeros((3, 3))
    for a, b in rows:
        table[a, b] += 1
    assert found == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


def test_tost_agrees_with_statsmodels(units):
    import numpy as np
    from statsmodels.stats.weightstats import ttost_paired

    random = np.random.default_rng(4)
    for size in (0.02, 0.1, 0.3):
        values = random.normal(0.01, size, 60).clip(-1, 1)
        found = equivalence(units(list(values)), margin=0.08)
        assert found.p == pytest.approx(ttost_paired(values, np.zeros(60), -0.08, 0.08)[0])


def test_equivalence_and_difference_are_two_questions(units):
    close = equivalence(units([0.02, -0.02] * 50))
    assert (close.equivalent, close.different) == (True, False)
    apart = equivalence(units([0.4, 0.3] * 20))
    assert (apart.equivalent, apart.different) == (False, True)
    both = equivalence(units([0.04, 0.05] * 300), margin=0.1)
    assert (both.equivalent, both.different) == (True, True)
    few = equivalence(units([0.0, 0.01]))
    assert (few.equivalent, few.different) == (False, False)


def test_cases_that_agree_are_proof_only_when_many(units):
    assert not equivalence(units([0.0] * 20)).equivalent
    assert equivalence(units([0.0] * 60)).equivalent
    assert equivalence(units([0.0] * 60)).p is None
    alone = equivalence(units([0.0]))
    assert (alone.interval.low, alone.p, alone.equivalent) == (None, None, False)


@pytest.mark.parametrize("wrong", [{"margin": 0}, {"margin": 1}, {"alpha": 0.5}])
def test_impossible_margins(units, wrong):
    with pytest.raises(ValueError, match="impossible"):
        equivalence(units([0.1, 0.2]), **wrong)


def test_a_perfect_judge_needs_no_correction():
    found = corrected_rate(30, 40, (500, 500), (500, 500))
    assert found.value == pytest.approx(0.75)
    assert found.low < 0.75 < found.high


def test_a_known_error_is_taken_out():
    # of 60 % good answers, a judge with 90 % / 80 % passes .6·.9 + .4·.2 = 62 %
    assert corrected_rate(62, 100, (90, 100), (80, 100)).value == pytest.approx(0.6)
    assert corrected_rate(5, 100, (90, 100), (80, 100)).value == 0


@pytest.mark.parametrize(
    "gold", [((5, 10), (5, 10)), ((2, 10), (3, 10)), ((0, 0), (5, 5)), ((5, 5), (0, 0))]
)
def test_a_judge_no_better_than_chance_tells_nothing(gold):
    assert corrected_rate(5, 10, *gold).value is None
    assert corrected_rate(0, 0, (9, 10), (9, 10)).value is None


def test_impossible_errors():
    with pytest.raises(ValueError, match="impossible"):
        corrected_rate(5, 10, (11, 10), (5, 10))


@pytest.mark.parametrize(
    ("rate", "se", "sp", "n", "gold"), [(0.7, 0.9, 0.8, 60, 60), (0.95, 0.95, 0.9, 40, 50)]
)
def test_the_corrected_interval_covers(rate, se, sp, n, gold):
    import numpy as np

    random = np.random.default_rng(8)
    rounds = 2_000
    passes = random.binomial(n, rate * se + (1 - rate) * (1 - sp), rounds)
    hits, rejections = random.binomial(gold, se, rounds), random.binomial(gold, sp, rounds)
    covered = 0
    for k, hit, rejection in zip(passes.tolist(), hits.tolist(), rejections.tolist(), strict=True):
        found = corrected_rate(k, n, (hit, gold), (rejection, gold))
        covered += found.low <= rate <= found.high
    assert 0.93 <= covered / rounds <= 0.99


def test_fieller_by_its_definition():
    """At the ends of the interval the t statistic of a - r·b stands at its quantile."""
    import numpy as np
    from scipy.stats import t

    random = np.random.default_rng(1)
    costs, gains = random.normal(0.02, 0.01, 25), random.normal(0.3, 0.2, 25)
    found = fieller(costs, gains)
    assert found.value == pytest.approx(costs.mean() / gains.mean())
    for end in (found.low, found.high):
        rest = costs - end * gains
        statistic = abs(rest.mean()) / (rest.std(ddof=1) / math.sqrt(25))
        assert statistic == pytest.approx(t.ppf(0.975, 24))
    doubled = fieller([*costs, *costs], [*gains, *gains], [*range(25), *range(25)])
    assert (doubled.low, doubled.high, doubled.n) == pytest.approx((found.low, found.high, 25))


def test_no_cost_of_a_gain_that_is_not_there():
    assert cost_per_point([0.1, 0.1], [-0.5, 0.2]).value is None
    assert cost_per_point([0.1, 0.1], [0.0, 0.0]).value is None
    unsure = cost_per_point([0.1, 0.2, 0.1], [0.5, -0.4, 0.1])
    assert unsure.value == pytest.approx(0.4 / 20)
    assert (unsure.low, unsure.high) == (None, None)
    assert cost_per_point([0.5], [0.5]).value == pytest.approx(0.01)
    sure = cost_per_point([0.1, 0.12, 0.11, 0.1], [0.5, 0.6, 0.5, 0.55])
    assert sure.low < sure.value < sure.high
    with pytest.raises(ValueError, match="no pair"):
        cost_per_point([], [])


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_passing_in_k_tries_by_counting(counts):
    passed, n = counts
    tries = [i < passed for i in range(n)]
    for k in range(1, n + 1):
        draws = list(combinations(tries, k))
        assert pass_at_k(passed, n, k) == pytest.approx(sum(map(any, draws)) / len(draws))
        assert pass_every_k(passed, n, k) == pytest.approx(sum(map(all, draws)) / len(draws))


def test_passing_in_more_tries_than_there_were():
    assert pass_at_k(1, 2, 3) is None
    assert pass_every_k(2, 2, 3) is None
    for call in (pass_at_k, pass_every_k):
        with pytest.raises(ValueError, match="tries"):
            call(3, 2, 1)
        with pytest.raises(ValueError, match="k is"):
            call(1, 2, 0)


def test_positions():
    always_first = position([("candidate", "baseline")] * 10)
    assert always_first.first_rate == wilson(10, 10)  # of ten pairs, not of twenty verdicts
    assert always_first.consistency.value == 0
    fair = position([("candidate", "candidate"), ("baseline", "baseline"), ("tie", "tie")])
    assert (fair.first_rate.value, fair.first_rate.n) == (0.5, 2)
    assert (fair.consistency.value, fair.consistency.n) == (1, 3)
    broken = position([("", "baseline"), ("tie", ""), ("", "")])
    assert (broken.first_rate.value, broken.first_rate.n, broken.consistency.n) == (1, 1, 0)
    assert position([]).first_rate.value is None
    with pytest.raises(ValueError, match="'A' is no verdict"):
        position([("A", "tie")])


def test_preferences_of_alpaca_eval():
    given_ = [1, 1.5, 2, 0, 1.25, None, math.nan, 3, -1]
    assert [from_preference(p) for p in given_] == [0, 0.5, 1, 0.5, 0.25, None, None, None, None]


def test_win_rates():
    found = win_rate([1, 0.5, 0, None, 1])
    assert (found.rate, found.wins, found.losses, found.draws, found.n) == (0.625, 2, 1, 1, 4)
    assert win_rate([]).rate is None
    assert win_rate([1]).standard_error is None
    with pytest.raises(ValueError, match="no score"):
        win_rate([1.2])


def test_length_control_finds_what_was_put_in():
    import numpy as np

    random = np.random.default_rng(6)
    n = 6_000
    ours, theirs = random.normal(1500, 400, n), random.normal(1200, 400, n)
    ease = random.normal(0, 1, n)
    logit = 0.4 + 1.2 * np.array(length_terms(ours, theirs)) + 0.7 * ease
    scores = (random.random(n) < 1 / (1 + np.exp(-logit))).astype(float)
    found = length_controlled(scores, ours, theirs, ease)
    parts = (found.quality, found.length, found.difficulty)
    assert parts == pytest.approx((0.4, 1.2, 0.7), abs=0.12)
    truth = float(np.mean(1 / (1 + np.exp(-(0.4 + 0.7 * ease)))))
    assert found.rate.low < truth < found.rate.high
    assert found.rate.value < scores.mean()


@pytest.mark.parametrize("scores", [[1.0] * 6, [0.0] * 6, [0.5] * 6])
def test_length_control_of_one_sided_verdicts(scores):
    found = length_controlled(scores, [9, 8, 7, 6, 5, 4], [5] * 6)
    assert 0 < found.rate.low < found.rate.value < found.rate.high < 1


def test_length_control_at_the_edges():
    assert length_controlled([], [], []).rate.value is None
    assert length_controlled([1.0], [3], [4]).rate.low is None
    assert length_terms([5, 5], [3, 3]) == [0, 0]
    with pytest.raises(ValueError, match="do not go together"):
        length_controlled([1.0], [3, 4], [4, 5])
    with pytest.raises(ValueError, match="score"):
        length_controlled([1.5], [3], [4])
    with pytest.raises(ValueError, match="do not match"):
        case_difficulty([[0.5, 1]], [[0.0]], [1.0])


def test_missing_verdicts_say_nothing_of_difficulty():
    found = case_difficulty([[1, None], [1, None], [1, 0]], [[0, 0]] * 3, [1, 1, 1])
    assert found[0] > 0 > found[1]
    assert case_difficulty([[None]], [[0]], [1]) == [0]


def test_a_unit_is_no_case_of_its_own_language():
    """Parity compares one case in two languages; the arms are the languages."""
    found = equivalence([Unit(str(i), (0.8, 0.6), (0.6, 0.8)) for i in range(60)])
    assert found.interval.value == 0
    assert found.equivalent
