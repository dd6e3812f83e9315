"""Bradley-Terry: known answers, regression as an oracle, and players who cannot be compared."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.stats.logistic import fit
from polyskill.runtime.judge.stats.ranking import Match, rank


def test_two_players():
    found = rank([Match("a", "b", 1)] * 70 + [Match("a", "b", 0)] * 30)
    a, b = found.ratings
    assert (a.name, b.name) == ("a", "b")
    assert a.strength - b.strength == pytest.approx(math.log(7 / 3), abs=1e-7)
    assert a.elo - b.elo == pytest.approx(400 * math.log10(7 / 3), abs=1e-5)
    assert a.strength == pytest.approx(-b.strength)
    assert a.matches == 100
    # of the difference: 1/(n·p·q); of each against the mean of both: half of its root
    half = 1.96 * math.sqrt(1 / 21 * 100 / 99) / 2
    assert (a.low, a.high) == pytest.approx((a.strength - half, a.strength + half), abs=1e-3)
    assert a.elo_interval == pytest.approx((1000 + 173.718 * a.low, 1000 + 173.718 * a.high), abs=1)
    assert not found.regularised


def test_strengths_and_errors_agree_with_regression():
    import numpy as np
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    random = np.random.default_rng(9)
    truth = np.array([0.8, 0.2, -0.1, -0.9])
    matches, rows, cases = [], [], []
    for case in range(120):
        i, j = random.choice(4, 2, replace=False)
        for _ in range(2):
            score = random.choice([0.0, 0.5, 1.0]) if random.random() < 0.2 else None
            if score is None:
                score = float(random.random() < 1 / (1 + math.exp(truth[j] - truth[i])))
            matches.append(Match("abcd"[i], "abcd"[j], score, str(case)))
            row = np.zeros(4)
            row[i], row[j] = 1, -1
            rows.append(row)
            cases.append(case)
    found = {rating.name: rating for rating in rank(matches).ratings}
    basis = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, -1, -1]])  # strengths that sum to 0
    oracle = GLM(
        np.array([match.score for match in matches]), np.array(rows) @ basis, family=Binomial()
    ).fit(cov_type="cluster", cov_kwds={"groups": np.array(cases), "use_correction": False})
    strengths = basis @ oracle.params
    errors = np.sqrt(np.diag(basis @ oracle.cov_params() @ basis.T) * 120 / 119)
    for name, strength, error in zip("abcd", strengths, errors, strict=True):
        rating = found[name]
        assert rating.strength == pytest.approx(strength, abs=1e-6)
        assert (rating.high - rating.low) / 2 == pytest.approx(1.959964 * error, rel=1e-5)


def test_who_never_lost_has_a_finite_rating_and_it_is_said():
    found = rank([Match("a", "b", 1)] * 10)
    assert found.regularised
    a, b = found.ratings
    assert 0 < a.strength < 10
    assert b.low < b.strength < b.high
    more = rank([Match("a", "b", 1)] * 40)
    assert more.ratings[0].strength > a.strength


def test_a_set_that_won_everything_is_found():
    inside = [Match("a", "b", 1), Match("b", "a", 1), Match("c", "d", 1), Match("d", "c", 1)]
    apart = [Match("a", "c", 1), Match("b", "d", 1)]
    assert rank(inside + apart).regularised
    assert not rank([*inside, *apart, Match("d", "a", 0.5)]).regularised


def test_players_who_never_met_are_in_groups():
    found = rank([Match("a", "b", 0.5), Match("a", "b", 1), Match("x", "y", 0.5)])
    assert found.groups == 2
    groups = {}
    for rating in found.ratings:
        groups.setdefault(rating.group, []).append(rating)
    assert sorted("".join(r.name for r in group) for group in groups.values()) == ["ab", "xy"]
    for group in groups.values():
        assert sum(rating.strength for rating in group) == pytest.approx(0, abs=1e-9)


def test_nothing_but_ties_is_no_certainty():
    found = rank([Match("a", "b", 0.5)] * 5)
    assert [rating.strength for rating in found.ratings] == [0, 0]
    assert [rating.low for rating in found.ratings] == [None, None]
    assert rank([Match("a", "b", 0.5)]).ratings[0].elo_interval is None


def test_no_match_no_ranking():
    assert rank([]).ratings == ()
    with pytest.raises(ValueError, match="no match"):
        rank([Match("a", "a", 1)])
    with pytest.raises(ValueError, match="no match"):
        rank([Match("a", "b", math.nan)])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.sampled_from([0, 0.5, 1])),
        max_size=40,
    )
)
def test_any_set_of_matches_has_finite_ratings(rows):
    matches = [Match(a, b, score) for a, b, score in rows if a != b]
    found = rank(matches)
    swapped = rank([Match(m.second, m.first, 1 - m.score) for m in matches])
    for one, other in zip(found.ratings, swapped.ratings, strict=True):
        assert math.isfinite(one.strength)
        assert one.strength == pytest.approx(
            next(r.strength for r in swapped.ratings if r.name == one.name), abs=1e-6
        )
        assert one.group == other.group


def test_separated_data_without_a_prior_are_an_error():
    with pytest.raises(ArithmeticError, match="no maximum"):
        fit([[1.0], [1.0]], [1.0, 1.0])
