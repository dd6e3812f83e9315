"""The rewards ``format`` and ``length``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.rewards.base import RewardError, Sample, text_of
from polyskill.runtime.train.rewards.form import FormatReward, LengthReward, inside_tags, words


def formed(text: str, **options: object) -> float | None:
    return FormatReward("format", options).grade([Sample("q", text)])[0].value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<think>a</think><answer>b</answer>", 1.0),
        ("<answer>b</answer><think>a</think>", 0.0),
        ("<think>a<answer>b</answer></think>", 0.0),
        ("<think>a</think>", 0.0),
        ("<think> </think><answer>b</answer>", 0.0),
        ("<think>a</think><answer>b</answer><answer>c</answer>", 0.0),
        ("", 0.0),
    ],
)
def test_tags_stand_in_order_once(text: str, value: float) -> None:
    assert formed(text, tags=["think", "answer"]) == value


def test_a_pattern_has_to_match() -> None:
    assert formed("Verdict: yes", pattern="^Verdict: (yes|no)$") == 1.0
    assert formed("Verdict: maybe", pattern="^Verdict: (yes|no)$") == 0.0


def test_a_pattern_that_backtracks_without_end_gives_no_grade() -> None:
    assert formed("a" * 60 + "!", pattern="^(a+)+$") is None


def test_a_form_has_to_be_given() -> None:
    with pytest.raises(RewardError, match="needs `pattern` or `tags`"):
        FormatReward("format", {})
    with pytest.raises(RewardError, match="list of names"):
        FormatReward("format", {"tags": [1]})


def test_brevity_is_one_minus_length() -> None:
    reward = LengthReward("length", {"max": 0, "soft": 20})
    values = [reward.grade([Sample("q", "", tokens=n)])[0].value for n in (0, 1, 10, 20, 30)]
    assert values == [1.0, 0.95, 0.5, 0.0, 0.0]


@given(st.integers(0, 200))
def test_a_soft_edge_falls_and_stays_in_bounds(length: int) -> None:
    reward = LengthReward("length", {"min": 20, "max": 60, "soft": 10})
    value = reward.grade([Sample("q", "", tokens=length)])[0].value
    assert value is not None
    assert 0.0 <= value <= 1.0
    assert (value == 1.0) == (20 <= length <= 60)


def test_a_hard_edge() -> None:
    reward = LengthReward("length", {"max": 2, "unit": "words"})
    assert [g.value for g in reward.grade([Sample("q", "a b"), Sample("q", "a b c")])] == [1.0, 0.0]


def test_words_of_two_languages() -> None:
    assert words("It's a well-known 方法 (42).") == 6
    assert words("") == 0


def test_only_what_stands_in_the_tags_counts() -> None:
    reward = LengthReward("length", {"max": 2, "unit": "words", "tag": "solution"})
    text = "long thoughts before it <solution>a b</solution>"
    assert reward.grade([Sample("q", text)])[0].value == 1.0
    assert reward.grade([Sample("q", "a b")])[0].value == 0.0


def test_nobody_counted_the_tokens() -> None:
    assert LengthReward("length", {"max": 9}).grade([Sample("q", "a")])[0].value is None


@pytest.mark.parametrize(
    "options", [{}, {"max": -1}, {"min": 5, "max": 4}, {"max": 5, "unit": "pages"}, {"max": "5"}]
)
def test_lengths_that_mean_nothing(options: dict[str, object]) -> None:
    with pytest.raises(RewardError):
        LengthReward("length", options)


def test_tags_that_are_not_a_pair() -> None:
    assert inside_tags("</a>x<a>", "a") is None
    assert inside_tags("<a>x</a>", "a") == "x"


def test_the_text_of_messages() -> None:
    assert text_of([{"role": "assistant", "content": "a"}]) == "a"
    assert text_of([{"role": "user", "content": [{"type": "text", "text": "a"}]}]) == "a"
    assert text_of("a") == "a"
    assert text_of(None) == ""
