"""What a student kept of a skill: measured on a fake provider, with a judge and with checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.localized import Lang
from polyskill.runtime.judge.base import Model
from polyskill.runtime.train.closure.scope import read_scope, trained_on
from polyskill.runtime.train.compare.subjects import Subject, resolve
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.record import Recorder

Command = Callable[..., Any]
Skill = Callable[..., Path]


def test_the_share_of_the_effect_is_measured_with_an_interval(
    command: Command, world: Any, skill: Skill, tmp_path: Path
) -> None:
    world.deaf, world.learnt = {0, 1}, set(range(8))  # taught 18 of 20, student 8 of 20
    shown = command(skill(20, 4))
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("measured: The student has 44% [")
    assert "base without the skill: 0.0% [" in shown.stdout
    assert "base with units: 90.0% [" in shown.stdout
    assert "student without the skill: 40.0% [" in shown.stdout
    assert "over-triggering of the student: +0.0 [" in shown.stdout
    assert "what the student was trained on is not known" in shown.stdout
    found = json.loads((tmp_path / "out" / "closure.json").read_text("utf-8"))
    assert found["closure"]["value"] == pytest.approx(8 / 18)
    assert found["closure"]["low"] < 8 / 18 < found["closure"]["high"] < 1
    assert found["saved"] > 0
    assert (found["cases"], found["ungraded"], found["seen"]) == (20, 0, None)
    assert found["rows"][0]["scores"] == {"base": 0.0, "taught": 0.0, "student": 1.0}
    assert found["rows"][2]["answers"]["taught"] == "It is 2 m."


def test_nothing_is_asked_twice(command: Command, world: Any, skill: Skill) -> None:
    world.learnt = set(range(5))
    first = command(skill(12, 2), "--json")
    asked = len(world.asked)
    # 14 cases in three arms; answers that are the same are graded once
    assert [world.asked.count(name) for name in ("base", "student")] == [28, 14]
    again = command(skill(12, 2), "--json")
    assert len(world.asked) == asked
    assert json.loads(first.stdout)["closure"] == json.loads(again.stdout)["closure"]


def test_without_an_effect_nothing_is_claimed(command: Command, world: Any, skill: Skill) -> None:
    world.deaf = set(range(1, 12))  # the skill helps in one case of twelve
    shown = command(skill(12), "--at-least", "0.5")
    assert shown.exit_code == 1
    assert shown.stdout.startswith("cannot be told: On 12 independent cases")
    assert "`--at-least 0.5` is not shown" in shown.stderr
    found = json.loads(command(skill(12), "--json").stdout)
    assert (found["standing"], found["closure"]["low"]) == ("no-effect", None)


def test_a_skill_that_harms_has_nothing_to_teach(
    command: Command, world: Any, skill: Skill
) -> None:
    world.deaf, world.gifted = set(range(9)), set(range(12))
    shown = command(skill(12))
    assert shown.stdout.startswith("no effect to learn: With the skill the base is worse")


def test_where_all_come_out_the_same_there_is_no_interval(
    command: Command, world: Any, skill: Skill
) -> None:
    shown = command(skill(12), "--at-least", "0.9")
    assert shown.stdout.startswith("cannot be told: All of 12 independent cases came out the same")
    assert shown.exit_code == 1


def test_enough_closure_passes_the_gate(command: Command, world: Any, skill: Skill) -> None:
    world.deaf, world.learnt = {0, 1, 2}, set(range(2, 30))
    assert command(skill(30), "--at-least", "0.7").exit_code == 0
    assert command(skill(30), "--at-least", "1").exit_code == 1


def test_a_student_that_shows_the_skill_everywhere_is_found(
    command: Command, world: Any, skill: Skill
) -> None:
    world.leaks = {"student": set(range(6))}
    found = json.loads(command(skill(12, 8), "--json").stdout)
    assert found["over"]["value"] == pytest.approx(6 / 8)
    assert found["over"]["low"] > 0
    assert found["shown"]["student"]["value"] == pytest.approx(6 / 8)
    assert found["shown"]["base"]["value"] == 0.0
    outside = [row for row in found["rows"] if row["outside"]]
    assert outside[7]["scores"]["student"] == 0.0


def test_the_report_shows_where_the_student_falls_short(
    command: Command, world: Any, skill: Skill, tmp_path: Path
) -> None:
    world.learnt, world.leaks = set(range(4)), {"student": {5}}
    command(skill(30, 8))
    text = (tmp_path / "out" / "closure.md").read_text("utf-8")
    assert text.startswith("# How much of units openai-compatible:")
    assert "**measured**: The student has 13%" in text
    assert text.count("\n### c") == 20
    assert "### c4 (en)\n\n> How long is 4?\n" in text
    assert "- base with the skill (1.00): It is 4 m.\n- student (0.00): It is 4.\n" in text
    assert "6 more are in `closure.json`." in text
    assert text.count("\n### o") == 1
    assert "## Where the skill shows and should not\n\n### o5 (en)" in text


def test_no_answer_passes_for_markup_and_chinese_is_whole(
    command: Command, world: Any, skill: Skill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polyskill.cli.train.closure_shown.message_language", lambda: Lang.ZH)
    world.learnt, world.marked = set(range(4)), "\n# <b>x</b> [y](z)"
    command(skill(12))
    text = (tmp_path / "out" / "closure.md").read_text("utf-8")
    assert "学生模型 (0.00)：It is 4. \\# \\<b\\>x" in text
    assert "\n# <b>" not in text
    assert text.startswith("# openai-compatible:")


def test_what_is_missing_is_no_zero(command: Command, world: Any, skill: Skill) -> None:
    world.refuses = {"student 3"}
    world.learnt = set(range(6))
    found = json.loads(command(skill(20), "--json").stdout)
    assert (found["cases"], found["ungraded"]) == (19, 1)
    assert found["closure"]["value"] == pytest.approx(5 / 19)
    world.broken = {f"It is {at}." for at in range(6, 10)}
    shown = command(skill(20), "-o", str(skill(20).parent / "other"))
    assert shown.exit_code == 3
    assert shown.stdout.startswith("no result: 25.0% of the cases")


def test_both_languages_of_a_case_are_one_cluster(
    command: Command, world: Any, skill: Skill
) -> None:
    world.learnt = set(range(6))
    found = json.loads(command(skill(12, zh=True), "--json").stdout)
    assert found["cases"] == 24
    assert found["closure"]["n"] == found["effect"]["n"] == 12
    only = json.loads(command(skill(12, zh=True), "--lang", "zh", "--json").stdout)
    assert only["cases"] == 12


def test_checks_alone_need_no_judge(command: Command, world: Any, skill: Skill) -> None:
    world.learnt = set(range(6))
    shown = command(skill(12, 3, checks=True), judged=False)
    assert shown.exit_code == 0, shown.output
    assert "grade" not in world.asked
    assert "50%" in shown.stdout.splitlines()[0]
    assert "over-triggering is not measured" in shown.stdout
    none = command(skill(12), judged=False)
    assert none.exit_code == 1
    assert "they have no checks" in none.stderr


def test_other_prompts_are_compared(
    command: Command, world: Any, skill: Skill, tmp_path: Path
) -> None:
    world.learnt, world.leaks = set(range(6)), {"student": {1}}
    path = tmp_path / "others.jsonl"
    path.write_text("".join(json.dumps({"prompt": f"Who is {at}?"}) + "\n" for at in range(9)))
    shown = command(skill(12), "--others", str(path))
    assert "on other prompts, against the base: cannot be told (50.0%" in shown.stdout
    assert world.asked.count("compare") == 2  # the other eight pairs are the same
    assert (tmp_path / "out" / "others" / "answers.jsonl").is_file()


def test_what_cannot_be_measured_is_said(
    command: Command, world: Any, skill: Skill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYSKILL_API_KEY", "any")
    folder = skill(3)
    for more, status, said in (
        (["--lang", "fr"], 2, "`--lang` is en, zh or both"),
        (["--base", "nothing"], 1, "is no run, no adapter and no model"),
        (["--skill", "absent"], 1, "no folder of that name"),
        (["--others", str(tmp_path / "absent")], 1, "cannot be read"),
        (["--budget", "1", "--judge", "openai-compatible:http://192.0.2.1/v1#x"], 1, "price"),
    ):
        shown = command(folder, *more)
        assert (shown.exit_code, said in shown.stderr) == (status, True), shown.stderr
    assert command(folder, "--others", "x", judged=False).exit_code == 2
    assert not world.asked


def made_run(folder: Path, data: Path) -> Subject:
    recorder = Recorder(folder)
    plain = {"method": "sft", "model": {"path": "some/base"}, "data": {"train": str(data)}}
    recorder.begin({"run": plain, "data": {"train": {"path": str(data)}}})
    recorder.end("finished")
    (folder / "model").mkdir()
    (folder / "model" / "adapter_config.json").write_text("{}", "utf-8")
    return resolve("base", str(folder))[1]


def test_cases_of_the_training_are_left_out(skill: Skill, tmp_path: Path) -> None:
    data = tmp_path / "train.jsonl"
    rows = [{"prompt": f"how long is {at}? ", "completion": "x"} for at in range(4)]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n", "utf-8")
    learnt = trained_on(made_run(tmp_path / "run", data))
    assert learnt is not None
    scope = read_scope(skill(6, 1), learnt, ("en", "zh"), judged=True)
    assert {case.id for case in scope.seen} == {"c0", "c1", "c2", "c3"}
    assert {case.id for case in scope.cases} == {"c4", "c5"}
    assert [case.id for case in scope.outside] == ["o0"]
    with pytest.raises(TrainError, match="trained on every case"):
        read_scope(skill(4), learnt, ("en", "zh"), judged=True)


def test_cases_of_a_recording_are_left_out(skill: Skill, tmp_path: Path) -> None:
    cases = [{"id": "c0", "lang": "en", "prompt": "How long is 0?"}]
    plan = {"arms": [{"name": "now", "kind": "current"}], "cases": cases}
    meta = {"kind": "answer", "case": "c0", "lang": "en", "arm": "now"}
    rows = [{"recording": 1, "plan": plan}, {"outcome": "ok", "text": "0 m", "meta": meta}]
    data = tmp_path / "recording.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    learnt = trained_on(made_run(tmp_path / "run", data))
    assert learnt == ("How long is 0?",)


def test_near_questions_are_told(skill: Skill) -> None:
    folder = skill(1)
    long = "Please tell me in a few words how long the old wooden bridge of the town really is"
    (folder / "evals" / "cases.yaml").write_text(
        f"cases:\n  - {{id: a, input: '{long} 1', criteria: [x]}}\n"
        "  - {id: b, input: 'Another question of another kind', criteria: [x]}\n",
        "utf-8",
    )
    scope = read_scope(folder, [f"{long} 2"], ("en",), judged=True)
    assert [case.id for case in scope.near] == ["a"]
    assert len(scope.cases) == 2


def test_what_nobody_knows_is_not_guessed(tmp_path: Path) -> None:
    assert trained_on(Subject(Model("openai", "gpt"))) is None
    subject = made_run(tmp_path / "run", tmp_path / "gone.jsonl")
    assert trained_on(subject) is None
