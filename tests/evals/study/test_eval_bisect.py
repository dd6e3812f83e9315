"""The search for the first bad commit, with answers that vary."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.evals.arms import Arm
from polyskill.evals.bisect import bisect
from polyskill.evals.bisection import looks_of
from polyskill.evals.cases import EvalCase
from polyskill.evals.errors import EvalError
from polyskill.evals.plan import Plan, Settings
from polyskill.evals.results import ArmInfo, ModelInfo, Run, Sample
from polyskill.runtime.judge.base import Model

MODELS = (Model("openai", "one"), Model("openai", "two"))


@dataclass
class World:
    """Commits whose texts are their names, and models whose scores depend on the text."""

    level: Mapping[str, float]
    noise: float = 0.1
    gone: frozenset[str] = frozenset()
    deaf: Mapping[str, float] = field(default_factory=dict)  # text: share without a grade
    only: tuple[str, str] = ("", "")  # the model and the language in which the level matters
    asked: list[Plan] = field(default_factory=list)

    def arm(self, commit: str) -> Arm:
        if commit in self.gone:
            raise EvalError(commit, "it is gone", "已不存在")
        return Arm(commit[:12], "previous", commit, {"en": commit, "zh": commit})

    def ask(self, plan: Plan) -> Run:
        self.asked.append(plan)
        samples = tuple(self.sample(plan, cell) for cell in plan.cells())
        return Run(
            skill="s", path="s", digest="", created="", polyskill="", source="live",
            arms=tuple(ArmInfo(arm.name, arm.kind) for arm in plan.arms),
            models=tuple(ModelInfo(model.id) for model in plan.models), judges=(),
            languages=plan.languages, repeats=plan.settings.repeats, cases=(), samples=samples,
        )  # fmt: skip

    def sample(self, plan, cell):
        text = cell.arm.texts[cell.case.lang]
        key = plan.answer_call(cell).key  # the same call has the same answer, as in a journal
        draw = random.Random(key)
        model, lang = self.only
        matters = model in ("", cell.model.name) and lang in ("", cell.case.lang)
        level = self.level[text] if matters else 0.9
        score = min(1.0, max(0.0, draw.gauss(level, self.noise)))
        known = draw.random() >= self.deaf.get(text, 0.0)
        return Sample(
            **cell.coordinates, key=key, outcome="ok" if known else "server",
            score=score if known else None,
        )  # fmt: skip


def planned(
    cases: int = 12,
    langs: Sequence[str] = ("en",),
    models: Sequence[Model] = MODELS[:1],
    **chosen: object,
) -> Plan:
    return Plan(
        skill="s", path="s", digest="", created="", polyskill="", arms=(), models=tuple(models),
        judges=(), languages=tuple(langs),
        cases=tuple(
            EvalCase(f"case-{number}", lang, "", f"question {number}")
            for number in range(cases) for lang in langs
        ),
        settings=Settings(judging=("rubric",), **chosen),
    )  # fmt: skip


def search(world: World, commits: Sequence[str], plan: Plan, most: int = 4):
    return bisect(plan, world.arm("good"), commits, world.arm, world.ask, most=most)


def names(count: int) -> list[str]:
    return [f"commit-{number:03}" for number in range(count)]


def levels(commits: Sequence[str], broken: int, low: float = 0.3) -> dict[str, float]:
    return {"good": 0.9} | {one: 0.9 if at < broken else low for at, one in enumerate(commits)}


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 20).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_the_first_bad_commit_is_found_wherever_it_is(place):
    count, broken = place
    commits = names(count)
    found = search(World(levels(commits, broken)), commits, planned())
    assert found.outcome == "found"
    assert found.suspects == (commits[broken],)
    assert found.certain
    assert len(found.steps) <= count.bit_length()
    assert found.regression.difference.high < -0.4


def test_each_step_tells_what_it_rests_on():
    commits = names(8)
    world = World(levels(commits, 3))
    told = []
    found = bisect(
        planned(), world.arm("good"), commits, world.arm, world.ask, most=4, told=told.append
    )
    assert told == [found.regression, *found.steps]
    for step in found.steps:
        if step.verdict == "bad":
            assert step.difference.high < 0
            assert step.p_worse <= 0.05
            assert "Worse by" in step.why["en"]
        else:
            assert step.ahead.high < 0
            assert step.p_ahead <= 0.05
            assert "after it" in step.why["en"]
            assert "其后" in step.why["zh"]
        assert (step.cases, step.repeats, step.certain) == (12, 1, True)


def test_repeats_are_doubled_while_nothing_is_shown():
    commits = names(4)
    world = World(levels(commits, 2, low=0.75), noise=0.25)
    found = search(world, commits, planned(cases=16), most=32)
    assert found.suspects == (commits[2],)
    repeats = [plan.settings.repeats for plan in world.asked]
    assert max(repeats) > 1
    assert all(step.repeats & (step.repeats - 1) == 0 for step in found.steps)


def test_what_stays_undecided_goes_to_the_nearer_side_and_is_marked():
    unsure = []
    for seed in range(16):
        # with five cases p is 1/32 at the least: the ends are told apart, little in between
        commits = [f"{seed}-first", f"{seed}-second"]
        world = World(
            {"good": 0.9, commits[0]: 0.45 + 0.1 * (seed % 3), commits[1]: 0.1}, noise=0.4
        )
        found = search(world, commits, planned(cases=5), most=1)
        for step in found.steps:
            nearer = step.difference.value < found.regression.difference.value / 2
            if not step.certain:
                unsure.append(step.verdict)
                assert not found.certain
                assert step.verdict == ("bad" if nearer else "good")
                assert "nearer" in step.why["en"]
                assert "更接近" in step.why["zh"]
    assert set(unsure) == {"good", "bad"}


def test_the_looks_share_alpha():
    assert looks_of(3, 3, 0.05) == [(3, 0.05)]
    assert [count for count, _ in looks_of(3, 20, 0.05)] == [3, 6, 12, 20]
    for most in range(1, 70):
        looks = looks_of(1, most, 0.05)
        assert sum(alpha for _, alpha in looks) == pytest.approx(0.05)
        assert looks[-1][0] == most


@pytest.mark.parametrize("gate_by", ["each", "model", "all"])
def test_only_where_it_got_worse_is_asked(gate_by):
    commits = names(8)
    world = World(levels(commits, 5), noise=0.05, only=("two", "zh"))
    plan = planned(langs=("en", "zh"), models=MODELS, gate_by=gate_by)
    found = search(world, commits, plan)
    assert found.suspects == (commits[5],)
    langs = {"each": ("zh",)}.get(gate_by, ("en", "zh"))
    models = {"all": 2}.get(gate_by, 1)
    assert found.languages == langs
    assert len(found.models) == models
    later = [plan for plan in world.asked if len(plan.arms) == 3]
    assert {case.lang for plan in later for case in plan.cases} == set(langs)


def test_commits_that_cannot_be_read_are_passed_over():
    commits = names(9)
    world = World(levels(commits, 4), gone=frozenset(commits[3:6]))
    found = search(world, commits, planned())
    assert found.suspects == tuple(commits[3:7])
    assert found.certain
    skipped = [step for step in found.steps if step.verdict == "skipped"]
    assert {step.commit for step in skipped} == set(commits[3:6])
    assert skipped[0].why["zh"] == "已不存在"


def test_without_a_regression_there_is_nothing_to_find():
    commits = names(5)
    same = World(dict.fromkeys(["good", *commits], 0.9), noise=0.1)
    found = search(same, commits, planned(cases=5), most=2)
    assert (found.outcome, found.regression.verdict) == ("not-shown", "unknown")
    assert found.needed > 5
    assert found.steps == found.suspects == ()
    better = World(levels(commits, 0, low=1.0) | {"good": 0.2})
    found = search(better, commits, planned(), most=8)
    assert (found.outcome, found.regression.verdict) == ("not-shown", "good")
    assert [plan.settings.repeats for plan in better.asked] == [1]


def test_too_much_missing_is_no_verdict():
    commits = names(5)
    found = search(World(levels(commits, 2), deaf={commits[-1]: 0.5}), commits, planned())
    assert (found.outcome, found.regression.verdict) == ("invalid", "invalid")
    found = search(World(levels(commits, 3), deaf={commits[1]: 0.5}), commits, planned())
    assert found.outcome == "invalid"
    assert found.steps[-1].verdict == "invalid"
    assert not found.suspects
    assert not found.certain


def test_commits_that_leave_the_text_alone_cost_nothing():
    commits = names(6)
    world = World(levels(commits, 3))

    def arm(commit: str) -> Arm:
        text = "good" if int(commit[-3:]) < 3 else commits[-1]
        return replace(world.arm(commit), texts={"en": text})

    good = world.arm("good")
    found = bisect(planned(), good, commits, arm, world.ask, most=4)
    assert found.suspects == (commits[3],)
    assert len(world.asked) == 1
    assert {step.repeats for step in found.steps} == {0}
    with pytest.raises(EvalError, match="nothing can have made it worse"):
        bisect(planned(), good, commits[:3], arm, world.ask, most=4)


def test_a_wrong_step_is_as_rare_as_promised():
    """Each decided step is wrong at most as often as alpha says; here far less often."""
    wrong = certain = 0
    for seed in range(20):
        commits = [f"{seed:02}-{number}" for number in range(4)]
        world = World(levels(commits, 2, low=0.7), noise=0.3)
        found = search(world, commits, planned(cases=14), most=4)
        if found.outcome != "found":
            continue
        for step in found.steps:
            if step.certain:
                certain += 1
                wrong += (step.verdict == "bad") != (commits.index(step.commit) >= 2)
    assert certain > 15
    assert wrong <= 0.05 * certain + 2
