"""`polyskill train validate --ask` on a real pseudo-terminal, and where there is none."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.cli.app import app
from polyskill.runtime.train.validate import shown_examples

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
Write = Callable[[str, Any], Path]
CONFIG = "method: sft\nmodel: {path: model}\ndata: {train: t.jsonl}\noptim: {learning_rate: 5e-3}\n"
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
QUESTION = "[y/N] "


def asked(
    folder: Path, answers: Sequence[bytes], *words: str, lang: str = "en"
) -> tuple[int, str, str]:
    """Run on a terminal and type an answer to each question; return status, terminal and stdout."""
    master, slave = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "polyskill", "train", "validate", *words],
        cwd=folder,
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        env=os.environ | {"POLYSKILL_LANG": lang, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"},
    )
    os.close(slave)
    screen, left, end = b"", list(answers), time.monotonic() + 120
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                read = os.read(master, 4096)
            except OSError:  # the other side is closed
                break
            screen += read
        if left and screen.endswith(QUESTION.encode()):
            screen += b"<asked>"
            os.write(master, left.pop(0))
    out = running.communicate(timeout=180)[0]
    os.close(master)
    assert not left, screen.decode()
    return running.returncode, screen.decode().replace("\r\n", "\n"), out.decode()


@pytest.fixture
def model(place: Path) -> Path:
    """Give the model of this folder a tokenizer of bytes and a chat template."""
    if find_spec("transformers") is None:
        pytest.skip("transformers is not installed")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(
        models.BPE(vocab={sign: at for at, sign in enumerate([*alphabet, "<end>"])}, merges=[])
    )
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<end>")
    made.chat_template = TEMPLATE
    made.save_pretrained(place / "model")
    return place


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "status"),
    [([b"y\n"], 0), ([b"n\n"], 1), ([b"\x04"], 1), ([b"maybe\n", b"YES\n"], 0)],
    ids=["yes", "no", "the end of the input", "something else, then yes"],
)
def test_a_person_sees_what_is_learnt_and_says_yes_or_no(
    answers: list[bytes], status: int, model: Path, write: Write, pairs: Any
) -> None:
    write("t.jsonl", [{"prompt": "one\ntwo?", "completion": "1\n2"}, *pairs])
    write("a.yaml", CONFIG)
    found, screen, out = asked(model, answers, "a.yaml", "--ask")
    assert found == status, screen
    assert "nothing stands against this run" in out
    assert (
        "t.jsonl:1: 32 tokens, 5 of them learnt\n"
        "  given  │ <user>one\n"
        "         │ two?<end>\n"
        "         │ <assistant>\n"
        "  learnt │ 1\n"
        "         │ 2<end>\n"
    ) in screen
    assert "Is this what the model shall learn (3 examples)?" in screen
    assert ("not agreed: look at `data.loss_on`" in screen) == bool(status)


@pytest.mark.slow
def test_in_chinese_and_with_what_is_cut_off(model: Path, write: Write) -> None:
    write("t.jsonl", [{"prompt": "一" * 9, "completion": "二" * 900}])
    write("a.yaml", CONFIG)
    status, screen, _ = asked(
        model, ["是\n".encode()], "a.yaml", "--ask", "--set", "data.max_length=64", lang="zh"
    )
    assert status == 0, screen
    assert "`data.max_length` 截去" in screen
    assert "  截去 │ " in screen
    assert "省略" not in screen.split("  截去 │ ")[0]
    assert "以上 1 个样本是否就是希望模型学习的内容？[y/N] " in screen


@pytest.mark.slow
def test_nobody_is_asked_about_a_run_that_is_wrong(model: Path, write: Write) -> None:
    write("t.jsonl", '{"prompt": "a"\n')
    write("a.yaml", CONFIG)
    status, screen, _ = asked(model, [], "a.yaml", "--ask")
    assert status == 1
    assert QUESTION not in screen


@pytest.fixture
def without_tokenizers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)


@pytest.mark.usefixtures("without_tokenizers")
def test_where_nobody_is_there_nobody_is_asked(write: Write, pairs: Any) -> None:
    write("t.jsonl", pairs)
    config = str(write("a.yaml", CONFIG))
    for words in (["--ask"], ["--ask", "--json"]):
        found = CliRunner().invoke(app, ["train", "validate", config, *words])
        assert (found.exit_code, found.stdout) == (2, "")
        assert "nothing was asked" in found.stderr
    plain = CliRunner().invoke(app, ["train", "validate", config], input="n\n")
    assert plain.exit_code == 0
    assert QUESTION not in plain.output


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_json_asks_nobody_on_a_terminal_either(place: Path, write: Write, pairs: Any) -> None:
    write("t.jsonl", pairs)
    write("a.yaml", CONFIG)
    status, screen, out = asked(place, [], "a.yaml", "--ask", "--json")
    assert (status, out) == (2, "")
    assert "`--json` is for programs" in " ".join(screen.split())


@pytest.mark.usefixtures("without_tokenizers")
@pytest.mark.parametrize(
    ("rows", "more", "expected"),
    [
        ([{"prompt": "abcd", "completion": "天"}], "", [("given", "abcd"), ("learnt", "天")]),
        (
            [{"prompt": "abcd", "completion": "天"}],
            "  loss_on: all\n",
            [("learnt", "abcd"), ("learnt", "天")],
        ),
        ([{"text": "abcd"}], "", [("learnt", "abcd")]),
        (
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b"},
                    ]
                }
            ],
            "  loss_on: all\n",
            [("learnt", "a"), ("learnt", "b")],
        ),
    ],
)
def test_without_a_tokenizer_the_texts_are_shown(
    rows: Any, more: str, expected: list[tuple[str, str]], write: Write
) -> None:
    write("t.jsonl", rows)
    config = write(
        "a.yaml", f"method: sft\nmodel: {{path: model}}\ndata:\n  train: t.jsonl\n{more}"
    )
    [shown] = shown_examples(config)
    assert not shown.exact
    assert [(part.role, part.text) for part in shown.parts] == expected


@pytest.mark.usefixtures("without_tokenizers")
def test_the_first_the_longest_and_the_middle_one_are_shown(write: Write) -> None:
    rows = [{"prompt": str(at), "completion": "x" * (99 if at == 7 else 1)} for at in range(10)]
    write("t.jsonl", rows)
    config = write("a.yaml", CONFIG)
    assert [one.where for one in shown_examples(config)] == ["t.jsonl:1", "t.jsonl:8", "t.jsonl:6"]
    assert len(shown_examples(config, most=1)) == 1
    write("t.jsonl", rows[:1])
    assert len(shown_examples(config)) == 1
