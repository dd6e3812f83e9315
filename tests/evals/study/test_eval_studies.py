"""The studies through the command line, on a model that follows one section of the skill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SMALL = ("--lang", "en")


def test_aa_of_a_finished_run_and_of_one_made_for_it(cli, repository, text, model, world):
    world.with_rule = 0.6
    repository.commit(text())
    skill = str(repository.skill)
    done = cli("aa", skill, "-m", model, "--repeat", "4", "--rounds", "40", "-o", "run", "--json")
    assert done.status == 0, done
    assert done.data["holds"] is True
    assert done.data["rounds"] == 40
    assert done.data["rate"]["high"] < 0.3
    assert world.calls == 12 * 2 * 4
    again = cli("aa", "run", "--rounds", "40", "--json")
    assert again.data == done.data
    assert world.calls == 12 * 2 * 4
    said = cli("aa", "run", "--rounds", "40")
    assert "the gate holds" in said.out
    wrong = cli("aa", "run", "--arm", "previous")
    assert wrong.status == 2
    assert "current" in wrong.err


def test_aa_needs_repeats(cli, repository, text, model, world):
    repository.commit(text())
    skill = str(repository.skill)
    done = cli("aa", skill, "-m", model)
    assert done.status == 2
    assert "--repeat 4" in done.err
    assert world.calls == 0
    assert cli(skill, "-m", model, "--arms", "current", "-o", "once", *SMALL).status == 0
    done = cli("aa", "once")
    assert done.status == 2
    assert "--repeat" in done.err
    done = cli("aa", skill)
    assert done.status == 2
    assert "not the folder of a finished run" in done.err


def test_ablation_finds_the_section_that_helps(cli, repository, text, model, world):
    repository.commit(text())
    done = cli("ablate", str(repository.skill), "-m", model, "-n", "2", "-o", "run", "--json")
    assert done.status == 0, done
    first, *rest = done.data["sections"]
    assert first["title"] == "Units / 单位"
    assert first["verdict"] == "needed"
    assert first["difference"]["high"] < -0.5
    assert first["p_adjusted"] < 0.01
    assert {one["title"] for one in rest} == {"Tone / 语气", "Form / 形式"}
    assert {one["verdict"] for one in rest} <= {"cannot-tell", "no-loss-shown"}
    assert all(saved > 0 for one in done.data["sections"] for saved in one["saved"].values())
    assert world.calls == 4 * 12 * 2 * 2
    calls = world.calls
    shown = cli("ablate", str(repository.skill), "-m", model, "-n", "2", "-o", "run")
    assert world.calls == calls
    assert shown.status == 0
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == [
        "Units",
        *(r["title"].split()[0] for r in rest),
    ]
    assert "needed" in lines[2]
    assert "3 sections, 192 answers" in shown.err
    assert Path("run/report.html").is_file()


def test_ablation_of_languages_with_different_sections(cli, repository, text, model):
    repository.commit(text())
    zh = repository.skill / "SKILL.zh.md"
    zh.write_text(zh.read_text() + "\n## 附录\n\n无。\n")
    done = cli("ablate", str(repository.skill), "-m", model, "-o", "run", "--json")
    assert done.status == 0, done
    by_title = {one["title"]: one for one in done.data["sections"]}
    assert len(by_title) == 7
    assert by_title["Units"]["verdict"] == by_title["单位"]["verdict"] == "needed"
    assert set(by_title["单位"]["saved"]) == {"zh"}
    assert "different numbers of sections" in done.data["notes"][0]["en"]


def test_ablation_needs_sections(cli, repository, text, model, world):
    repository.commit(text())
    for name in ("SKILL.md", "SKILL.zh.md"):
        path = repository.skill / name
        path.write_text(path.read_text().replace("## ", "**bold** "))
    done = cli("ablate", str(repository.skill), "-m", model)
    assert done.status == 1
    assert "no section to leave out" in done.err
    assert world.calls == 0


def test_a_budget_ends_a_study(cli, repository, text, model, world, tmp_path):
    repository.commit(text())
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({model: {"input": 1.0, "output": 1000.0}}))
    done = cli(
        "ablate", str(repository.skill), "-m", model, "--prices", str(prices), "--budget", "0.3",
        "--max-tokens", "20", "-o", "run",
    )  # fmt: skip
    assert done.status == 5, done
    assert "--out run" in done.err
    assert world.calls < 96


def test_bisection_finds_the_commit_that_lost_the_rule(cli, repository, text, model, world):
    broken = 4
    for number in range(7):
        repository.commit(text(rule=number < broken, rule_zh=number < broken, more=str(number)))
    good, *_ = repository.commits
    arguments = ("bisect", str(repository.skill), "--good", good, "-m", model, "-o", "run")
    done = cli(*arguments, *SMALL, "--json")
    assert done.status == 0, done
    assert done.data["outcome"] == "found"
    assert done.data["suspects"] == [repository.commits[broken]]
    assert done.data["certain"] is True
    assert len(done.data["steps"]) <= 3
    for step in done.data["steps"]:
        bad = repository.commits.index(step["commit"]) >= broken
        assert step["verdict"] == ("bad" if bad else "good")
        assert (step["p_worse"] if bad else step["p_ahead"]) <= 0.05
        assert step["cases"] == 12
    calls = world.calls
    again = cli(*arguments, *SMALL)
    assert world.calls == calls
    assert again.status == 0
    assert f"the first bad commit is {repository.commits[broken]}" in again.out
    kept = json.loads(Path("run/results.json").read_text())
    tested = [repository.commits.index(step["commit"]) for step in done.data["steps"]]
    named = [repository.commits[at][:12] for at in sorted({*tested, 6})]
    assert [arm["name"] for arm in kept["arms"]] == [good, *named]
    assert {one["candidate"] for one in kept["comparisons"]} == {named[-1]}
    assert json.loads(Path("run/bisect.json").read_text()) == done.data


def test_bisection_without_a_regression(cli, repository, text, model):
    for number in range(3):
        repository.commit(text(more=str(number)))
    done = cli(
        "bisect", str(repository.skill), "--good", repository.commits[0], "-m", model,
        "-o", "run", "--max-repeat", "2", *SMALL,
    )  # fmt: skip
    assert done.status == 4, done
    assert "cannot be shown" in done.out
    assert "cases would settle it" in done.out


@pytest.mark.parametrize(
    ("good", "said"),
    [("HEAD", "no commit after"), ("nowhere", "no revision `nowhere`")],
)
def test_bisection_of_nothing(cli, repository, text, model, world, good, said):
    repository.commit(text())
    done = cli("bisect", str(repository.skill), "--good", good, "-m", model)
    assert done.status == 2, done
    assert said in done.err
    assert world.calls == 0


def test_bisection_of_commits_that_changed_only_the_cases(cli, repository, text, model, world):
    repository.commit(text())
    repository.commit(text(), cases=13)
    done = cli("bisect", str(repository.skill), "--good", repository.commits[0], "-m", model)
    assert done.status == 2
    assert "the same in" in done.err
    assert world.calls == 0


def test_a_bisection_keeps_its_budget_over_all_steps(cli, repository, text, model, world, tmp_path):
    world.with_rule, world.without_rule = 1.0, 0.0
    for number in range(4):
        repository.commit(text(rule=number < 3, more=str(number)))
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({model: {"input": 0.0, "output": 1000.0}}))

    def bisect(folder: str, *more: str):
        return cli(
            "bisect", str(repository.skill), "--good", repository.commits[0], "-m", model,
            "--prices", str(prices), "--max-tokens", "20", "-j", "1", "--json", *SMALL,
            "-o", folder, *more,
        )  # fmt: skip

    assert bisect("free").status == 0
    spent = json.loads(Path("free/results.json").read_text())["spend"]["cost"]
    least = f"{spent + 0.02:.4f}"  # what it costs, and room for the longest answer
    enough = bisect("enough", "--budget", least)
    assert enough.status == 0, enough  # no step counts twice what another one paid
    assert json.loads(Path("enough/results.json").read_text())["spend"]["cost"] == spent
    less = bisect("less", "--budget", f"{spent * 0.7:.4f}")
    assert less.status == 5, less
    assert less.data["outcome"] == "stopped"
    assert less.data["steps"][0]["verdict"] == "bad"
    asked = world.calls
    rest = bisect("less", "--budget", least)
    assert rest.status == 0, rest
    assert rest.data["suspects"] == [repository.commits[3]]
    assert world.calls - asked < asked / 3


def test_a_study_needs_a_model_and_one_skill(cli, repository, text):
    repository.commit(text())
    for command in (("ablate",), ("bisect", "--good", "HEAD")):
        done = cli(*command, str(repository.skill))
        assert done.status == 2
        assert "--model" in done.err
    done = cli("ablate", "nothing-here", "-m", "openai/gpt-5")
    assert done.status == 2
    assert "neither a path nor a bundled skill" in done.err


def test_a_gate_that_cannot_be_made_is_refused_before_anything_is_paid(
    cli, repository, text, model, world
):
    repository.commit(text())
    for command in (("aa", "-n", "2"), ("ablate",), ("bisect", "--good", "HEAD")):
        for option, value in (("--margin", "0"), ("--margin", "1"), ("--alpha", "0.5")):
            done = cli(*command, str(repository.skill), "-m", model, option, value)
            assert done.status == 2, done
            assert option in done.err
    assert world.calls == 0


@pytest.mark.parametrize("name", ["aa", "ablate", "bisect"])
def test_each_study_explains_itself(cli, name):
    done = cli(name, "--help")
    assert done.status == 0
    assert f"polyskill eval {name}" in done.out
