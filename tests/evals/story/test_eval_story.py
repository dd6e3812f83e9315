"""The whole way, on a model whose answers depend on whether the skill is in the prompt."""

from __future__ import annotations

import json
from pathlib import Path

GATED = "gated"


def gated(data: dict) -> list[dict]:
    return [one for run in data["runs"] for one in run["comparisons"] if one[GATED]]


def test_an_uplift_is_found(cli, skill, model):
    done = cli("eval", str(skill), "-m", model, "-o", "run", "--json")
    assert done.status == 0, done
    [run] = done.data["runs"]
    assert {one["verdict"] for one in gated(done.data)} == {"improved"}
    assert len(gated(done.data)) == 2  # English and Chinese
    assert all(one["difference"]["low"] > 0.3 for one in gated(done.data))
    assert run["outcomes"] == {"ok": 96}
    assert run["spend"]["calls"] == 96
    assert run["spend"]["cost"] == 0.0  # a server on this machine is free
    page = Path("run/report.html").read_text()
    assert "measuring" in page
    assert json.loads(Path("run/results.json").read_text())["skill"] == "measuring"


def test_a_broken_skill_is_caught(cli, skill, model, writer):
    writer(skill, good=False)
    done = cli("eval", str(skill), "-m", model, "--arms", "previous,current", "-o", "run")
    assert done.status == 1, done
    assert "current against previous" in done.out
    assert "regressed" in done.out
    assert cli("eval", "gate", "run").status == 1
    zh = cli("eval", "export", "run", "--lang", "zh").out
    assert "退化" in zh


def test_an_unchanged_skill_is_not_asked_twice(cli, skill, model, world):
    done = cli("eval", str(skill), "-m", model, "--arms", "previous:good,current", "-o", "run")
    assert done.status == 0, done
    assert "the same text" in done.out
    assert world.asked["answer"] == 48


def test_a_harmless_change_passes_or_says_what_it_needs(cli, skill, model):
    text = (skill / "SKILL.md").read_text()
    (skill / "SKILL.md").write_text(f"{text}\nNumbers are in figures.\n")
    done = cli(
        "eval", str(skill), "-m", model, "--arms", "previous,current", "--lang", "en", "--json",
        "-o", "run", "--margin", "0.5",
    )  # fmt: skip
    [one] = gated(done.data)
    assert one["verdict"] in ("no-regression", "underpowered")
    assert done.status == (0 if one["verdict"] == "no-regression" else 4)


def test_too_few_cases_are_said_to_be_too_few(cli, skill, model, writer):
    writer(skill, cases=3)
    done = cli("eval", str(skill), "-m", model, "--lang", "en", "-o", "run")
    assert done.status == 4, done
    assert "underpowered" in done.out
    relaxed = cli("eval", "gate", "run", "--allow-underpowered")
    assert relaxed.status == 0


def test_trouble_is_neither_fail_nor_tie(cli, skill, model, world):
    world.trouble = lambda asked: "400" if "thing 1" in asked.messages[-1][1] else ""
    done = cli("eval", str(skill), "-m", model, "--lang", "en", "-o", "run", "--json")
    assert done.status == 3, done
    [one] = gated(done.data)
    assert one["verdict"] == "invalid"
    [run] = done.data["runs"]
    assert run["outcomes"]["rejected"] == 22  # 1 and 10 to 19, under two arms
    assert all(s["score"] is None for s in run["samples"] if s["outcome"] == "rejected")


def test_truncated_answers_are_not_graded(cli, skill, model, world):
    world.trouble = lambda asked: "cut" if asked.system else ""
    done = cli("eval", str(skill), "-m", model, "--lang", "en", "-o", "run", "--json")
    assert done.status == 3, done
    [run] = done.data["runs"]
    assert {s["score"] for s in run["samples"] if s["arm"] == "current"} == {None}


def test_a_run_goes_on_where_it_stopped(cli, skill, model, world):
    first = cli("eval", str(skill), "-m", model, "-o", "run", "--json")
    asked = dict(world.asked)
    again = cli("eval", str(skill), "-m", model, "-o", "run", "--json")
    assert world.asked == asked
    assert again.data["runs"][0]["samples"] == first.data["runs"][0]["samples"]


def test_a_budget_ends_the_run_before_it_is_exceeded(cli, skill, model, world):
    Path("prices.json").write_text(json.dumps({model: {"input": 5000.0, "output": 5000.0}}))
    done = cli(
        "eval", str(skill), "-m", model, "-o", "run", "--json", "--max-tokens", "20",
        "--budget", "2", "--prices", "prices.json",
    )  # fmt: skip
    assert done.status == 5, done
    [run] = done.data["runs"]
    assert 0 < run["spend"]["cost"] <= 2
    assert 0 < world.asked["answer"] < 96


def test_a_judge_grades_and_can_be_replaced(cli, skill, model, writer, world):
    writer(skill, judged=True)
    done = cli(
        "eval", str(skill), "-m", model, "--judge", model, "--lang", "en", "-o", "run", "--json"
    )
    assert done.status == 0, done
    [run] = done.data["runs"]
    sample = next(s for s in run["samples"] if s["arm"] == "current" and s["passed"])
    first, second = sample["criteria"]
    assert first["passed"] is True
    assert first["opinions"][0]["quote_found"] is True
    assert second["passed"] is True  # a must_not that is not met
    metrics = {one["metric"] for one in run["comparisons"]}
    assert metrics == {"score", "pairwise"}
    [bias] = run["position"]
    assert bias["first_rate"]["value"] == 0.5
    assert bias["consistency"]["value"] == 1.0
    asked = world.asked["answer"]
    other = model.replace("#tape", "#other")
    again = cli("eval", "rejudge", "run", "--judge", other, "--json")
    assert again.status == 0, again
    assert world.asked["answer"] == asked
    assert again.data["runs"][0]["judges"][0]["id"] == other


def test_a_judge_that_was_not_calibrated_may_not_gate(cli, skill, model, writer):
    writer(skill, judged=True)
    cli("eval", str(skill), "-m", model, "--judge", model, "--lang", "en", "-o", "run")
    done = cli("eval", "gate", "run")
    assert done.status == 3
    assert "eval calibrate" in done.out
    assert cli("eval", "gate", "run", "--uncalibrated").status == 0


def test_a_judge_that_breaks_its_rules_is_no_judge(cli, skill, model, writer, world):
    writer(skill, judged=True)
    world.grade = lambda asked: {"criteria": [{"number": 7, "met": "maybe"}]}
    done = cli(
        "eval", str(skill), "-m", model, "--judge", model, "--lang", "en", "-o", "run", "--json",
        "--judging", "rubric",
    )  # fmt: skip
    assert done.status == 3, done
    [run] = done.data["runs"]
    assert {s["score"] for s in run["samples"]} == {None}
    assert run["outcomes"]["judge-invalid"] == 48
    different = {s["answer"] + s["case"] for s in run["samples"]}
    assert world.asked["grade"] == 2 * len(different)  # each was asked once more


def test_recorded_runs_are_replayed_without_a_model(cli, skill, model, writer, world):
    writer(skill, judged=True)
    cli("eval", str(skill), "-m", model, "--judge", model, "-o", "run", "--lang", "en")
    kept = cli("eval", "record", "run", str(skill), "--name", "first")
    assert kept.status == 0, kept
    asked = dict(world.asked)
    done = cli("eval", str(skill), "--json")
    assert world.asked == asked
    [replay] = done.data["recordings"]
    live = json.loads(Path("run/results.json").read_text())
    for part in ("samples", "pairs", "comparisons", "rates"):
        assert replay[part] == live[part], part
    assert replay["source"] == "recorded"
    assert "tape" in replay["recorded_by"]
    assert replay["stale"] == []
    (skill / "SKILL.md").write_text((skill / "SKILL.md").read_text() + "\nMore.\n")
    later = cli("eval", str(skill), "--json")
    assert later.data["recordings"][0]["stale"] == ["current"]


def test_two_runs_are_compared(cli, skill, model, writer):
    cli("eval", str(skill), "-m", model, "-o", "before", "--arms", "current")
    writer(skill, good=False)
    cli("eval", str(skill), "-m", model, "-o", "after", "--arms", "current")
    done = cli("eval", "compare", "before", "after")
    assert done.status == 1, done
    assert "current (new) against current (old)" in done.out
    assert cli("eval", "compare", "after", "before").status == 0
    assert cli("eval", "gate", "after", "--baseline", "before").status == 1


def test_a_platform_that_lost_the_uplift_is_seen(cli, skill, model):
    done = cli(
        "eval", str(skill), "-m", model, "--arms", "none,current,platform:cursor/rules",
        "-o", "run", "--lang", "en", "--json",
    )  # fmt: skip
    [run] = done.data["runs"]
    pairs = {(one["candidate"], one["baseline"]) for one in run["comparisons"]}
    assert ("platform:cursor/rules", "current") in pairs


def test_a_dry_run_asks_nothing(cli, skill, model, world):
    done = cli("eval", str(skill), "-m", model, "--dry-run")
    assert done.status == 0
    assert "96 answers" in done.out
    assert not world.asked
    assert not Path("runs").exists()
