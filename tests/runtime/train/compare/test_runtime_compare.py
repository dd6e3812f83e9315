"""Two models compared: on a fake provider, with generators of the test's own, with torch."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.runtime.judge.base import Message, Model, Request
from polyskill.runtime.train.compare.duel import Options, compare
from polyskill.runtime.train.compare.local import Text, load_generator
from polyskill.runtime.train.compare.prompts import read_prompts
from polyskill.runtime.train.compare.subjects import Subject, resolve
from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.problems import DataError
from polyskill.runtime.train.record import Recorder


@pytest.fixture
def command(world: Any, tmp_path: Path) -> Callable[..., Any]:
    from polyskill.cli.train import app

    def run(baseline: str, candidate: str, prompts: Path, *more: str) -> Any:
        names = (
            f"openai-compatible:{world.url}#{name}" if name in ("good", "bad") else name
            for name in (baseline, candidate)
        )
        judge = f"openai-compatible:{world.url}#judge"
        words = ["compare", *names, "--prompts", str(prompts), "--judge", judge]
        return CliRunner().invoke(app, [*words, "-o", str(tmp_path / "out"), *more])

    return run


def test_the_better_one_wins_and_nothing_is_asked_twice(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path], tmp_path: Path
) -> None:
    shown = command("bad", "good", prompts(8))
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("better: ")
    assert "win rate: 100.0%" in shown.stdout
    assert sorted(set(world.asked)) == ["bad", "compare", "good"]
    assert len(world.asked) == 8 + 8 + 16
    kept = json.loads((tmp_path / "out" / "compare.json").read_text("utf-8"))
    assert kept["decision"]["verdict"] == "improved"
    assert kept["verdicts"][0]["candidate"] == "It is 0 m."
    again = command("bad", "good", prompts(8), "--json")
    assert len(world.asked) == 32
    assert json.loads(again.stdout)["win_rate"]["value"] == 1.0


def test_the_worse_one_ends_with_one(
    command: Callable[..., Any], prompts: Callable[..., Path]
) -> None:
    shown = command("good", "bad", prompts(8))
    assert shown.exit_code == 1
    assert shown.stdout.startswith("worse: ")


def test_a_judge_that_likes_the_first_decides_nothing(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    world.bias = True
    found = json.loads(command("bad", "good", prompts(8), "--json").stdout)
    assert found["win_rate"]["value"] == 0.5
    assert found["consistency"]["value"] == 0.0
    assert found["decision"]["verdict"] == "underpowered"


def test_a_judge_of_lengths_is_found_out(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    long = {
        f"{name} {at}" for name, ats in (("bad", (0, 1, 2)), ("good", range(3, 12))) for at in ats
    }

    def answer(asked: Any) -> Any:
        if not asked.forced:
            number = re.findall(r"\d+", asked.prompt)[-1]
            words = 6 if f"{asked.model} {number}" in long else 1
            return f"{asked.model}: {' '.join(['word'] * words)}."
        first, second = (
            len(one) for one in re.findall(r"(?:bad|good): ([word ]+)\.", asked.prompt)
        )
        winner = "first_better" if first > second else "second_better"
        return world.fakes.Structured({"reason": "Longer.", "verdict": winner})

    world.server.stop()
    world.server = world.fakes.FakeProvider(answer).start()
    world.url = world.server.openai_url
    shown = command("bad", "good", prompts(12))
    assert "win rate: 75.0%" in shown.stdout, shown.output
    assert "win rate at equal lengths: " in shown.stdout
    found = json.loads(command("bad", "good", prompts(12), "--json").stdout)
    level = found["equal_lengths"]
    assert found["win_rate"]["value"] == 0.75
    assert level["value"] == pytest.approx(_likeliest(found["verdicts"]), abs=2e-3)
    assert level["low"] < 0.5 < level["high"]


def _likeliest(verdicts: Sequence[dict[str, Any]]) -> float:
    """The win rate at equal lengths, searched for on a grid of both coefficients."""
    gaps = [len(each["candidate"]) - len(each["baseline"]) for each in verdicts]
    terms = [math.tanh(gap / statistics.stdev(gaps)) for gap in gaps]
    cases = [(each["score"], term) for each, term in zip(verdicts, terms, strict=True)]

    def loss(theta: float, phi: float) -> float:
        prior = (theta**2 + phi**2) / (2 * 2.5**2)  # normal, standard deviation 2.5 logits
        logits = ((score, theta + phi * term) for score, term in cases)
        return prior + sum(math.log1p(math.exp(z)) - score * z for score, z in logits)

    step = 0.01
    grid = [(t * step, p * step) for t in range(-100, 150) for p in range(0, 600, 4)]
    theta = min(grid, key=lambda at: loss(*at))[0]
    return 1 / (1 + math.exp(-theta))


def test_what_is_missing_is_no_tie(
    command: Callable[..., Any], world: Any, prompts: Callable[..., Path]
) -> None:
    world.refuses = {"bad 3", "good 5"}
    found = json.loads(command("bad", "good", prompts(8), "--json").stdout)
    assert (found["unanswered"], found["unjudged"], found["prompts"]) == (2, 0, 8)
    assert found["decision"]["verdict"] == "invalid"  # a quarter is missing
    assert found["decision"]["wins"] == 6
    world.broken = True
    shown = command("bad", "good", prompts(3), "-o", str(prompts(3).parent / "other"))
    assert shown.exit_code == 3
    assert "pairs without a valid verdict: 3" in shown.stdout


def test_what_cannot_be_compared_is_said(
    command: Callable[..., Any], prompts: Callable[..., Path], world: Any
) -> None:
    for one, other in (("nothing", "good"), ("base", "good"), ("good", "good")):
        shown = command(one, other, prompts(2))
        assert shown.exit_code == 1
        assert shown.stderr.startswith("error: ")
    assert command("bad", "good", prompts(2), "--margin", "0.5").exit_code == 2
    assert not world.asked


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[1]", "is no JSON object"),
        ('{"answer": "x"}', "has no prompt"),
        ('{"prompt": "  "}', "has no prompt"),
        ('{"messages": [{"role": "tool", "content": "x"}]}', "has a turn that is not"),
        ('{"messages": [{"role": "assistant", "content": "x"}]}', "no turn of the user"),
        ('{"prompt": "x", "lang": "fr"}', "en or zh"),
        ('{"prompt": "x", "id": 1}', "twice"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(f'{{"prompt": "first"}}\n\n{line}\n', "utf-8")
    with pytest.raises(DataError, match=said) as caught:
        read_prompts(path)
    assert caught.value.path == f"{path}:3"
    assert caught.value.zh


def test_no_prompts_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n \n", "utf-8")
    (tmp_path / "latin").write_bytes(b'{"prompt": "\xe9"}')
    for name in ("empty", "latin", "absent"):
        with pytest.raises(DataError):
            read_prompts(tmp_path / name)


def test_conversations_lose_their_last_answer(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "你好！"},
        {"role": "user", "content": "多长？"},
        {"role": "assistant", "content": "三米。"},
    ]
    (tmp_path / "p").write_text(json.dumps({"messages": turns, "reference": "3 米"}), "utf-8")
    [prompt] = read_prompts(tmp_path / "p")
    assert prompt.system == "Be short."
    assert [each.role for each in prompt.messages] == ["user", "assistant", "user"]
    assert (prompt.lang, prompt.reference) == ("zh", "3 米")
    assert "[assistant]\n你好！" in prompt.question
    assert "三米" not in prompt.question


def made_run(folder: Path, base: str, **data: Any) -> Path:
    recorder = Recorder(folder)
    recorder.begin({"run": {"method": "sft", "model": {"path": base}, "data": data}})
    recorder.end("finished")
    (folder / "model").mkdir()
    (folder / "model" / "adapter_config.json").write_text("{}", "utf-8")
    return folder


def test_base_is_what_a_run_was_trained_from(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "run", "some/base", chat="no")
    base, run = resolve("base", str(folder))
    assert base.model.id == "local/some/base"
    assert (base.chat, run.chat) == ("no", "no")
    assert base.adapter is None
    assert run.adapter == folder / "model"
    assert run.section is not None
    assert run.section.path == "some/base"
    before = run.digest()
    (folder / "model" / "adapter_config.json").write_text('{"r": 2}', "utf-8")
    assert run.digest() != before


def test_a_run_without_a_model_takes_its_checkpoint_or_says_so(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "run", "b")
    (folder / "model").rename(folder / "away")
    with pytest.raises(TrainError, match="no checkpoint"):
        resolve("base", str(folder))
    (folder / "checkpoints").mkdir()
    (folder / "away").rename(folder / "checkpoints" / "step-7")
    assert resolve("base", str(folder))[1].adapter == folder / "checkpoints" / "step-7"


def test_models_of_this_machine_answer_in_batches_and_go_on(
    world: Any, prompts: Callable[..., Path], tmp_path: Path
) -> None:
    folder = made_run(tmp_path / "run", "b")
    subjects = resolve("base", str(folder))
    batches: list[int] = []
    stop_after = 1

    def load(subject: Subject) -> Callable[[Sequence[Request]], list[Text]]:
        def generate(requests: Sequence[Request]) -> list[Text]:
            if len(batches) >= stop_after:
                raise RuntimeError("CUDA out of memory")
            batches.append(len(requests))
            unit = " m" if subject.adapter else ""
            numbers = [each.messages[-1].text.split()[-1].rstrip("?") for each in requests]
            return [Text(f"It is {number}{unit}.", number != "0", 5, 4) for number in numbers]

        return generate

    def run() -> Any:
        judges = [Model("openai-compatible", "judge", world.url)]
        asked = read_prompts(prompts(6))
        options = Options(batch=4)
        return compare(*subjects, asked, judges, tmp_path / "out", options, load=load)

    with pytest.raises(TrainError, match="2 prompts at once: lower the batch"):
        run()
    stop_after = 99
    found = run()
    assert batches == [4, 2, 4, 2]
    assert found.win_rate.value == 1.0
    assert found.cut == (1, 1)
    run()
    assert len(batches) == 4
    (folder / "model" / "adapter_config.json").write_text('{"r": 2}', "utf-8")
    subjects = resolve("base", str(folder))  # trained anew: only its answers are asked for
    run()
    assert batches[4:] == [4, 2]


def test_a_model_really_answers(tiny: Path) -> None:
    subject = resolve(str(tiny), "openai/x")[0]
    generate = load_generator(subject, temperature=0.0, seed=0)
    one, two = (Request((Message("user", text),), max_tokens=6) for text in ("Why?", "What is it?"))
    together = generate([one, two])
    alone = [*generate([one]), *generate([two])]
    assert together == alone  # padding changes nothing
    assert all(text.made <= 6 for text in together)
    assert [text.read for text in together] == [4, 11]
    warm = load_generator(subject, temperature=1.0, seed=1)
    assert warm([one]) != [together[0]]


@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing.*:FutureWarning")
def test_an_adapter_changes_the_answers(tiny: Path, tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    torch.manual_seed(3)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny), config)
    model.save_pretrained(tmp_path / "adapter")
    asked = [Request((Message("user", "Why?"),), max_tokens=12)]
    base, adapted = resolve("base", str(tmp_path / "adapter"))
    assert base.section is not None
    assert base.section.path == str(tiny)
    texts = [load_generator(each, temperature=0.0, seed=0)(asked) for each in (base, adapted)]
    assert texts[0] != texts[1]
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"torn")
    with pytest.raises(TrainError, match="does not load"):
        load_generator(adapted, temperature=0.0, seed=0)
