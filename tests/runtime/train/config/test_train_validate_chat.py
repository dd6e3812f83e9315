"""Chat templates and real tokenizers; the tokenizer is made here, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.validate import Level, Report, validate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("transformers") is None, reason="transformers is not installed"),
]
Write = Callable[[str, Any], Path]
PLAIN = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"
GOOD = PLAIN + "{% if add_generation_prompt %}<assistant>{% endif %}"


@pytest.fixture
def check(place: Path, write: Write, pairs: Any) -> Callable[..., Report]:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {sign: number for number, sign in enumerate([*alphabet, "<end>"])}
    made = Tokenizer(models.BPE(vocab=words, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()

    def run(template: str | None, rows: Any = pairs, **changes: Any) -> Report:
        fast = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end>")
        fast.chat_template = template
        fast.save_pretrained(place / "model")
        write("train.jsonl", rows)
        base = {
            "method": "sft",
            "model": {"path": "model"},
            "data": {"train": "train.jsonl"},
            "optim": {"learning_rate": 1e-2},
        }
        return validate(write("run.yaml", json.dumps(base)), changes)

    return run


def said(report: Report, level: Level) -> str:
    return " ".join(
        one.en for one in report.findings if one.code == "chat-template" and one.level is level
    )


def test_tokens_are_counted_exactly(check: Callable[..., Report]) -> None:
    rows = [{"prompt": "ab", "completion": "天"}] * 2
    plain = check(GOOD, rows, **{"data.chat": "no"}).facts["tokens"]
    assert (plain["exact"], plain["longest"], plain["learnt"]) == (True, 5, 6.0)
    chat = check(GOOD, rows).facts["tokens"]
    # <user>ab<end><assistant> and 天<end>: 6 + 2 + 1 + 11, and 3 + 1
    assert (chat["longest"], chat["learnt"]) == (24, 8.0)


def test_a_good_template_gives_no_finding(check: Callable[..., Report]) -> None:
    report = check(GOOD)
    assert report.ok
    assert not [one for one in report.findings if one.code == "chat-template"]


def test_messages_need_a_template(check: Callable[..., Report]) -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    assert "no chat template" in said(check(None, [{"messages": turns}]), Level.ERROR)
    assert "no chat template" in said(check(None, **{"data.chat": "yes"}), Level.ERROR)
    assert check(None).ok


def test_a_loss_on_every_turn_needs_marks(check: Callable[..., Report]) -> None:
    assert "generation" in said(check(GOOD, **{"data.loss_on": "assistant"}), Level.ERROR)
    marked = GOOD.replace("{{ m.content }}", "{% generation %}{{ m.content }}{% endgeneration %}")
    assert not said(check(marked, **{"data.loss_on": "assistant"}), Level.ERROR)


def test_templates_with_traps(check: Callable[..., Report]) -> None:
    assert "stop" in said(check(GOOD.replace("{{ eos_token }}", "\n")), Level.WARNING)
    system = "<system>You are a helpful assistant named Somebody, made by Nobody at all.</system>"
    assert "Somebody" in said(check(system + GOOD), Level.ADVICE)
    changing = "{{ messages | length }}" + GOOD
    assert "otherwise" in said(check(changing), Level.WARNING)
    broken = "{{ raise_exception('no system') }}" + GOOD
    assert "no system" in said(check(broken), Level.ERROR)


def test_a_tokenizer_that_is_broken(check: Callable[..., Report], place: Path) -> None:
    check(GOOD)
    (place / "model" / "tokenizer.json").write_text("{}")
    report = validate(place / "run.yaml")
    assert any(one.code == "tokenizer" and one.level is Level.ERROR for one in report.findings)
