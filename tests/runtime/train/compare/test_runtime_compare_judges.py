"""Several judges: what they say together, how far each is to be believed, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.runtime.judge.base import Model, Outcome, Reply, Usage
from polyskill.runtime.judge.engine.budget import BudgetUnknown
from polyskill.runtime.train.compare.doubts import doubts
from polyskill.runtime.train.compare.duel import Options, compare
from polyskill.runtime.train.compare.judges import check_judges, same_model
from polyskill.runtime.train.compare.prompts import read_prompts
from polyskill.runtime.train.compare.subjects import resolve
from polyskill.runtime.train.errors import TrainError

LOCAL = "openai-compatible"


@pytest.fixture
def command(world: Any, tmp_path: Path) -> Callable[..., Any]:
    """Run the command on "bad" and "good" with judges by their names; return its JSON."""
    from polyskill.cli.train import app

    def run(prompts: Path, *judges: str, fails: int = 0, more: tuple[str, ...] = ()) -> Any:
        words = ["compare", *(f"{LOCAL}:{world.url}#{name}" for name in ("bad", "good"))]
        words += ["--prompts", str(prompts), "-o", str(tmp_path / "out"), *more]
        for judge in judges:
            words += ["--judge", judge if ":" in judge else f"{LOCAL}:{world.url}#{judge}"]
        shown = CliRunner().invoke(app, words)
        assert shown.exit_code == fails, shown.output
        return shown

    return run


def found(shown: Any) -> Any:
    return json.loads(shown.stdout)


def test_two_judges_that_disagree_decide_nothing_and_that_is_said(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    made = found(command(prompts(8), "unit", "terse", more=("--json",)))
    assert [each["win_rate"]["value"] for each in made["judges"]] == [1.0, 0.0]
    assert made["win_rate"]["value"] == 0.5
    assert made["decision"]["ties"] == 8
    assert made["consistency"]["value"] == 1.0  # each of them is sure of itself
    assert made["agreement"] < 0
    assert any("agree too little" in each["en"] for each in made["doubts"])
    first = made["verdicts"][0]
    assert first["score"] == 0.5
    assert [each["first"] for each in first["judges"]] == ["candidate", "baseline"]
    assert [each["second"] for each in first["judges"]] == ["candidate", "baseline"]
    shown = command(prompts(8), "unit", "terse")
    assert "no better than chance" in shown.stdout
    assert shown.stdout.count("        win rate: ") == 2


def test_judges_that_agree_are_said_to(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    world.answers = {f"{name} {at}": f"It is {at}." for at in (0, 1) for name in ("good",)}
    world.answers |= {f"bad {at}": f"It is {at} m." for at in (0, 1)}
    made = found(command(prompts(8), "one", "two", more=("--json",)))
    assert made["agreement"] == pytest.approx(1.0)
    assert [each["win_rate"]["value"] for each in made["judges"]] == [0.75, 0.75]
    assert made["win_rate"] == made["judges"][0]["win_rate"]
    assert not any("agree" in each["en"] for each in made["doubts"])


def test_pairs_of_the_same_answer_are_no_agreement(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    same = range(2, 8)
    world.answers = {f"{name} {at}": "Unknown." for name in ("good", "bad") for at in same}
    made = found(command(prompts(8), "unit", "terse", more=("--json",)))
    assert made["same"] == 6
    assert made["agreement"] == pytest.approx(-0.5)  # of the two pairs alone
    assert len(world.judged) == 2 * 2 * 2
    assert made["consistency"]["n"] == 2


def test_a_judge_that_names_the_first_is_found_out(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    made = found(command(prompts(8), "unit", "first", more=("--json",)))
    fair, biased = made["judges"]
    assert (fair["first_rate"]["value"], biased["first_rate"]["value"]) == (0.5, 1.0)
    assert fair["first_rate"]["low"] < 0.5 < fair["first_rate"]["high"]
    assert biased["first_rate"]["low"] > 0.65
    assert (fair["consistency"]["value"], biased["consistency"]["value"]) == (1.0, 0.0)
    assert made["win_rate"]["value"] == 0.75  # the mean of 1 and of the biased judge's ties
    told = [each["en"] for each in made["doubts"] if "sees first" in each["en"]]
    assert len(told) == 1
    assert "#first" in told[0]
    one = made["verdicts"][0]["judges"][1]
    assert (one["first"], one["second"], one["score"]) == ("candidate", "baseline", 0.5)
    shown = command(prompts(8), "first")
    assert "the answer shown first wins: 100.0% [" in shown.stdout
    assert "warning: " in shown.stdout


def test_one_failing_judge_of_two_is_missing_and_the_other_decides(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    made = found(command(prompts(8), "unit", "dead", more=("--json",)))
    assert made["decision"]["verdict"] == "improved"
    assert made["unjudged"] == 0
    assert made["agreement"] is None
    well, dead = made["judges"]
    assert (well["missing"], dead["missing"]) == (0, 8)
    assert dead["win_rate"]["value"] is None
    assert dead["first_rate"]["value"] is None
    said = [each["en"] for each in made["doubts"]]
    assert any("#dead gave no valid verdict" in each for each in said)


def test_a_judge_that_fails_on_some_pairs_is_missing_there(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    world.fails = {"2", "5"}
    made = found(command(prompts(8), "terse", "half", more=("--json",)))
    scores = {each["id"]: each["score"] for each in made["verdicts"]}
    assert [name for name, score in scores.items() if score == 0.0] == ["p2", "p5"]
    assert sum(score == 0.5 for score in scores.values()) == 6
    assert made["judges"][1]["missing"] == 2
    assert any("2 of 8 pairs" in each["en"] for each in made["doubts"])


def test_a_judge_that_is_no_judge_leaves_nothing(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    made = found(command(prompts(4), "prose", "dead", fails=3, more=("--json",)))
    assert made["decision"]["verdict"] == "invalid"
    assert made["unjudged"] == 4
    assert [each["reasons"] for each in made["verdicts"][0]["judges"]] == [[], []]


def test_what_is_known_is_not_asked_again_and_a_new_judge_only_adds_itself(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    once = found(command(prompts(6), "unit", "terse", more=("--json",)))
    assert len(world.asked) == 6 + 6 + 2 * 12
    again = found(command(prompts(6), "unit", "terse", more=("--json",)))
    assert len(world.asked) == 36
    assert again == once
    turned = found(command(prompts(6), "terse", "unit", more=("--json",)))
    assert len(world.asked) == 36
    assert [each["win_rate"]["value"] for each in turned["judges"]] == [0.0, 1.0]
    command(prompts(6), "unit", "terse", "first")
    assert world.judged[24:] == ["first"] * 12
    assert len(world.asked) == 48


@pytest.mark.parametrize("other", ["#unit", "/#unit", "localhost"])
def test_the_same_judge_twice_is_refused(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path], other: str
) -> None:
    name = f"{LOCAL}:{world.url}{other}"
    if other == "localhost":
        name = f"{LOCAL}:{world.url.replace('127.0.0.1', 'localhost')}#unit"
    shown = command(prompts(2), "unit", name, fails=1)
    assert "named twice" in shown.stderr
    assert not world.asked


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("openai", "gpt", ""), (LOCAL, "gpt", "https://API.openai.com:443/v1"), True),
        (("anthropic", "c", ""), ("anthropic-compatible", "c", "https://api.anthropic.com"), True),
        ((LOCAL, "m", "http://[::1]:80/v1"), (LOCAL, "m", "http://localhost/v1/"), True),
        (("openai", "gpt", ""), ("openai", "gpt-mini", ""), False),
        (("openai", "gpt", ""), ("anthropic", "gpt", ""), False),
        ((LOCAL, "m", "http://localhost:1/v1"), (LOCAL, "m", "http://localhost:2/v1"), False),
        ((LOCAL, "m", "http://host/a/v1"), (LOCAL, "m", "http://host/b/v1"), False),
        (("local", "runs/x", ""), ("local", "runs/x", ""), True),
        (("local", "m", ""), ("openai", "m", ""), False),
    ],
)
def test_one_model_may_have_two_names(
    one: tuple[str, str, str], other: tuple[str, str, str], same: bool
) -> None:
    assert same_model(Model(*one), Model(*other)) is same
    assert same_model(Model(*other), Model(*one)) is same


def test_no_judge_is_an_error() -> None:
    with pytest.raises(TrainError, match="--judge"):
        check_judges([])


def test_a_judge_of_its_own_answers_gets_a_warning(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    made = found(command(prompts(8), "good", "other", more=("--json",)))
    said = [each["en"] for each in made["doubts"] if "prefer their own" in each["en"]]
    assert len(said) == 1
    assert "#good is one of the two" in said[0]


def test_a_relative_of_one_side_gets_a_warning(made: Callable[..., Any]) -> None:
    whole = made({"j": ["ww"]})
    claude, gpt, unknown = (
        Model("anthropic", "claude-x"),
        Model("openai", "gpt-x"),
        Model("local", "runs/x"),
    )
    judge = [Model("anthropic", "claude-y")]
    assert "kin" in doubts(whole, judge, (claude, gpt))[0]["en"]
    assert not doubts(whole, judge, (claude, claude))
    assert not doubts(whole, judge, (claude, unknown))  # a run of that model, perhaps
    assert not doubts(whole, judge, (gpt, gpt))


class Priced:
    """Answers and judges at once; every call costs what its tokens do."""

    def __init__(self, model: Model, asked: list[str]) -> None:
        self.model, self.asked = model, asked

    async def complete(self, request: Any, clocks: Any) -> Reply:
        self.asked.append(self.model.name)
        spent = Usage(1000, 500)
        if request.answer_with:
            data = {"reason": "It is.", "verdict": "tie"}
            return Reply(Outcome.OK, data=data, stop_reason="tool_calls", usage=spent)
        return Reply(Outcome.OK, f"{self.model.name} says so", stop_reason="stop", usage=spent)

    async def aclose(self) -> None:
        return None


def test_one_budget_is_for_all_judges(prompts: Callable[..., Path], tmp_path: Path) -> None:
    one, other = resolve("openai/gpt-5-mini", "openai/gpt-5-nano")
    judges = [Model("openai", "gpt-4.1"), Model("anthropic", "claude-haiku-4-5")]
    asked: list[str] = []

    def run(budget: float | None, folder: str, *more: Model) -> Any:
        options = Options(max_tokens=500, budget=budget, concurrency=2)
        return compare(
            one,
            other,
            read_prompts(prompts(12)),
            [*judges, *more],
            tmp_path / folder,
            options,
            opened=lambda model: Priced(model, asked),
        )

    whole = run(None, "a")
    costs = [each.cost for each in whole.judges]
    assert all(cost and cost > 0 for cost in costs)
    assert whole.cost > sum(cost or 0.0 for cost in costs)  # and the answers
    assert len(asked) == 24 + 48
    least = min(cost or 0.0 for cost in costs)
    asked.clear()
    part = run(whole.cost - least, "b")  # enough for either judge, not for both
    assert part.stopped == "budget"
    assert all(each.cost for each in part.judges)
    assert part.cost <= whole.cost - least
    rest = run(whole.cost * 20, "b")
    assert not rest.stopped
    assert len(asked) == 24 + 48
    assert rest.cost == pytest.approx(whole.cost)
    asked.clear()
    with pytest.raises(BudgetUnknown, match="nobody-knows"):
        run(5.0, "c", Model("openai", "nobody-knows"))
    assert not asked  # not even the models that answer first
    unpriced = run(None, "a", Model("openai", "nobody-knows"))
    assert unpriced.judges[2].cost is None
    assert asked == ["nobody-knows"] * 24


def test_a_lone_order_says_nothing_of_positions(made: Callable[..., Any]) -> None:
    whole = made({"j": ["w-", "-l", "ww", "wl"]})
    scores = [each.score for each in whole.pairs]
    assert scores == [None, None, 1.0, 0.5]
    [share] = whole.judges
    assert share.missing == 2
    assert share.position.first_rate.n == 2
    assert share.position.first_rate.value == 0.75
    assert share.position.consistency.value == 0.5
    assert [each.opinions[0].first for each in whole.pairs] == ["candidate", "", *["candidate"] * 2]
