"""The reward ``rubric``: privileged graders, masked samples, dead items, leaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Request
from polyskill.runtime.judge.rubric import JudgeInvalid
from polyskill.runtime.train.rewards.askers import LocalAsker, Said
from polyskill.runtime.train.rewards.base import ItemFinding, RewardError, Sample
from polyskill.runtime.train.rewards.rubric.asking import language_of, read_grading
from polyskill.runtime.train.rewards.rubric.items import RubricItem, read_items, worth
from polyskill.runtime.train.rewards.rubric.leak import leaks, overlap
from polyskill.runtime.train.rewards.rubric.rates import ItemRates
from polyskill.runtime.train.rewards.rubric.reward import RubricReward

RUBRIC = ["Names a baseline.", {"text": "States the budget.", "weight": 3}]
ROW = {"rubric": RUBRIC, "reference": "Compare with a linear probe; eight hours on one GPU."}


class Grader:
    """Answers with what it is told to, and keeps what it was asked."""

    structured = True

    def __init__(self, *said: Said) -> None:
        self.said = list(said)
        self.asked: list[list[Request]] = []

    def ask(self, requests: Sequence[Request], attempt: int = 0) -> list[Said]:
        self.asked.append(list(requests))
        return [self.said.pop(0) for _ in requests]


def marks(*met: bool, violated: Sequence[int] = ()) -> dict[str, Any]:
    items = [
        {"number": at, "reason": "r", "violated": list(violated), "met": one}
        for at, one in enumerate(met, 1)
    ]
    return {"weaknesses": "few", "items": items}


def test_the_reward_is_the_weight_that_passed() -> None:
    reward = RubricReward("rubric", {}, Grader(marks(True, False), marks(False, True)))
    grades = reward.grade([Sample("q", "a", ROW), Sample("q", "b", ROW)])
    assert [grade.value for grade in grades] == [0.25, 0.75]
    assert [item.passed for item in grades[0].items] == [True, False]


def test_a_violated_demand_fails_the_item() -> None:
    [grade] = RubricReward("rubric", {}, Grader(marks(True, True, violated=[2]))).grade(
        [Sample("q", "a", ROW)]
    )
    assert grade.value == 0.0


def test_the_grader_alone_sees_rubric_and_reference() -> None:
    grader = Grader(marks(True, True))
    RubricReward("rubric", {}, grader).grade([Sample("my question", "my answer", ROW)])
    [[request]] = grader.asked
    text = request.messages[0].text
    for part in ("my question", "my answer", "Names a baseline.", "linear probe"):
        assert part in text
    assert "1. Complete:" in request.system
    assert "7. Consistent:" in request.system


def test_a_grader_that_fails_masks_the_sample_and_is_asked_twice() -> None:
    grader = Grader(None, {"items": []}, marks(True, True), None, "ITEM 1: MET")
    samples = [Sample("q", text, ROW) for text in "abc"]
    grades = RubricReward("rubric", {}, grader).grade(samples)
    assert [grade.value for grade in grades] == [None, None, 1.0]
    assert all(grade.applies for grade in grades)
    assert [len(requests) for requests in grader.asked] == [3, 2]


def test_form_comes_first_and_costs_no_grader() -> None:
    grader = Grader(marks(True, True))
    reward = RubricReward("rubric", {"tag": "solution", "max_words": 3}, grader)
    texts = ["no tags", "<solution>one two three four</solution>", "<solution> </solution>"]
    texts.append("thoughts <solution>one two</solution>")
    grades = reward.grade([Sample("q", text, ROW) for text in texts])
    assert [grade.value for grade in grades] == [0.0, 0.0, 0.0, 1.0]
    assert len(grader.asked[0]) == 1
    assert "thoughts" not in grader.asked[0][0].messages[0].text


def test_a_row_without_a_rubric_does_not_apply() -> None:
    reward = RubricReward("rubric", {}, Grader())
    [grade, broken] = reward.grade([Sample("q", "a", {}), Sample("q", "a", {"rubric": [{}]})])
    assert grade.value is None
    assert not grade.applies
    assert broken.value is None
    assert broken.applies


def test_a_model_of_this_process_answers_in_lines() -> None:
    said: list[tuple[str, str]] = []

    def generate(asked: Sequence[tuple[str, str]]) -> list[str]:
        said.extend(asked)
        return ["Weak.\nITEM 1: MET BUT VIOLATES 2, 5\n**ITEM 2: MET**"] * len(asked)

    [grade] = RubricReward("rubric", {}, LocalAsker(generate)).grade([Sample("q", "a", ROW)])
    assert grade.value == 0.75
    assert "ITEM 1: NOT MET" in said[0][0]


def test_graders_are_asked_in_the_language_of_the_question() -> None:
    grader = Grader(marks(True, True))
    RubricReward("rubric", {}, grader).grade([Sample("如何设计这个实验？", "a", ROW)])
    assert "评分" in grader.asked[0][0].system
    assert language_of("How do I design it?") == "en"


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"items": [{"number": 1, "met": True, "violated": []}]},
        {"items": [{"number": n, "met": "yes", "violated": []} for n in (1, 2)]},
        {"items": [{"number": n, "met": True, "violated": None} for n in (1, 2)]},
        {"items": [{"number": n, "met": True, "violated": []} for n in (1, 1, 2)]},
        {"items": [{"number": n, "met": True, "violated": []} for n in (1, 2, 3)]},
        {"items": [{"number": True, "met": True, "violated": []}]},
        "ITEM 1: MET",
        "ITEM 1: MET\nITEM 1: NOT MET\nITEM 2: MET",
        "nothing of the kind",
    ],
)
def test_what_is_no_grading(said: object) -> None:
    with pytest.raises(JudgeInvalid):
        read_grading(said, read_items(RUBRIC))


def test_a_fault_passes_if_the_answer_does_not_have_it() -> None:
    items = read_items(["Names a baseline.", {"text": "Invents results.", "points": -2}])
    assert [item.fault for item in items] == [False, True]
    assert read_grading(marks(True, True), items) == (True, False)
    assert read_grading("ITEM 1: MET\nITEM 2: NOT MET", items) == (True, True)


@pytest.mark.parametrize(
    ("passed", "value"), [((True, True), 1.0), ((True, False), 0.0), ((False, True), 0.0)]
)
def test_faults_take_away(passed: tuple[bool, bool], value: float) -> None:
    items = (RubricItem("a"), RubricItem("b", fault=True))
    assert worth(items, passed) == value


@given(st.lists(st.tuples(st.floats(0.1, 10), st.booleans(), st.booleans()), min_size=1))
def test_a_worth_lies_from_zero_to_one_and_more_passed_is_never_less(
    rows: list[tuple[float, bool, bool]],
) -> None:
    items = [RubricItem("i", weight, fault) for weight, fault, _ in rows]
    passed = [held for _, _, held in rows]
    value = worth(items, passed)
    assert 0.0 <= value <= 1.0
    assert worth(items, [True] * len(rows)) == pytest.approx(1.0)
    assert worth(items, [True, *passed[1:]]) >= value


@pytest.mark.parametrize("value", [None, [], "text", [""], [{"text": "a", "weight": 0}], [3]])
def test_what_is_no_rubric(value: object) -> None:
    with pytest.raises(ValueError, match="rubric"):
        read_items(value)


def test_an_item_that_never_fails_is_dead() -> None:
    rates = ItemRates()
    for number in range(20):
        rates.add([ItemFinding("a", "A", True), ItemFinding("b", "B", number % 2 == 0)])
    rates.add([ItemFinding("c", "C", False)])
    assert list(rates.dead()) == ["a"]
    assert rates.records["b"].rate == 0.5


def test_a_question_that_gives_the_rubric_away() -> None:
    items = read_items(
        [
            "Uses a held-out set of at least 500 questions.",
            "Names the seed.",
            "按难度分层抽样评测集",
        ]
    )
    question = (
        "Plan an evaluation. It uses a held-out set of at least 500 questions; 按难度分层抽样评测。"
    )
    found = leaks(question, items)
    assert [leak.item for leak in found] == [1, 3]
    assert found[0].share == 1.0
    assert overlap("Names the seed.", "Names the seed.")[0] == 0.0  # shorter than a run
    assert leaks("Plan an evaluation.", items) == []


def test_options_that_mean_nothing() -> None:
    for options in ({"lang": "fr"}, {"max_words": 0}, {"items": "x"}, {"rubrics": "r"}):
        with pytest.raises(RewardError, match="reward `rubric`"):
            RubricReward("rubric", options, Grader())
