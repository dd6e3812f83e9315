"""What a run's answers tell, without a model: rows are written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from polyskill.runtime.train.analyze.answers import repeating
from polyskill.runtime.train.analyze.asked import asked
from polyskill.runtime.train.analyze.markdown import markdown
from polyskill.runtime.train.analyze.page import page
from polyskill.runtime.train.analyze.report import Analysis, analyse, to_json
from polyskill.runtime.train.analyze.shown import missing
from polyskill.runtime.train.record import Recorded

LOOP = "the cat sat on " * 8
GOOD = ("Paris is the capital.", "Four.", "It is blue.", "No, it is not.")


def row(step: int, at: int, answer: str, **more: Any) -> dict[str, Any]:
    return {
        "step": step,
        "prompt": f"question {at}?",
        "held_out": True,
        "reference": GOOD[at],
        "reference_length": 6,
        "completion": answer,
        "length": 64 if more.get("cut") else 5,
        "cut": False,
    } | more


def rows(before: Sequence[Any], after: Sequence[Any], **more: Any) -> list[dict[str, Any]]:
    """Rows of two steps; an answer is a text, or one that was cut in a tuple."""
    return [
        row(step, at, said[0] if isinstance(said, tuple) else said, cut=isinstance(said, tuple))
        | more
        for step, answers in ((0, before), (24, after))
        for at, said in enumerate(answers)
    ]


@pytest.fixture
def found(runs: Any) -> Callable[..., Analysis]:
    def analysed(samples: list[dict[str, Any]], method: str = "sft") -> Analysis:
        recorded = runs.recorded(runs.sft(3, 24), method)
        return analyse(Recorded(recorded.folder, recorded.run, recorded.metrics, tuple(samples)))

    return analysed


def kinds(analysis: Analysis) -> dict[str, tuple[str, str]]:
    return {
        each.kind: (each.severity.value, each.sureness.value)
        for each in analysis.findings
        if each.kind in ("empty-answers", "repetition", "endless-answers", "one-answer")
    }


OTHERS = ("Yes indeed.", "Six of them.", "I think so.", "Perhaps not.")
RAMBLE = [
    (f"{start} and so on through every thing that comes to mind without an end in sight",)
    for start in ("well", "first", "now", "then")
]
ILL = [
    (OTHERS, ("", " \n", "", ""), {"empty-answers": ("problem", "sure")}),
    (OTHERS, ("", "", "Six.", "Red."), {"empty-answers": ("problem", "likely")}),
    (("", "", "", ""), ("", "", "", ""), {"empty-answers": ("problem", "sure")}),
    (
        OTHERS,
        [(f"{at} {LOOP}",) for at in range(4)],
        {"repetition": ("problem", "sure")},
    ),
    (
        [(f"{at} {LOOP}",) for at in range(4)],
        [(f"{at} {LOOP}",) for at in range(4)],
        {"repetition": ("warning", "sure")},
    ),
    (
        OTHERS,
        [("好的" * 12,), ("a" + "\n" * 40,), "Six.", "Red."],
        {"repetition": ("problem", "likely")},
    ),
    (OTHERS, RAMBLE, {"endless-answers": ("problem", "sure")}),
    (RAMBLE, RAMBLE, {"endless-answers": ("warning", "likely")}),
    (OTHERS, ["I cannot help."] * 4, {"one-answer": ("problem", "sure")}),
    (["I."] * 4, ["I cannot help."] * 4, {"one-answer": ("warning", "sure")}),
]


@pytest.mark.parametrize(("before", "after", "expected"), ILL)
def test_ill_answers_are_called_what_they_are(
    found: Callable[..., Analysis], before: Any, after: Any, expected: Any
) -> None:
    for method in ("sft", "dpo", "distill"):
        analysis = found(rows(before, after), method)
        assert kinds(analysis) == expected
        for each in analysis.findings:
            if each.kind in expected:
                assert each.samples and each.advice and all(one["zh"] for one in each.evidence)
                assert each.steps == (24, 24)


WELL = [
    (OTHERS, GOOD),
    (OTHERS, ("", "Six.", "Red.", "No.")),  # one of four
    (OTHERS, ("Yes.", "Yes.", "Yes.", "No.")),
    (OTHERS, [("a long answer that goes on and was cut",), "Six.", "Red.", "No."]),
    (OTHERS, ["no no no no no no no no no no", "ha " * 30, "Six.", "Red."]),  # they do end
    (RAMBLE, OTHERS),
    ((), ()),
    ((), ["same"] * 2),
]


@pytest.mark.parametrize(("before", "after"), WELL)
def test_answers_in_order_raise_no_alarm(
    found: Callable[..., Analysis], before: Any, after: Any
) -> None:
    assert not kinds(found(rows(before, after)))


def test_what_the_data_says_itself_is_no_disease(found: Callable[..., Analysis]) -> None:
    assert not kinds(found(rows(OTHERS, [""] * 4, reference="")))
    assert not kinds(found(rows(OTHERS, [(LOOP,)] * 4, reference=LOOP + "x" + LOOP * 2)))
    assert not kinds(found(rows(OTHERS, RAMBLE, reference_length=40)))
    assert not kinds(found(rows(OTHERS, ["yes"] * 4, reference="yes")))


def test_one_answer_is_as_sure_as_the_data_differs(found: Callable[..., Analysis]) -> None:
    samples = rows(OTHERS, ["yes"] * 4)
    for one in samples:
        one["reference"] = "yes" if one["prompt"] < "question 3" else "no"
    assert kinds(found(samples)) == {"one-answer": ("problem", "possible")}
    for one in samples:
        del one["reference"]
    assert kinds(found(samples)) == {"one-answer": ("problem", "likely")}


def test_only_the_last_step_counts_and_policies_are_left_alone(
    found: Callable[..., Analysis],
) -> None:
    samples = rows([""] * 4, GOOD)
    assert not kinds(found(samples))
    shorter = rows([""] * 4, GOOD[:2])  # resumed with fewer prompts
    assert not kinds(found(shorter))
    ill = rows(OTHERS, [""] * 4)
    assert kinds(found(ill, "sft")) and not kinds(found(ill, "grpo"))
    scored = [one | {"reward": 1.0, "rejected_reward": 0.5} for one in ill]
    assert not kinds(found(scored, "reward")) and not kinds(found(scored, "sft"))


def test_what_was_not_asked_is_said_not_to_be_known(found: Callable[..., Analysis]) -> None:
    named = {"empty-answers", "repetition", "endless-answers", "one-answer"}
    assert named <= {each.kind for each in found([]).blind}
    assert named <= {each.kind for each in found(rows(OTHERS, GOOD)).looked}
    assert not named & {each.kind for each in (*found([], "grpo").blind, *found([], "grpo").looked)}


@pytest.mark.parametrize(
    ("answer", "unit"),
    [
        ("abc" * 20, "abc"),
        ("it begins well. " + "and again, " * 6 + "and ag", "and again, "),
        ("x" * 16, "x"),
        ("abcdefgh" * 3, ""),
        ("a beginning that is as long as it is its own, then no " + "no " * 10, ""),
        ("x" * 15, ""),
        ("a sentence that goes on for a while and then ends in nonono", ""),
        ("one two three four five six", ""),
        ("", ""),
        ("很好。" * 9, "很好。"),
    ],
)
def test_what_repeats(answer: str, unit: str) -> None:
    assert sorted(repeating(answer)) == sorted(unit)


@given(st.text("ab ", min_size=1, max_size=5), st.integers(16, 40), st.text("xyz", max_size=10))
def test_every_loop_is_seen_and_its_unit_is_the_shortest(
    unit: str, times: int, before: str
) -> None:
    found = repeating(before + unit * times)
    assert found and len(found) <= len(unit)
    assert (before + unit * times).endswith(found * 4)


@given(st.text(max_size=200))
def test_what_is_found_does_repeat(answer: str) -> None:
    unit = repeating(answer)
    assert answer.endswith(unit * 4) if unit else True


def test_rows_are_paired_by_prompt_and_damage_is_left_out() -> None:
    good = rows(OTHERS, GOOD)
    damaged = [
        {"step": 1},
        {"step": "x", "held_out": True, "prompt": "a", "completion": "b"},
        {"step": 1, "held_out": True, "prompt": ["a"], "completion": "b"},
        {"step": 1, "prompt": "a", "completion": "b", "reward": 0.5},
        {"step": True, "held_out": True, "prompt": "a", "completion": "b"},
    ]
    found = asked([*damaged, *reversed(good)])
    assert len(found) == 4 and all(one.changed for one in found)
    assert {(one.first["step"], one.last["step"]) for one in found} == {(0, 24)}


def test_answers_stand_side_by_side(found: Callable[..., Analysis]) -> None:
    samples = rows(["<b>bold</b>", *OTHERS[1:]], [("Paris | is",), *GOOD[1:]])
    samples[0]["margin"], samples[4]["margin"] = 0.0, 1.25
    analysis = found(samples, "dpo")
    for lang, heading, step in (
        ("en", "What the model says", "step 24"),
        ("zh", "模型的回答", "第 24 步"),
    ):
        text = markdown(analysis, lang)
        assert f"## {heading}" in text and "Paris \\| is" in text and f"   - {step}" in text
        whole = page(analysis, lang)
        assert heading in whole and "&lt;b&gt;bold&lt;/b&gt;" in whole and "<b>" not in whole
    assert "step 24 · margin 1.25 · cut: “Paris" in markdown(analysis, "en")
    first = to_json(analysis)["answers"][0]
    assert (first["first"]["step"], first["last"]["completion"]) == (0, "Paris | is")
    json.dumps(to_json(analysis), allow_nan=False)


def test_a_reward_model_shows_its_scores(found: Callable[..., Analysis]) -> None:
    samples = [
        {
            "step": step,
            "prompt": "q",
            "held_out": False,
            "completion": "good",
            "rejected": "bad",
            "reward": score,
            "rejected_reward": -score,
        }
        for step, score in ((0, 0.25), (9, 1.5))
    ]
    text = markdown(found(samples, "reward"), "en")
    assert "## What the model prefers" in text and "(from the training data)" in text
    assert "chosen · 0.25 → 1.5: “good”" in text and "rejected · −0.25 → −1.5: “bad”" in text


@pytest.mark.parametrize("noted", [None, 3, {}, {"missing": 3}])
def test_only_a_reason_is_shown(found: Callable[..., Analysis], noted: Any) -> None:
    analysis = found([])
    run = dict(analysis.curves.run) | {"samples": noted}
    assert missing(run) is None
    run["samples"] = {"missing": {"en": "sharded `x` <i>", "zh": "分片"}}
    analysis = analyse(Recorded(Path("runs/x"), run, ({"step": 1, "loss": 1.0},)))
    assert "sharded \\`x\\` \\<i\\>" in markdown(analysis, "en")
    assert "分片" in markdown(analysis, "zh")
    assert "sharded <code>x</code> &lt;i&gt;" in page(analysis, "en")


def test_many_prompts_are_cut_short(found: Callable[..., Analysis]) -> None:
    samples = [row(0, 0, "x") | {"prompt": f"q{at}"} for at in range(30)]
    assert "10 more prompts: see" in page(found(samples), "en")
    assert "另有 20 个提示" in markdown(found(samples), "zh")


def test_the_terminal_shows_three(runs: Any, tmp_path: Path) -> None:
    import typer

    from polyskill.cli.train.analyze import analyze
    from polyskill.runtime.train.record import Recorder

    recorder = Recorder(tmp_path)
    recorder.begin(runs.config("sft", 24))
    for one in runs.sft(2, 24):
        recorder.metric(one["step"], {"loss": one["loss"]})
    for one in rows(OTHERS, ["A\x1b[31m" + "long " * 90, *GOOD[1:]]):
        recorder.sample(**one)
    recorder.note(samples={"missing": {"en": "no more", "zh": "没有了"}})
    recorder.end("finished")
    app = typer.Typer()
    app.command()(analyze)
    shown = CliRunner().invoke(app, [str(tmp_path)])
    assert shown.exit_code == 0, shown.stdout
    lines = [line.strip() for line in shown.stdout.splitlines()]
    assert "What the model says (held out)" in lines and "1 more prompt: see `--json`" in lines
    assert "step 0: Yes indeed." in lines and "answer of the data: Four." in lines
    assert "no more" in lines
    assert sum(line.startswith("step 24:") for line in lines) == 3
    assert "\x1b" not in shown.stdout and max(map(len, lines)) < 200
