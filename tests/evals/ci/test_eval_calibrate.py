"""Judges on gold sets: asked once, told how they did, kept, and believed by the gate or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polyskill.evals.calibrating import Counts, Kept, corrected, keep, load, load_cleared
from polyskill.evals.errors import EvalError
from polyskill.evals.results import CriterionResult, ModelInfo, Run, Sample
from polyskill.runtime.judge.pairwise import PROMPT_VERSION


def test_a_judge_that_is_right_may_gate(cli, judge, judge_id, gold):
    done = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(gold), "--json")
    assert done.status == 0, done
    [one] = done.data["judges"]
    assert one["may_gate"]
    assert one["n"] == 100
    assert one["accuracy"]["value"] == one["consistency"]["value"] == 1.0
    assert one["first_rate"]["value"] == 0.5
    assert one["longer_wins"]["value"] == one["shorter_wins"]["value"] == 0.5
    assert set(one["by_lang"]) == {"en", "zh"}
    assert one["answers"] == {
        "sensitivity": {"passed": 5, "n": 5},
        "specificity": {"passed": 5, "n": 5},
    }
    assert len(judge.asked) == 210
    kept = json.loads(Path("judges.json").read_text())[judge_id]
    assert kept["may_gate"] is True
    assert kept["gold"] == one["gold"]
    assert 0.9 < kept["low"] < 1
    assert load_cleared(Path("judges.json")) == {judge_id: True}


def test_nothing_is_asked_twice(cli, judge, judge_id, small):
    first = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(small), "--json")
    again = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(small), "--json")
    assert len(judge.asked) == 34
    assert again.data == first.data
    assert list(Path("runs").glob("calibration-*/journal.jsonl"))
    assert (next(Path("runs").iterdir()) / ".gitignore").read_text() == "*\n"


def test_a_judge_that_guesses_may_not_gate(cli, judge, judge_id, gold):
    judge.mistaken = frozenset(range(0, 100, 2))
    done = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(gold))
    assert done.status == 1, done
    assert "may not gate" in done.out
    assert "chance" in done.out
    assert load_cleared(Path("judges.json")) == {judge_id: False}


def test_the_small_set_is_too_small(cli, judge_id):
    done = cli("eval", "calibrate", "--judge", judge_id)
    assert done.status == 1, done
    assert "too few: 40" in done.out


def test_trouble_is_no_verdict_on_the_judge(cli, judge, judge_id, small):
    judge.trouble = lambda asked: "400" if "Question 1" in asked.prompt else ""
    done = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(small))
    assert done.status == 3, done
    assert "no valid reply" in done.out
    assert not Path("judges.json").exists()
    judge.trouble = lambda asked: ""
    again = cli("eval", "calibrate", "--judge", judge_id, "--gold", str(small))
    assert again.status == 1, again  # too few, but valid


def test_a_judge_that_breaks_its_rules_is_asked_once_more(cli, judge, judge_id, small, fakes):
    broken = fakes.Structured({"reason": "", "verdict": "maybe"})
    right = type(judge).__call__
    judge_asked = judge.asked

    class Once(type(judge)):
        def __call__(self, asked):
            said = right(self, asked)
            return broken if len(judge_asked) == 1 else said

    judge.__class__ = Once
    done = cli(
        "eval", "calibrate", "--judge", judge_id, "--gold", str(small), "--json", "-j", "1",
    )  # fmt: skip
    assert done.status == 1, done
    assert len(judge.asked) == 35
    assert done.data["judges"][0]["n"] == 12


def test_a_budget_ends_it(cli, judge, judge_id, small):
    Path("prices.json").write_text(json.dumps({judge_id: {"input": 100.0, "output": 100.0}}))
    arguments = (
        "eval", "calibrate", "--judge", judge_id, "--gold", str(small), "--prices", "prices.json",
    )  # fmt: skip
    done = cli(*arguments, "--budget", "0.5")
    assert done.status == 5, done
    assert "budget" in done.out
    assert not Path("judges.json").exists()
    asked = len(judge.asked)
    assert 0 < asked < 34
    assert cli(*arguments).status == 1
    assert len(judge.asked) == 34


def test_a_budget_needs_a_price(cli, gold, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    done = cli(
        "eval", "calibrate", "--judge", "openai/unheard-of", "--gold", str(gold), "--budget", "1"
    )
    assert done.status == 3
    assert "price" in done.err


def test_gold_that_cannot_be_read_is_named_by_its_line(cli, judge_id, tmp_path):
    (tmp_path / "bad.jsonl").write_text('\n{"id": "x"}\n')
    done = cli("eval", "calibrate", "--judge", judge_id, "--gold", "bad.jsonl")
    assert done.status == 2
    assert "bad.jsonl:2" in done.err


def test_without_a_judge_there_is_nothing_to_test(cli):
    done = cli("eval", "calibrate")
    assert done.status == 2
    assert "--judge" in done.err


def test_one_language_alone(cli, judge, judge_id, small):
    done = cli(
        "eval", "calibrate", "--judge", judge_id, "--gold", str(small), "--lang", "zh", "--json"
    )
    assert done.data["judges"][0]["n"] == 4
    assert len(judge.asked) == 8
    assert load(Path("judges.json"))[judge_id].languages == ("zh",)


def test_reference_answers_of_a_skill_are_gold(cli, judge, judge_id, tmp_path):
    folder = tmp_path / "right"
    (folder / "evals").mkdir(parents=True)
    (folder / "SKILL.md").write_text("---\nname: right\ndescription: Is right.\n---\n\nBe right.\n")
    case = {
        "id": "one",
        "input": {"en": "Which?"},
        "criteria": [{"text": {"en": "It is right."}}],
        "answers": [
            {"label": "good", "by": "me", "text": {"en": "RIGHT."}, "quotes": {"1": "RIGHT"}},
            {"label": "flawed", "by": "me", "text": {"en": "WRONG."}, "fails": [1]},
        ],
    }  # fmt: skip
    (folder / "evals/cases.yaml").write_text(json.dumps({"version": 1, "cases": [case]}))
    done = cli(
        "eval", "calibrate", "--judge", judge_id, "--skill", "right", "--lang", "en", "--json"
    )
    answers = [asked.prompt for asked in judge.asked if "Which?" in asked.prompt]
    assert len(answers) == 2
    assert done.status == 1, done  # the pairs are still too few


# -- judges.json ----------------------------------------------------------------------------------


def entry(may_gate: bool = True, **changes: object) -> Kept:
    given = {
        "date": "2026-01-01",
        "polyskill": "0",
        "prompts": PROMPT_VERSION,
        "gold": "d",
        "n": 100,
        "accuracy": 0.9,
        "low": 0.8,
        "may_gate": may_gate,
    }
    return Kept(**{**given, **changes})


def test_a_missing_file_clears_nobody(tmp_path):
    assert load_cleared(tmp_path / "judges.json") == {}


def test_other_judges_stay(tmp_path):
    path = tmp_path / "ci" / "judges.json"
    keep(path, {"b": entry()})
    keep(path, {"c": entry(n=100)})
    keep(path, {"a": entry(False), "c": entry(n=200)})
    found = load(path)
    assert list(found) == ["a", "b", "c"]
    assert found["c"].n == 200
    assert load_cleared(path) == {"a": False, "b": True, "c": True}


def test_a_calibration_with_other_prompts_is_none(tmp_path):
    keep(tmp_path / "judges.json", {"a": entry(prompts=PROMPT_VERSION + 1)})
    assert load_cleared(tmp_path / "judges.json") == {}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a": 1}', '{"a": {}}', '{"a": {"may_gate": "yes"}}', "\udcff"],
)
def test_a_damaged_file_is_an_error(tmp_path, text):
    path = tmp_path / "judges.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EvalError, match=r"judges\.json"):
        load_cleared(path)


# -- rates ----------------------------------------------------------------------------------------


def run_of(passed: list[list[bool | None]], judges: int = 1) -> Run:
    samples = [
        Sample(
            case=f"case-{at}",
            lang="en",
            arm="current",
            model="m",
            repeat=repeat,
            key=f"{at}-{repeat}",
            outcome="ok",
            criteria=(CriterionResult("c", "must", 1.0, held),),
        )
        for at, repeats in enumerate(passed)
        for repeat, held in enumerate(repeats)
    ]
    infos = tuple(ModelInfo(f"j{number}") for number in range(judges))
    return Run(
        skill="s", path="s", digest="", created="", polyskill="", source="live", arms=(), models=(),
        judges=infos, languages=("en",), repeats=1, cases=(), samples=tuple(samples),
    )  # fmt: skip


def test_a_pass_rate_is_corrected_for_a_lenient_judge():
    # 62 % pass before a judge that passes 90 % of the good and 20 % of the bad: 60 % are good
    known = {"j0": entry(sensitivity=Counts(90, 100), specificity=Counts(80, 100))}
    found = corrected(run_of([[number < 62] for number in range(100)]), known)
    estimate = found["current|m|en"]
    assert estimate.value == pytest.approx(0.6)
    assert estimate.low < 0.6 < estimate.high
    assert estimate.n == 100


def test_repeats_are_no_further_cases():
    known = {"j0": entry(sensitivity=Counts(90, 100), specificity=Counts(90, 100))}
    [estimate] = corrected(run_of([[True, False, None]] * 10), known).values()
    assert estimate.n == 10
    assert estimate.value == pytest.approx(0.5)


def test_the_gate_believes_a_judge_that_was_cleared(cli, tmp_path, judge_id):
    from polyskill.cli.eval_.live import Live, carry_out, executor
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.plan import Plan
    from polyskill.evals.prepare import Wanted
    from polyskill.runtime.judge.spec import parse_model

    judge = parse_model(judge_id)
    plan = Plan(
        skill="s", path="s", digest="", created="", polyskill="", arms=(), models=(),
        judges=(judge,), languages=("en",), cases=(),
    )  # fmt: skip
    made = executor(Live(Wanted(())))
    for known in (None, False, True):
        if known is not None:
            keep(tmp_path / "judges.json", {judge.id: entry(known)})
        _, run = carry_out(made, plan, RunFolder(tmp_path / "run"), quiet=True)
        assert run.judges[0].may_gate is known
    (tmp_path / "judges.json").write_text("{")
    assert carry_out(made, plan, RunFolder(tmp_path / "run"), quiet=True) is None


def test_there_is_no_correction_without_knowledge():
    chance = entry(sensitivity=Counts(50, 100), specificity=Counts(50, 100))
    assert corrected(run_of([[True]]), {}) == {}
    assert corrected(run_of([[True]]), {"j0": entry()}) == {}
    assert corrected(run_of([[True]]), {"j0": chance}) == {}
    assert corrected(run_of([[None]]), {"j0": entry(sensitivity=Counts(9, 9))}) == {}
    assert corrected(run_of([[True]], judges=2), {"j0": entry()}) == {}
