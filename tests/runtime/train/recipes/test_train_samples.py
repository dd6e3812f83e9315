"""Which prompts are asked, and how the asking is recorded: without torch."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.callback import Stop
from polyskill.runtime.train.config import parse
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.marked import Marked
from polyskill.runtime.train.questions import Question, pair_tokens, questions
from polyskill.runtime.train.record import Recorder, read_run
from polyskill.runtime.train.samples import Samples
from polyskill.runtime.train.sampling import _Asking

END = 0


class Signs:
    """A tokenizer whose tokens are the code points of a text; 0 is the end."""

    eos_token, eos_token_id, pad_token_id, chat_template = "\x00", END, END, "yes"

    def __init__(self, *, ends: bool = False) -> None:
        self._ends = ends

    def __call__(self, text: str, **_: Any) -> dict[str, Any]:
        return {"input_ids": [ord(sign) for sign in text] + [END] * self._ends}

    def decode(self, tokens: Any, **_: Any) -> str:
        return "".join(map(chr, tokens))

    def apply_chat_template(
        self, messages: list[Any], *, add_generation_prompt: bool = False, **_: Any
    ) -> dict[str, Any]:
        text = "".join(f"<{one['role'][0]}>{one['content']}\x00" for one in messages)
        return {"input_ids": [ord(sign) for sign in text + "<a>" * add_generation_prompt]}


def said(question: Question) -> str:
    return "".join(map(chr, question.tokens))


def every(_question: Question) -> bool:
    return True


def turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def test_prompts_differ_and_are_spread_over_the_examples() -> None:
    rows = [{"prompt": f"p{at // 10}", "completion": f"c{at}"} for at in range(100)]
    found = questions(rows, 4, Signs(), every)
    assert [(one.prompt, one.reference) for one in found] == [
        *(("p0", "c0"), ("p2", "c25"), ("p5", "c50"), ("p7", "c75")),
    ]
    assert [one.prompt for one in questions(rows[:30], 4, Signs(), every)] == ["p0", "p1", "p2"]
    assert questions(rows, 0, Signs(), every) == questions([], 4, Signs(), every) == ()
    assert [one.prompt for one in questions(rows, 9, Signs(), lambda one: "3" in one.prompt)] == [
        "p3"
    ]


@given(
    st.lists(st.fixed_dictionaries({"prompt": st.text("ab", max_size=3)}), max_size=40),
    st.integers(0, 8),
)
def test_as_many_as_there_are_and_no_more(rows: list[dict[str, str]], count: int) -> None:
    found = questions(rows, count, Signs(), every)
    assert len(found) == min(count, len({row["prompt"] for row in rows}))
    assert len({one.prompt for one in found}) == len(found)


def test_a_prompt_does_not_end_before_its_answer() -> None:
    [found] = questions([{"prompt": "ab"}], 1, Signs(ends=True), every)
    assert said(found) == "ab" and found.reference is None


def test_of_a_conversation_the_last_answer_is_asked() -> None:
    messages = [
        turn("user", "1"),
        turn("assistant", "2"),
        turn("user", "3"),
        turn("assistant", "4"),
    ]
    [found] = questions([{"messages": messages}], 1, Signs(), every)
    assert said(found) == "<u>1\x00<a>2\x00<u>3\x00<a>" and found.reference == messages[3:]
    [open_end] = questions([{"messages": messages[:1]}], 1, Signs(), every)
    assert said(open_end) == "<u>1\x00<a>" and open_end.reference is None


def test_of_a_text_the_second_half_is_the_answer() -> None:
    [found] = questions([{"text": "abcdef"}], 1, Signs(), every)
    assert (said(found), found.prompt, found.reference) == ("abc", "abc", "def")
    [long] = questions([{"text": "x" * 99}], 1, Signs(), every)
    assert len(long.tokens) == 32


@pytest.mark.parametrize(
    ("row", "prompt", "chosen", "rejected"),
    [
        ({"prompt": "q ", "chosen": "yes", "rejected": "no"}, "q ", "yes", "no"),
        ({"chosen": "q yes", "rejected": "q no"}, "q", " yes", " no"),
        ({"chosen": "yes", "rejected": "no"}, "", "yes", "no"),
        (
            {
                "chosen": [turn("user", "q"), turn("assistant", "yes")],
                "rejected": [turn("user", "q"), turn("assistant", "no")],
            },
            [turn("user", "q")],
            [turn("assistant", "yes")],
            [turn("assistant", "no")],
        ),
    ],
)
def test_pairs_are_parted_as_the_trainer_parts_them(
    row: dict[str, Any], prompt: Any, chosen: Any, rejected: Any
) -> None:
    [found] = questions([row], 1, Signs(), every)
    assert (found.prompt, found.reference, found.rejected) == (prompt, chosen, rejected)
    start, both = pair_tokens(found, Signs())
    assert start == len(found.tokens) and all(one[-1] == END for one in both)
    assert [one[:start] for one in both] == [found.tokens] * 2


def test_pairs_of_one_prompt_are_different_ones() -> None:
    rows = [{"prompt": "q", "chosen": one, "rejected": "no"} for one in "aab"]
    assert [one.reference for one in questions(rows, 3, Signs(), every)] == ["a", "b"]


class Told:
    """Something that is asked, and counts how often."""

    def __init__(self, *found: Any, reason: Any = None) -> None:
        self.found, self.reason, self.asked = list(found), reason, 0

    def impossible(self) -> Any:
        return self.reason

    def rows(self) -> Any:
        self.asked += 1
        if self.found and isinstance(self.found[0], Exception):
            raise self.found.pop(0)
        return [{"prompt": "q", "completion": str(self.asked)}]


def recorder_of(folder: Path) -> Recorder:
    recorder = Recorder(folder)
    recorder.begin({"run": {}})
    return recorder


def test_a_step_is_asked_once_and_a_resumed_run_goes_on(tmp_path: Path) -> None:
    told: list[Any] = []
    first = Samples(Told(), recorder_of(tmp_path), Stop(), told.append)
    first.begin(0, 9)
    for step in (5, 5, 9):
        first.at(step, 9)
    assert [row["step"] for row in read_run(tmp_path).samples] == [0, 5, 9]
    recorder = Recorder(tmp_path)
    recorder.begin({"run": {}}, resumed_from=5)
    second = Samples(Told(), recorder, Stop(), told.append)
    second.begin(5, 9)
    for step in (5, 9):
        second.at(step, 9)
    assert [row["step"] for row in read_run(tmp_path).samples] == [0, 5, 9] and not told


def test_who_is_asked_to_end_is_not_asked_more(tmp_path: Path) -> None:
    stop = Stop()
    samples = Samples(Told(), recorder_of(tmp_path), stop, print)
    stop.reason = "interrupted"
    samples.begin(0, 9)
    samples.at(9, 9)
    assert not read_run(tmp_path).samples


@pytest.mark.parametrize(
    ("asking", "en", "zh"),
    [
        (Told(ValueError("a\nb")), "ValueError: a b", "ValueError: a b"),
        (Told(TrainError("too dear", "太贵")), "too dear", "太贵"),
        (Told(reason={"en": "sharded", "zh": "分片"}), "sharded", "分片"),
    ],
)
def test_what_goes_wrong_is_said_once(tmp_path: Path, asking: Told, en: str, zh: str) -> None:
    told: list[Any] = []
    samples = Samples(asking, recorder_of(tmp_path), Stop(), told.append)
    samples.begin(0, 9)
    samples.at(9, 9)
    [row] = told
    assert (
        (row["step"], row["of"]) == (0, 9) and en in row["said"]["en"] and zh in row["said"]["zh"]
    )
    found = read_run(tmp_path)
    assert found.run["samples"]["missing"] == row["said"] and not found.samples
    assert asking.asked <= 1


def test_an_interruption_is_not_swallowed(tmp_path: Path) -> None:
    asking = Told()
    asking.rows = lambda: (_ for _ in ()).throw(KeyboardInterrupt)  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        Samples(asking, recorder_of(tmp_path), Stop(), print).begin(0, 9)


@pytest.mark.parametrize(
    ("fsdp", "stage", "asked"),
    [(False, None, True), (True, None, False), (False, 2, True), (False, 3, False)],
)
def test_weights_that_are_spread_are_not_asked(fsdp: bool, stage: int | None, asked: bool) -> None:
    plugin = None if stage is None else SimpleNamespace(zero_stage=stage)
    trainer = SimpleNamespace(
        accelerator=SimpleNamespace(state=SimpleNamespace(deepspeed_plugin=plugin)),
        is_fsdp_enabled=fsdp,
        processing_class=Signs(),
        model=SimpleNamespace(config=SimpleNamespace(max_position_embeddings=512)),
    )
    run = parse(
        Marked({"method": "sft", "model": {"path": "m"}, "data": {"train": "t"}, "samples": 1}, "x")
    )
    reason = _Asking(trainer, run, [{"prompt": "q"}], held_out=False).impossible()
    assert (reason is None) is asked
    if reason is not None:
        assert "FSDP" in reason["en"] and "权重" in reason["zh"]


SAID = {"step": 0, "of": 9, "said": {"en": "no more samples", "zh": "不再记录"}}


@pytest.mark.parametrize(("lang", "expected"), [("en", "no more samples"), ("zh", "不再记录")])
def test_a_recipe_says_it_where_no_bar_is_shown(
    lang: str, expected: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from polyskill.runtime.train.main import _progress

    monkeypatch.setenv("POLYSKILL_LANG", lang)
    with _progress() as report:
        report(SAID)
        report({"step": 1, "of": 9, "loss": 2.0})
    assert capsys.readouterr().err == f"{expected}\n"


def test_the_command_says_it_beside_its_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from polyskill.cli.train.run import _train
    from polyskill.runtime.train import main

    recorder_of(tmp_path).end("finished")

    def execute(*_: Any, report: Any, **__: Any) -> Path:
        report(SAID)
        return tmp_path

    monkeypatch.setattr(main, "execute", execute)
    _train("sft", tmp_path / "run.yaml", (), out=None, resume=False, json=True, quiet=False)
    shown = capsys.readouterr()
    assert shown.err.strip() == "no more samples" and '"finished"' in shown.out
