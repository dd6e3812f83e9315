"""The pairwise judge: both orders, no favourite position, and panels of several judges."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Model
from polyskill.runtime.judge.pairwise import (
    PROMPT_VERSION,
    PairVerdict,
    judge_key_parts,
    merge,
    pair_request,
    read_pair,
    trivially_tied,
)
from polyskill.runtime.judge.panel import agreement, majority, mean_score
from polyskill.runtime.judge.rubric import Item, JudgeInvalid

VERDICTS = ["first_much_better", "first_better", "tie", "second_better", "second_much_better"]


def verdict(name: str) -> PairVerdict:
    return read_pair({"reason": "because", "verdict": name})


def swapped(one: PairVerdict) -> PairVerdict:
    return PairVerdict(
        {"first": "second", "second": "first", "tie": "tie"}[one.winner], -one.magnitude
    )


def test_verdicts() -> None:
    assert [verdict(name).winner for name in VERDICTS] == ["first"] * 2 + ["tie"] + ["second"] * 2
    assert [verdict(name).magnitude for name in VERDICTS] == [2, 1, 0, -1, -2]


@pytest.mark.parametrize(
    ("first", "second", "score", "consistent", "magnitude"),
    [
        ("first_better", "second_better", 1.0, True, 1.0),
        ("first_much_better", "second_better", 1.0, True, 1.5),
        ("second_better", "first_much_better", 0.0, True, -1.5),
        ("tie", "tie", 0.5, True, 0.0),
        ("first_better", "first_better", 0.5, False, 0.0),
        ("second_much_better", "second_better", 0.5, False, -0.5),
        ("first_better", "tie", 0.75, False, 0.5),
        ("tie", "first_better", 0.25, False, -0.5),
    ],
)
def test_merge(first, second, score, consistent, magnitude) -> None:
    merged = merge(verdict(first), verdict(second))
    assert (merged.score, merged.consistent, merged.magnitude) == (score, consistent, magnitude)


@pytest.mark.parametrize("first", VERDICTS)
@pytest.mark.parametrize("second", VERDICTS)
def test_candidate_and_baseline_are_treated_alike(first: str, second: str) -> None:
    """Calling the other answer the candidate mirrors the result."""
    here = merge(verdict(first), verdict(second))
    there = merge(verdict(second), verdict(first))
    assert there.score == 1 - here.score
    assert there.magnitude == -here.magnitude
    assert there.consistent is here.consistent


@pytest.mark.parametrize("name", VERDICTS)
def test_a_judge_that_only_knows_positions_gives_one_half(name: str) -> None:
    merged = merge(verdict(name), verdict(name))
    assert merged.score == 0.5
    assert merged.magnitude == 0
    assert merged.consistent is (name == "tie")
    fair = merge(verdict(name), swapped(verdict(name)))
    assert fair.consistent
    assert fair.magnitude == verdict(name).magnitude


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(VERDICTS),
    lambda one: st.lists(one) | st.dictionaries(st.sampled_from(["reason", "verdict", "x"]), one),
    max_leaves=6,
)


@given(ANY)
def test_any_reply_is_a_verdict_or_invalid(data) -> None:
    try:
        found = read_pair(data)
    except JudgeInvalid:
        return
    assert found.winner in ("first", "second", "tie")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"reason": "x", "verdict": "A"},
        {"reason": "x", "verdict": ["tie"]},
        {"reason": None, "verdict": "tie"},
        {"verdict": "tie"},
    ],
)
def test_what_a_judge_must_not_answer(data) -> None:
    with pytest.raises(JudgeInvalid):
        read_pair(data)


def test_what_a_judge_is_asked() -> None:
    items = [Item("Gives 10 GiB."), Item("Uses 64 heads.", "must_not")]
    request = pair_request("Q", "one", "two", items=items, lang="en", reference="ref")
    [tool] = request.tools
    assert request.answer_with == tool.name == "compare"
    assert list(tool.schema["properties"]) == ["reason", "verdict"]
    assert tool.schema["properties"]["verdict"]["enum"] == VERDICTS
    text = request.messages[0].text
    assert text.index("one") < text.index("two")
    assert "1. Gives 10 GiB." in text
    assert "2. [fault] Uses 64 heads." in text
    chinese = pair_request("问", "甲", "乙", items=items, lang="zh")
    assert "2. [错误] Uses 64 heads." in chinese.messages[0].text
    assert "[错误]" in chinese.system
    assert "criteria-" not in pair_request("Q", "a", "b", lang="en").messages[0].text
    with pytest.raises(ValueError):
        pair_request("Q", "a", "b", lang="fr")


def test_the_orders_differ_in_nothing_but_the_order() -> None:
    one = pair_request("Q", "alpha", "beta", lang="en")
    other = pair_request("Q", "beta", "alpha", lang="en")
    assert one.system == other.system
    strip = str.maketrans("", "", "0123456789abcdef")
    assert sorted(one.messages[0].text.translate(strip)) == sorted(
        other.messages[0].text.translate(strip)
    )


def test_keys_hold_everything_that_decides_a_verdict() -> None:
    model = Model("anthropic", "m", params={"temperature": 0})
    request = pair_request("Q", "a", "b", lang="en")
    parts = judge_key_parts(request, model, 1)
    assert json.loads(json.dumps(parts)) == parts
    assert parts["prompt"] == PROMPT_VERSION
    others = [
        judge_key_parts(request, model, 2),
        judge_key_parts(request, Model("anthropic", "m"), 1),
        judge_key_parts(request, Model("openai", "m", params={"temperature": 0}), 1),
        judge_key_parts(pair_request("Q", "b", "a", lang="en"), model, 1),
        judge_key_parts(pair_request("Q", "a", "b", lang="zh"), model, 1),
    ]
    assert all(other != parts for other in others)


@pytest.mark.parametrize(
    ("one", "other", "tied"),
    [
        ("a", "a", True),
        ("a  \nb\n", "a\r\nb", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("", " \n", True),
        ("a b", "a  b", False),
        ("a", "A", False),
        ("  a", "a", True),
        ("x\n  a", "x\na", False),
    ],
)
def test_trivial_ties(one: str, other: str, tied: bool) -> None:
    assert trivially_tied(one, other) is tied


@pytest.mark.parametrize(
    ("opinions", "found"),
    [
        ([True, True, False], True),
        ([False, False, True, None], False),
        ([True, False], None),
        ([True, None], True),
        ([None, None], None),
        ([], None),
    ],
)
def test_majority(opinions, found) -> None:
    assert majority(opinions) is found


def test_mean_of_scores() -> None:
    assert mean_score([1.0, 0.5, None]) == 0.75
    assert mean_score([None]) is None


def test_agreement() -> None:
    assert agreement([[True, True], [False, False], [True, True]]) == pytest.approx(1.0)
    apart = agreement([[True, False], [False, True], [True, False]])
    assert apart is not None and apart < 0
    assert agreement([[True, None], [None, False]]) is None
    assert agreement([[0.0, 0.5], [1.0, 1.0], [0.0, 0.0]], "ordinal") is not None
