"""The reward ``math``: final answers, exact values, and what is not the same."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.train.rewards.arithmetic import value_of
from polyskill.runtime.train.rewards.base import RewardError, Sample
from polyskill.runtime.train.rewards.mathematics import MathReward, final_answer, same_answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234),
        ("1.5e3", 1500),
        ("50%", Fraction(1, 2)),
        ("50\\%", Fraction(1, 2)),
        ("3/4", Fraction(3, 4)),
        ("\\frac{3}{4}", Fraction(3, 4)),
        ("\\dfrac34", Fraction(3, 4)),
        ("\\frac{\\frac12}{3}", Fraction(1, 6)),
        ("2^10", 1024),
        ("2^{10}", 1024),
        ("-3", -3),
        ("−3", -3),
        ("1 1/2", Fraction(3, 2)),
        ("2 \\times 3", 6),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("2(3+4)", 14),
        ("1e-3", Fraction(1, 1000)),
    ],
)
def test_values_are_exact(text: str, value: Fraction) -> None:
    found = value_of(text)
    assert found == value
    assert isinstance(found, Fraction)


@pytest.mark.parametrize(
    ("text", "value"),
    [("\\sqrt{2}", 2**0.5), ("2\\sqrt3", 2 * 3**0.5), ("\\pi/2", 1.5707963267949)],
)
def test_irrational_values(text: str, value: float) -> None:
    assert value_of(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1/0",
        "9**9**9**9",
        "2^(10^9)",
        "(-1)^0.5",
        "__import__('os')",
        "1" * 500,
        "True",
        "[1]",
        "1 if 1 else 2",
        "(" * 199,
        "10^400*1.0^0.5*sqrt(-1)",
    ],
)
def test_what_has_no_value(text: str) -> None:
    assert value_of(text) is None


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    value_of(text)
    assert same_answer(text, "42") in (True, False)
    final_answer(text)


@given(st.fractions(max_denominator=1000))
@settings(max_examples=80, deadline=None)
def test_a_fraction_is_itself_however_it_is_written(value: Fraction) -> None:
    sign, size = ("-" if value < 0 else ""), abs(value)
    latex = f"{sign}\\frac{{{size.numerator}}}{{{size.denominator}}}"
    assert same_answer(latex, f"{value.numerator}/{value.denominator}")
    assert not same_answer(latex, str(value + 1))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so \\boxed{\\frac{1}{2}} and not 7", "\\frac{1}{2}"),
        ("first \\boxed{1}, then \\boxed{2}", "2"),
        ("<answer> 12 </answer> or 13", "12"),
        ("3 apples … The answer is 18.", "18."),
        ("思路略。最终答案是 18", "18"),
        ("#### 72", "72"),
        ("we get 3 and then 1,250", "1,250"),
        ("nothing", None),
        ("\\boxed{unfinished", None),
    ],
)
def test_the_final_answer(text: str, answer: str | None) -> None:
    assert final_answer(text) == answer


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("x = 5", "5"),
        ("$5$", "5"),
        ("50", "50\\%"),
        ("0.5", "50%"),
        ("18 dollars", "18"),
        ("18 元", "18"),
        ("(1, \\frac12)", "(1,0.5)"),
        ("\\{2, 1\\}", "\\{1,2\\}"),
        ("\\text{Tuesday}", "tuesday"),
        ("1.0", "1"),
        ("\\sqrt{12}", "2\\sqrt{3}"),
    ],
)
def test_the_same_answer(answer: str, wanted: str) -> None:
    assert same_answer(answer, wanted)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [("(1,2)", "[1,2]"), ("(2,1)", "(1,2)"), ("0.33", "1/3"), ("5", "50%"), ("", ""), ("7", "x")],
)
def test_another_answer(answer: str, wanted: str) -> None:
    assert not same_answer(answer, wanted)


def test_a_tolerance_is_a_share() -> None:
    assert same_answer("0.33", "1/3", 0.02)
    assert not same_answer("0.30", "1/3", 0.02)


def test_a_row_without_an_answer_is_not_graded() -> None:
    reward = MathReward("math", {})
    known = Sample("q", "The answer is 4", {"answer": "#### 4"})
    grades = reward.grade([known, Sample("q", "5", {"answer": 4}), Sample("q", "4")])
    assert [grade.value for grade in grades] == [1.0, 0.0, None]
    assert not grades[2].applies
    assert grades[2].why == "the row has no answer or solution or reference or ground_truth"


def test_a_slip_of_an_option_is_named() -> None:
    with pytest.raises(RewardError, match=r"`tolerence`.*it has `column`"):
        MathReward("math", {"tolerence": 1})
