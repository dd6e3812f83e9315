"""Rewards together: sums that leave out, functions of one's own, a skill's cases, a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from polyskill.runtime.judge.base import Request
from polyskill.runtime.train.methods import RewardSpec
from polyskill.runtime.train.rewards.askers import Said
from polyskill.runtime.train.rewards.base import Grade, RewardError, Sample, absent
from polyskill.runtime.train.rewards.custom import CustomReward
from polyskill.runtime.train.rewards.held_out import HeldOut
from polyskill.runtime.train.rewards.make import Makings, make_reward, make_rewards, needs_policy
from polyskill.runtime.train.rewards.parting import Parting
from polyskill.runtime.train.rewards.skill import SkillReward
from polyskill.runtime.train.rewards.step import StepReward
from polyskill.runtime.train.rewards.weighted import WeightedSum


class Fixed:
    def __init__(self, name: str, *grades: Grade) -> None:
        self.name = name
        self.grades = grades

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        return list(self.grades[: len(samples)])


class AllMet:
    structured = True

    def __init__(self, met: bool = True) -> None:
        self.met = met
        self.asked: list[Request] = []

    def ask(self, requests: Sequence[Request], attempt: int = 0) -> list[Said]:
        self.asked += requests
        return [self._one(request) for request in requests]

    def _one(self, request: Request) -> Said:
        numbers = request.tools[0].schema["properties"]["items"]["items"]["properties"]["number"]
        return {
            "weaknesses": "",
            "items": [
                {"number": n, "reason": "", "violated": [], "met": self.met}
                for n in numbers["enum"]
            ],
        }


def test_what_is_missing_is_never_zero() -> None:
    full, none, other = Grade(1.0), Grade(None, why="down"), absent("no column")
    whole = WeightedSum([(Fixed("a", full, none, other, none), 2.0), (Fixed("b", *[full] * 4), 1)])
    values = [verdict.value for verdict in whole.grade([Sample("q", "a")] * 4)]
    assert values == [3.0, None, 1.0, None]


def test_where_nothing_applies_there_is_no_reward() -> None:
    whole = WeightedSum([(Fixed("a", absent("x")), 1.0), (Fixed("a", Grade(0.5)), 0.0)])
    [verdict] = whole.grade([Sample("q", "a")])
    assert verdict.value is None
    assert list(verdict.grades) == ["a", "a-2"]


def test_a_weight_may_be_negative_and_zero_only_watches() -> None:
    whole = WeightedSum([(Fixed("a", Grade(0.5)), -2.0), (Fixed("b", Grade(None)), 0.0)])
    assert whole.grade([Sample("q", "a")])[0].value == -1.0


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, str], str]:
    def write(body: str, function: str = "f") -> str:
        (tmp_path / "own.py").write_text(body, "utf-8")
        return f"custom:own.py:{function}"

    return write


def test_a_function_of_one_sample_and_of_many(own: Callable[..., str], tmp_path: Path) -> None:
    samples = [Sample("q", "ab", {"n": 2, "m": 0}), Sample("q", "abc", {"n": None})]
    one = own("def f(completion, n, scale=1): return n and scale * len(completion) / n")
    grades = CustomReward(one, {"scale": 3}, tmp_path).grade(samples)
    assert [grade.value for grade in grades] == [3.0, None]
    many = own("def f(completions, prompts, **columns): return [len(columns), True]")
    assert [g.value for g in CustomReward(many, {}, tmp_path).grade(samples)] == [2.0, 1.0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def g(completion): return 1", "has no function `f`"),
        ("def f(answer): return 1", "takes neither `completion` nor `completions`"),
        ("async def f(completion): return 1", "is async"),
        ("def f(completion): return 'x'", "return a finite number"),
        ("def f(completion): return float('nan')", "return a finite number"),
        ("def f(completion): return 1 / 0", "raised ZeroDivisionError"),
        ("def f(completions): return [1, 2, 3]", "not a list of 1 numbers"),
        ("def f(completions): return 'a'", "not a list of 1 numbers"),
        ("def f(", "cannot be loaded: SyntaxError"),
    ],
)
def test_functions_that_do_not_fit(
    body: str, said: str, own: Callable[..., str], tmp_path: Path
) -> None:
    with pytest.raises(RewardError, match=said):
        CustomReward(own(body), {}, tmp_path).grade([Sample("q", "a")])


@pytest.mark.parametrize("name", ["custom:none.py:f", "custom:f", "custom::f"])
def test_a_function_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(RewardError, match="reward `custom:"):
        CustomReward(name, {}, tmp_path)


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    folder = tmp_path / "skills" / "namer" / "evals"
    folder.mkdir(parents=True)
    (folder / "cases.yaml").write_text(
        """
version: 1
cases:
  - id: names
    input: {en: "Name three metals.", zh: "说出三种金属。"}
    criteria:
      - {text: {en: "Names iron.", zh: "提到铁。"}, weight: 2}
      - {text: {en: "Names wood.", zh: "提到木头。"}, kind: must_not}
    checks:
      - {kind: contains, value: iron, lang: en}
    answers:
      - {label: flawed, text: {en: "wood"}}
      - {label: good, text: {en: "Iron, zinc, tin."}}
  - id: trigger-only
    input: {en: "hello"}
    trigger: should_not
""",
        "utf-8",
    )
    return folder.parent


def test_a_skills_cases_are_the_reward(skill: Path, tmp_path: Path) -> None:
    grader = AllMet()
    reward = SkillReward("skill:namer", {}, grader, tmp_path)
    samples = [
        Sample("Name three metals.", "iron and more"),
        Sample("Name three metals.", "zinc"),
        Sample("x", "铁", {"case": "names", "lang": "zh"}),
        Sample("hello", "hello"),
        Sample("Name three metals.", " "),
    ]
    grades = reward.grade(samples)
    # all statements are "met": iron (2) passes, the fault (1) does not; English has a check (1)
    assert [grade.value for grade in grades] == [0.75, 0.5, pytest.approx(2 / 3), None, 0.0]
    assert not grades[3].applies
    assert "Iron, zinc, tin." in grader.asked[0].messages[0].text


def test_checks_alone_need_no_grader(skill: Path, tmp_path: Path) -> None:
    makings = Makings(tmp_path, tmp_path)
    reward = make_reward("skill:namer", {"checks_only": True}, makings)
    grades = reward.grade([Sample("Name three metals.", "iron"), Sample("说出三种金属。", "铁")])
    assert [grade.value for grade in grades] == [1.0, None]
    with pytest.raises(RewardError, match="graded by the policy itself"):
        make_reward("skill:namer", {}, makings)
    with pytest.raises(RewardError, match="no folder of that name"):
        make_reward("skill:none", {"checks_only": True}, makings)


def test_the_bundled_skills_are_found_by_name(tmp_path: Path) -> None:
    reward = SkillReward("skill:llm-research-scientist", {}, AllMet(), tmp_path)
    sample = Sample("q", "an answer", {"case": "flash-attention-mechanism", "lang": "en"})
    [grade] = reward.grade([sample])
    assert grade.value is not None
    assert len(grade.items) == 5


def test_names_make_rewards(tmp_path: Path) -> None:
    specs = [RewardSpec("math"), RewardSpec("length", 0.2, {"max": 3})]
    [verdict] = make_rewards(specs, Makings(tmp_path)).grade([Sample("q", "4", {"answer": 4}, 9)])
    assert verdict.value == 1.0
    assert needs_policy([RewardSpec("rubric")])
    assert not needs_policy([*specs, RewardSpec("rubric", options={"judge": "openai/gpt-6-sol"})])


@pytest.mark.parametrize(
    ("name", "said"), [("maths", "did you mean `math`"), ("math:x", "no reward"), ("", "no reward")]
)
def test_a_reward_that_is_none(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RewardError, match=said):
        make_reward(name, {}, Makings(tmp_path))
    with pytest.raises(RewardError, match="there is no reward"):
        make_rewards([], Makings(tmp_path))


def test_a_step_logs_what_it_knows_and_masks_the_rest() -> None:
    grades = [Grade(1.0), Grade(None, why="down"), Grade(0.0)]
    told: dict[str, float] = {}
    kept: list[tuple[int, str, str, dict[str, Any]]] = []
    step = StepReward(
        WeightedSum([(Fixed("a", *grades), 1.0)]),
        held_out=HeldOut(AllMet(), 2),
        record=lambda *row: kept.append(row),
    )
    said = step(
        [[{"role": "user", "content": "q"}]] * 3,
        [[{"role": "assistant", "content": text}] for text in "abc"],
        [[1], [1, 2], [1, 2, 3]],
        trainer_state=SimpleNamespace(global_step=0),
        log_metric=told.__setitem__,
        answer=["x", "y", "z"],
    )
    assert said == [1.0, None, 0.0]
    assert told == {"rewards/a": 0.5, "masked": pytest.approx(1 / 3), "judge/held_out": 1.0}
    assert [(row[0], row[2], row[3]["reward"], row[3]["length"]) for row in kept] == [
        (1, "c", 0.0, 3),
        (1, "a", 1.0, 1),
    ]


def test_a_held_out_judge_looks_now_and_then() -> None:
    asker = AllMet(met=False)
    held_out = HeldOut(asker, 10)
    samples = [Sample("q", str(number)) for number in range(100)]
    marks = {step: held_out.look(step, samples) for step in (1, 1, 2, 10, 11, 21)}
    assert marks == {1: None, 2: None, 10: None, 11: 0.0, 21: 0.0}  # step 1 once
    assert len(asker.asked) == 3 * 16


def test_reward_up_and_judge_down_have_parted() -> None:
    parting = Parting()
    course = [(0.1, 0.5), (0.2, 0.55), (0.3, 0.6), (0.4, 0.6), (0.5, 0.61), (0.6, 0.6)]
    assert not any(parting.add(*point) for point in course)
    assert [parting.add(0.7 + at / 100, 0.4) for at in range(3)][-1]


@pytest.mark.parametrize(
    "course",
    [
        [(0.1 * n, 0.5 + 0.03 * n) for n in range(9)],  # both rise
        [(0.9 - 0.1 * n, 0.9 - 0.1 * n) for n in range(9)],  # both fall
        [(0.1 * n, 0.5 + 0.2 * (-1) ** n) for n in range(9)],  # the judge is noisy
        [(0.5, 0.5)] * 9,
    ],
)
def test_what_is_no_parting(course: list[tuple[float, float]]) -> None:
    parting = Parting()
    assert not any(parting.add(*point) for point in course)
