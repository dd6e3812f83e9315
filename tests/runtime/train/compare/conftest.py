"""A fake provider that answers well or badly by its name, and judges; a tiny model to train."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


class World:
    """Model "good" answers with a unit, "bad" without; a judge wants the unit.

    ``bias`` makes judges choose the first whatever they read; ``broken`` makes them no judges. The
    judge "terse" wants no unit, "first" takes the first, "prose" is no judge, and "dead" refuses;
    "fails" names prompts that the judge "half" refuses.
    """

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes
        self.asked: list[str] = []
        self.bias = self.broken = False
        self.refuses: set[str] = set()
        self.fails: set[str] = set()
        self.judged: list[str] = []
        self.answers: dict[str, str] = {}

    def __call__(self, asked: Any) -> Any:
        self.asked.append(asked.forced or asked.model)
        if asked.forced:
            self.judged.append(asked.model)
            failing = asked.model == "half" and any(
                f"How long is {number}?" in asked.prompt for number in self.fails
            )
            if asked.model == "dead" or failing:
                return self.fakes.Fault("400", times=None)
            return self.fakes.Structured(self.compare(asked.prompt, asked.model))
        number = re.findall(r"\d+", asked.prompt)[-1]
        if f"{asked.model} {number}" in self.answers:
            return self.answers[f"{asked.model} {number}"]
        if f"{asked.model} {number}" in self.refuses:
            return self.fakes.Fault("400", times=None)
        return f"It is {number} m." if asked.model == "good" else f"It is {number}."

    def compare(self, prompt: str, judge: str = "") -> dict[str, str]:
        if self.broken or judge == "prose":
            return {"reason": "?", "verdict": "perhaps"}
        first, second = (bool(unit) for unit in re.findall(r"It is \d+( m)?\.", prompt))
        if judge == "terse":
            first, second = second, first
        winner = "tie" if first == second else "first_better" if first else "second_better"
        biased = self.bias or judge == "first"
        return {"reason": "The unit.", "verdict": "first_better" if biased else winner}


@pytest.fixture
def world(fakes: Any) -> Iterator[World]:
    made = World(fakes)
    server = fakes.FakeProvider(made).start()
    made.url = server.openai_url
    made.server = server
    yield made
    server.stop()


@pytest.fixture
def prompts(tmp_path: Path) -> Callable[..., Path]:
    def write(number: int, **more: Any) -> Path:
        path = tmp_path / "test.jsonl"
        rows = ({"prompt": f"How long is {at}?", "id": f"p{at}", **more} for at in range(number))
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path

    return write


_WON = {"w": "candidate", "l": "baseline", "t": "tie", "-": ""}


@pytest.fixture
def made() -> Callable[..., Any]:
    """Make a comparison of what each judge says of each pair in both orders, such as "wl".

    "w" is a verdict for the candidate, "l" for the baseline, "t" a tie, "-" none at all; "=" is a
    pair of the same answer. ``texts`` are (candidate, baseline) where they matter.
    """
    from polyskill.runtime.judge.answers import Entry
    from polyskill.runtime.judge.verdicts import Verdict
    from polyskill.runtime.train.compare.answering import Answered
    from polyskill.runtime.train.compare.outcome import add_up

    def verdict(entry: Entry, said: str, reason: str) -> Verdict:
        if said == "=":
            return Verdict(entry, 0.5, True)
        winners = [_WON[each] for each in said]
        if "" in winners:
            return Verdict(entry, None, None, (reason, reason), (), *winners)
        points = [{"candidate": 1.0, "baseline": 0.0, "tie": 0.5}[each] for each in winners]
        same = winners[0] == winners[1]
        return Verdict(entry, sum(points) / 2, same, (reason, reason), (), *winners)

    def make(
        judges: dict[str, list[str]],
        texts: Sequence[tuple[str, str]] = (),
        *,
        names: tuple[str, str] = ("base", "run"),
        prompt: str = "How long is it?",
        reason: str = "The unit.",
        stopped: str = "",
    ) -> Any:
        number = len(next(iter(judges.values())))
        shown = [*texts, *[("It is 1 m.", "It is 1.")] * (number - len(texts))]
        entries = [
            Entry(f"p{at}", prompt, candidate, baseline)
            for at, (candidate, baseline) in enumerate(shown)
        ]
        verdicts = [
            [verdict(entry, each, reason) for entry, each in zip(entries, said, strict=True)]
            for said in judges.values()
        ]
        theirs = Answered({each.id: each.baseline or "" for each in entries}, 0, {}, "")
        ours = Answered({each.id: each.candidate for each in entries}, 1, {}, "")
        return add_up(
            names,
            dict.fromkeys(judges, 0.5),
            verdicts,
            (theirs, ours),
            prompts=number,
            margin=0.05,
            cost=1.25,
            stopped=stopped,
        )

    return make


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of 2 layers, 64 wide, with a tokenizer of bytes and no chat template."""
    absent = [name for name in ("torch", "transformers", "peft") if find_spec(name) is None]
    if absent:
        pytest.skip(f"{', '.join(absent)} not installed: pip install 'polyskill[train]'")
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    place = tmp_path_factory.mktemp("models") / "tiny"
    words = ["<pad>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    inner = Tokenizer(models.BPE(vocab={word: at for at, word in enumerate(words)}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="</s>")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place
