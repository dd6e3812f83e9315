"""What the samples of a run without each section show."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, replace

import pytest

from polyskill.evals.ablate import effects, with_variants
from polyskill.evals.arms import Arm
from polyskill.evals.cases import EvalCase
from polyskill.evals.errors import EvalError
from polyskill.evals.plan import Plan, Settings
from polyskill.evals.results import ArmInfo, ModelInfo, Run, Sample
from polyskill.runtime.judge.base import Model


def made(levels: Mapping[str, float], cases: int = 12, noise: float = 0.1, seed: int = 5) -> Run:
    """A run of the whole skill at 0.8, and of variants at their levels."""
    arms = {"current": 0.8, **levels}
    draw = random.Random(seed)
    samples = [
        Sample(
            case=f"case-{case}", lang="en", arm=arm, model="m", repeat=0, key=f"{arm}{case}",
            outcome="ok", score=min(1.0, max(0.0, draw.gauss(level, noise))) if noise else level,
        )
        for arm, level in arms.items()
        for case in range(cases)
    ]  # fmt: skip
    return Run(
        skill="s", path="s", digest="", created="", polyskill="", source="live",
        arms=tuple(
            ArmInfo(arm, "variant" if at else "current", f"title of {arm}", tokens={"en": 99 - at})
            for at, arm in enumerate(arms)
        ),
        models=(ModelInfo("m"),), judges=(), languages=("en",), repeats=1, cases=(),
        samples=tuple(samples), settings=asdict(Settings()),
    )  # fmt: skip


def test_sections_are_sorted_by_what_is_lost_without_them():
    found = effects(made({"a": 0.8, "b": 0.3, "c": 0.6, "d": 0.9}))
    assert [one.arm for one in found][:2] == ["b", "c"]
    values = [one.difference.value for one in found]
    assert values == sorted(values)
    by_arm = {one.arm: one for one in found}
    assert by_arm["b"].title == "title of b"
    assert by_arm["b"].saved == {"en": 2}
    assert by_arm["b"].verdict == by_arm["c"].verdict == "needed"
    assert not by_arm["b"].why
    assert by_arm["a"].verdict == "cannot-tell"
    assert by_arm["a"].needed > 12
    assert by_arm["a"].why


def test_what_is_lost_by_chance_alone_is_adjusted_for():
    """Of twenty sections without any effect some have a small p, and none is called needed."""
    found = effects(made({f"s{number}": 0.8 for number in range(20)}, noise=0.15, seed=3))
    assert min(one.p for one in found) <= 0.01
    assert all(one.p_adjusted >= one.p for one in found)
    ranked = sorted(found, key=lambda one: one.p)
    for rank, one in enumerate(ranked, 1):  # Benjamini and Hochberg, by hand
        later = [other.p * 20 / at for at, other in enumerate(ranked, 1) if at >= rank]
        assert one.p_adjusted == pytest.approx(min(1.0, *later))
    assert "needed" not in {one.verdict for one in found}


def test_a_section_that_does_nothing_is_shown_to_with_enough_cases():
    [one] = effects(made({"a": 0.8}, cases=300, noise=0.05))
    assert one.verdict == "no-loss-shown"
    [one] = effects(made({"a": 0.78}, cases=300, noise=0.05))
    assert one.verdict == "needed"  # however small, a loss that is shown is no "no loss"


def test_ungraded_answers_make_a_row_invalid():
    run = made({"a": 0.1, "b": 0.1})
    deaf = [
        replace(s, score=None) if s.arm == "a" and s.key[-1] in "024" else s for s in run.samples
    ]
    found = {one.arm: one for one in effects(replace(run, samples=tuple(deaf)))}
    assert found["a"].verdict == "invalid"
    assert "missing" in found["a"].why["en"]
    assert found["b"].verdict == "needed"


def planned(model: Model, text: str) -> Plan:
    return Plan(
        skill="s", path="s", digest="", created="", polyskill="",
        arms=(Arm("current", "current", texts={"en": text, "zh": "## 一\n\n## 二\n"}),),
        models=(model,), judges=(), languages=("en", "zh"),
        cases=(EvalCase("case", "en", "", "question"),),
    )  # fmt: skip


def test_only_languages_with_cases_get_variants():
    plan, notes = with_variants(planned(Model("openai", "m"), "## a\n\n## b\n\n## c\n"))
    assert [arm.name for arm in plan.arms] == [
        "current", "without: a", "without: b", "without: c",
    ]  # fmt: skip
    assert notes == ()
    assert plan.pairs == tuple((arm.name, "current") for arm in plan.arms[1:])


@pytest.mark.parametrize(
    ("model", "text", "said"),
    [
        (Model("openai", "m"), "# only a title\n", "no section to leave out"),
        (Model("agent", "claude:m"), "## a\n\n## b\n", "name a model"),
    ],
)
def test_what_cannot_be_ablated(model, text, said):
    with pytest.raises(EvalError) as caught:
        with_variants(planned(model, text))
    assert said in caught.value.en
    assert not caught.value.zh.isascii()
