"""What validation says of runs that would fail, or be worthless, and of a sound one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.validate import Finding, Level, Report, validate
from polyskill.runtime.train.validate import tokenizer as tokenizing
from polyskill.runtime.train.validate.overlap import shingles
from polyskill.runtime.train.validate.preferences import check_preferences
from polyskill.runtime.train.validate.tokenizer import load_counter

Write = Callable[[str, Any], Path]
Rows = list[dict[str, str]]
BASE: dict[str, Any] = {
    "method": "sft",
    "model": {"path": "model"},
    "data": {"train": "train.jsonl"},
    "optim": {"learning_rate": 5e-4},
}


@pytest.fixture(autouse=True)
def no_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same findings, whether transformers is installed or not."""
    monkeypatch.setattr(tokenizing, "find_spec", lambda _name: None)


@pytest.fixture
def check(write: Write, pairs: Rows) -> Callable[..., Report]:
    def run(rows: Any = pairs, *, held: Any = None, **changes: Any) -> Report:
        write("train.jsonl", rows)
        if held is not None:
            write("eval.jsonl", held)
            changes = {"data.eval": "eval.jsonl", **changes}
        return validate(write("run.yaml", json.dumps(BASE)), changes)

    return run


def found(report: Report, code: str) -> list[Finding]:
    return [one for one in report.findings if one.code == code]


def one(report: Report, code: str, level: Level) -> Finding:
    (finding,) = found(report, code)
    assert finding.level is level
    assert finding.en != finding.zh
    return finding


def test_a_sound_run_has_only_advice(check: Callable[..., Report], pairs: Rows) -> None:
    report = check(pairs)
    assert report.ok
    assert not [one for one in report.findings if one.level is not Level.ADVICE]
    # Per layer: attention 2·(64+64) + 2·(64+32), MLP 3·(64+128); two layers, rank 32.
    assert report.facts["lora"]["trainable"] == 32 * 2 * (256 + 192 + 576)
    assert report.facts["examples"] == 30
    assert report.facts["steps"] == 4
    tokens = report.facts["tokens"]
    assert not tokens["exact"]
    assert 0 < tokens["learnt"] < tokens["seen"]
    assert report.facts["memory"]["total"] > 0
    assert report.facts["compute"]["flops"] > 0
    json.dumps(report.facts, allow_nan=False)


def test_files_that_are_not_there(check: Callable[..., Report], place: Path) -> None:
    (place / "model" / "config.json").unlink()
    (place / "out").mkdir()
    (place / "out" / "run.json").touch()
    report = check(**{"data.train": "tain.jsonl", "model.chat_template": "x.jinja", "out": "out"})
    said = {one.where.rpartition(" ")[2]: one.en for one in found(report, "path")}
    assert set(said) == {"data.train", "model.path", "model.chat_template"}
    assert "config.json" in said["model.path"]
    assert "--resume" in one(report, "out", Level.WARNING).en


@pytest.mark.parametrize("path", ["./nowhere", "models/my-model", "nowhere"])
def test_a_path_is_no_name_on_the_hub(check: Callable[..., Report], path: str) -> None:
    assert one(check(**{"model.path": path}), "path", Level.ERROR)


def test_a_known_name_is_counted_without_its_files(check: Callable[..., Report]) -> None:
    report = check(**{"model.path": "Qwen/Qwen3-8B", "optim.learning_rate": "auto"})
    assert report.ok
    assert report.facts["lora"]["trainable"] == 87_293_952  # PEFT's count at rank 32
    # 4 steps: the factor of short runs, 15, on 5e-5 · (2000/4096)^0.0775
    assert report.facts["learning_rate"]["published"] == pytest.approx(15 * 4.73e-5, rel=1e-3)


def test_all_broken_lines_are_named(check: Callable[..., Report], place: Path) -> None:
    report = check('{"prompt": "a", "completion": "b"}\nx\n{"prompt": 1}\n')
    assert [one.where for one in found(report, "data-line")] == ["train.jsonl:2", "train.jsonl:3"]
    assert not report.ok


@pytest.mark.parametrize("rows", ["", "\n\n", []])
def test_a_file_without_examples(check: Callable[..., Report], rows: Any) -> None:
    assert one(check(rows), "empty", Level.ERROR)


def test_columns_of_another_method(check: Callable[..., Report], pairs: Rows) -> None:
    report = check(pairs, method="dpo")
    assert "`chosen`" in one(report, "data-line", Level.ERROR).en


def test_answers_that_are_empty(check: Callable[..., Report], pairs: Rows) -> None:
    report = check([*pairs, {"prompt": "a", "completion": "  "}])
    finding = one(report, "empty", Level.ERROR)
    assert finding.where == "train.jsonl:31"


def test_duplicates_and_overlap(check: Callable[..., Report], pairs: Rows) -> None:
    long = "Explain in simple words why the sky over the northern sea looks green at dawn {}"
    near = {"prompt": long.format("today please"), "completion": "a"}
    held = [
        {"prompt": f" {pairs[4]['prompt'].upper()} ", "completion": "?"},
        {"prompt": long.format("today"), "completion": "a"},
        {"prompt": "Nothing of the kind was ever asked here before", "completion": "a"},
    ]
    report = check([*pairs, pairs[0], near], held=held)
    assert report.facts["duplicates"] == 1
    assert "train.jsonl:31 = train.jsonl:1" in one(report, "duplicates", Level.WARNING).en
    assert report.facts["overlap"] == {"exact": 1, "near": 1, "of": 3}
    first, second = found(report, "overlap")
    assert "eval.jsonl:1 = train.jsonl:5" in first.en
    assert "eval.jsonl:2 = train.jsonl:32" in second.en


def test_a_common_template_is_no_overlap(check: Callable[..., Report]) -> None:
    asked = "You are given a task. Answer in one word only. What colour is object number {}?"
    rows = [{"prompt": asked.format(f"n{n}x"), "completion": "c"} for n in range(200)]
    report = check(rows[:100], held=rows[100:])
    assert not found(report, "overlap")


def test_shingles_know_chinese_words() -> None:
    assert len(shingles("为什么天空是蓝色的")) == 5
    assert shingles("Hello, WORLD") == shingles("hello world!")
    assert shingles("…") == frozenset()


def test_evaluation_on_the_training_file(check: Callable[..., Report]) -> None:
    assert one(check(**{"data.eval": "./train.jsonl"}), "overlap", Level.ERROR)


def test_what_the_limit_cuts_off(check: Callable[..., Report], pairs: Rows) -> None:
    long = {"prompt": "a", "completion": "word " * 400}
    report = check([*pairs, long, long], **{"data.max_length": 100})
    assert one(report, "truncation", Level.WARNING).where == "train.jsonl:31"
    assert report.facts["tokens"]["truncated"] == 2 / 32
    lost = check([*pairs, {"prompt": "word " * 400, "completion": "a"}], **{"data.max_length": 100})
    assert "nothing of the answer is left" in one(lost, "truncation", Level.ERROR).en


def preferences(rows: list[tuple[str, str]]) -> Report:
    from polyskill.runtime.train.examples import Example

    report = Report()
    examples = [
        Example({"chosen": chosen, "rejected": rejected}, f"t:{n}")
        for n, (chosen, rejected) in enumerate(rows, 1)
    ]
    check_preferences(examples, report)
    return report


def test_pairs_without_a_preference() -> None:
    report = preferences([("a", "a "), ("b", "c")])
    assert "t:1" in one(report, "pairs-alike", Level.ERROR).en


@pytest.mark.parametrize(
    ("longer", "shorter", "said"),
    [(30, 0, "longer"), (3, 30, "shorter"), (15, 15, ""), (19, 0, ""), (20, 10, ""), (15, 5, "")],
)
def test_a_preference_for_length(longer: int, shorter: int, said: str) -> None:
    report = preferences([("aaaa", "b")] * longer + [("a", "bbbb")] * shorter)
    assert bool(found(report, "length-bias")) == bool(said)
    assert all(said in one.en for one in found(report, "length-bias"))


def test_capacity_is_advice_and_names_a_rank(check: Callable[..., Report]) -> None:
    rows = [{"prompt": f"q{n}", "completion": f"w{n} " * 200} for n in range(60)]
    small = check(rows, **{"lora.rank": 1})
    finding = one(small, "capacity", Level.ADVICE)
    assert "try rank" in finding.en
    assert small.ok
    assert not found(check(rows, **{"lora.rank": 64}), "capacity")


def test_adapters_on_unknown_layers(check: Callable[..., Report]) -> None:
    assert "q_proj" in one(check(**{"lora.targets": ["qkv"]}), "lora", Level.ERROR).en
    assert one(check(**{"lora.targets": "attention"}), "lora", Level.WARNING)


@pytest.mark.parametrize(
    ("rate", "levels"), [(1e-3, []), (5e-3, ["advice"]), (1e-2, ["warning"]), (1e-5, ["warning"])]
)
def test_rates_far_from_the_published(
    check: Callable[..., Report], rate: float, levels: list[str]
) -> None:
    # Qwen3-8B in a run of 4 steps: 7.1e-4
    report = check(**{"model.path": "Qwen/Qwen3-8B", "optim.learning_rate": rate})
    assert [one.level.value for one in found(report, "learning-rate")] == levels


def test_a_rule_beyond_the_widths_it_was_fitted_on_is_advice(check: Callable[..., Report]) -> None:
    assert one(check(**{"optim.learning_rate": 1.0}), "learning-rate", Level.ADVICE)


def test_auto_needs_a_published_rule(check: Callable[..., Report], place: Path) -> None:
    config = json.loads((place / "model" / "config.json").read_text())
    (place / "model" / "config.json").write_text(json.dumps({**config, "model_type": "mistral"}))
    report = check(**{"optim.learning_rate": "auto"})
    assert "nobody has published" in one(report, "learning-rate", Level.ERROR).en


def test_steps_that_do_not_fit(check: Callable[..., Report]) -> None:
    changes = {"optim.steps": 100, "optim.warmup": 100, "eval_every": 5, "save_every": 500}
    report = check(**changes)
    assert one(report, "warmup", Level.ERROR)
    assert one(report, "passes", Level.WARNING)
    assert one(report, "eval", Level.WARNING)
    assert one(report, "every", Level.ADVICE)
    assert one(check(**{"optim.batch_size": 64}), "batch", Level.WARNING)


MATH = [{"prompt": f"What is {n} + 1?", "answer": str(n + 1)} for n in range(8)]


def policy(check: Callable[..., Report], rows: Any, *rewards: Any) -> Report:
    return check(rows, method="grpo", grpo={"rewards": list(rewards)})


def test_a_reward_that_varies(check: Callable[..., Report]) -> None:
    report = policy(check, MATH, "math")
    assert not found(report, "reward")
    assert set(report.facts["rewards"]["math"]) == {0.0, 1.0}


def test_rewards_that_teach_nothing(check: Callable[..., Report], write: Write) -> None:
    write("mine.py", "def same(completions, **columns):\n    return [0.5] * len(completions)\n")
    report = policy(check, MATH, "custom:mine.py:same")
    assert "0.5" in one(report, "reward", Level.WARNING).en
    ungraded = policy(check, [{"prompt": f"a{n}"} for n in range(4)], "math")
    assert "none of" in one(ungraded, "reward", Level.ERROR).en
    assert one(policy(check, MATH, "maths"), "reward", Level.ERROR)
    assert one(policy(check, MATH, {"name": "math", "weight": 0}), "reward", Level.ERROR)


def test_a_reward_that_asks_a_model_is_not_asked(check: Callable[..., Report]) -> None:
    assert one(policy(check, MATH, "rubric"), "reward", Level.ADVICE)


def test_the_trainer_is_checked_even_where_it_is_absent(check: Callable[..., Report]) -> None:
    keys = {"max_prompt_length": 1, "learning_rate": 1, "warmup_steps": 3, "use_liger_kernel": True}
    report = check(trainer=keys)
    said = {one.en.split("`")[1]: one for one in found(report, "trainer-key")}
    assert "data.max_length" in said["trainer.max_prompt_length"].en
    assert said["trainer.learning_rate"].level is Level.ERROR
    assert said["trainer.warmup_steps"].level is Level.WARNING
    assert "2.0" in said["trainer.use_liger_kernel"].en


def test_a_back_end_that_cannot_train(check: Callable[..., Report]) -> None:
    assert one(check(backend="tinker"), "backend", Level.ERROR)


def test_a_value_of_the_command_line_is_placed_there(check: Callable[..., Report]) -> None:
    finding = one(check(**{"optim.batch_size": 64}), "batch", Level.WARNING)
    assert finding.where == "--set optim.batch_size"


def test_a_broken_configuration_is_a_report_too(check: Callable[..., Report]) -> None:
    report = check(**{"optim.steps": 0, "trainer": {"max_prompt_length": 3}})
    assert one(report, "config", Level.ERROR)
    assert one(report, "trainer-key", Level.ERROR)


def test_an_estimate_counts_chinese_signs(check: Callable[..., Report]) -> None:
    from polyskill.runtime.train.sections import ModelSection

    counter = load_counter(ModelSection("model"), Report())
    assert counter.count("天空是蓝色") == 5
    assert counter.count("blue sky") == 2
    assert counter.count("") == 0
