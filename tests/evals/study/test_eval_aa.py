"""The gate against an arm that did not change."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from polyskill.evals import aa
from polyskill.evals.aa import false_alarms
from polyskill.evals.errors import EvalError
from polyskill.evals.plan import Settings
from polyskill.evals.results import ArmInfo, ModelInfo, Run, Sample


def made(
    cases: int = 14,
    repeats: int = 4,
    langs: tuple[str, ...] = ("en",),
    noise: float = 0.2,
    seed: int = 1,
) -> Run:
    """A run of one arm whose scores vary by chance alone."""
    draw = random.Random(seed)
    samples = []
    for case in range(cases):
        level = draw.uniform(0.3, 0.7)
        for lang in langs:
            for repeat in range(repeats):
                samples.append(
                    Sample(
                        case=f"case-{case}",
                        lang=lang,
                        arm="current",
                        model="m",
                        repeat=repeat,
                        key=f"{case}{lang}{repeat}",
                        outcome="ok",
                        score=min(1.0, max(0.0, draw.gauss(level, noise))) if noise else level,
                        cost=0.01,
                    )
                )
    return Run(
        skill="s", path="s", digest="", created="", polyskill="", source="live",
        arms=(ArmInfo("none", "none"), ArmInfo("current", "current")),
        models=(ModelInfo("m"),), judges=(), languages=langs, repeats=repeats, cases=(),
        samples=tuple(samples),
    )  # fmt: skip


@pytest.mark.parametrize("langs", [("en",), ("en", "zh")])
def test_scores_that_vary_by_chance_alone_raise_few_alarms(langs):
    found = false_alarms(made(langs=langs), Settings(), arm="current", rounds=120)
    assert found.holds
    assert found.rounds == found.rate.n == 120
    assert found.rate.value == found.alarms / 120 <= 0.08
    assert found.alarms > 0  # the gate can alarm, it only seldom does
    assert "fits the 5.0%" in found.why["en"]
    assert found == false_alarms(made(langs=langs), Settings(), arm="current", rounds=120)
    assert found != false_alarms(made(langs=langs), Settings(), arm="current", rounds=120, seed=2)


def test_a_gate_that_is_more_liberal_than_it_says_is_caught(monkeypatch):
    honest = aa.compare
    monkeypatch.setattr(
        aa, "compare", lambda *given: honest(*given[:-1], replace(given[-1], alpha=0.3))
    )
    found = false_alarms(made(), Settings(alpha=0.05), arm="current", rounds=120)
    assert not found.holds
    assert found.rate.low is not None
    assert found.rate.low > 0.05
    assert "more than the 5.0%" in found.why["en"]
    assert "高于门禁承诺的 5.0%" in found.why["zh"]


def test_the_two_languages_of_a_case_are_no_independent_evidence(monkeypatch):
    """A gate that forgets clusters takes the same noise twice, and is caught."""
    run = made(cases=8)
    twice = tuple(replace(one, lang="zh") for one in run.samples)
    run = replace(run, samples=run.samples + twice, languages=("en", "zh"))
    split = aa._split

    def together(cells, draw):
        # what a drifting model would do: both languages of a case move together
        state = draw.getrandbits(64)
        english = [cell for cell in cells if cell.samples[0].lang == "en"]
        first, second = split(english, random.Random(state))
        return (
            first + [replace(one, lang="zh") for one in first],
            second + [replace(one, lang="zh") for one in second],
        )

    monkeypatch.setattr(aa, "_split", together)
    settings = Settings(gate_by="all")
    assert false_alarms(run, settings, arm="current", rounds=120).holds
    honest = aa.compare
    monkeypatch.setattr(
        aa,
        "compare",
        lambda a, b, places, ours, theirs, chosen: honest(
            a, b, places,
            [replace(one, case=one.case + one.lang) for one in ours],
            [replace(one, case=one.case + one.lang) for one in theirs],
            chosen,
        ),
    )  # fmt: skip
    assert not false_alarms(run, settings, arm="current", rounds=120).holds


def test_odd_repeats_leave_one_out(monkeypatch):
    seen = []
    honest = aa.compare
    monkeypatch.setattr(aa, "compare", lambda *given: seen.append(given) or honest(*given))
    false_alarms(made(repeats=5), Settings(), arm="current", rounds=20)
    for _, _, _, ours, theirs, _ in seen:
        assert len(ours) == len(theirs) == 14 * 2
        assert not {one.key for one in ours} & {one.key for one in theirs}
    left_in = [{one.key for one in (*given[3], *given[4])} for given in seen]
    assert len({frozenset(keys) for keys in left_in}) > 10


@pytest.mark.parametrize("run", [made(cases=3), made(noise=0), made(cases=1)])
def test_a_gate_that_cannot_alarm_is_said_to_be_so(run):
    found = false_alarms(run, Settings(), arm="current", rounds=20)
    assert found.alarms == 0
    assert found.holds
    assert "cannot raise one" in found.why["en"]
    assert "无法报警" in found.why["zh"]


@pytest.mark.parametrize(
    ("run", "settings", "arm", "said"),
    [
        (made(repeats=1), Settings(), "current", "--repeat 2"),
        (made(), Settings(), "previous", "none, current"),
        (made(), Settings(metric="pairwise"), "current", "goes by scores"),
        (replace(made(), samples=()), Settings(), "current", "nothing of this arm"),
    ],
)
def test_what_cannot_be_split(run, settings, arm, said):
    with pytest.raises(EvalError) as caught:
        false_alarms(run, settings, arm=arm)
    assert said in caught.value.en
    assert not caught.value.zh.isascii()


def test_ungraded_answers_are_left_out_up_to_what_the_gate_bears():
    run = made()
    few = tuple(replace(o, score=None) if i % 20 == 0 else o for i, o in enumerate(run.samples))
    assert false_alarms(replace(run, samples=few), Settings(), arm="current", rounds=10).holds
    many = tuple(replace(o, score=None) if i % 5 == 0 else o for i, o in enumerate(run.samples))
    with pytest.raises(EvalError, match="not graded"):
        false_alarms(replace(run, samples=many), Settings(), arm="current", rounds=10)


def test_progress_is_told():
    told = []
    false_alarms(made(), Settings(), arm="current", rounds=3, show=lambda *now: told.append(now))
    assert told == [(1, 3), (2, 3), (3, 3)]
