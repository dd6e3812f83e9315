"""A configuration becomes a run, or everything that is wrong with it is said at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.train.config import (
    METHODS,
    ConfigError,
    LoraSection,
    RewardSpec,
    Run,
    load,
    parse,
    to_plain,
)
from polyskill.runtime.train.marked import Marked
from polyskill.runtime.train.overrides import parse_override
from polyskill.runtime.train.templates import TEMPLATES, template
from polyskill.runtime.train.translate import OLD_METHODS

BASE = "method: sft\nmodel: {path: m}\ndata: {train: t.jsonl}\n"
Write = Callable[[str, Any], Path]


def run_of(write: Write, text: str, **changes: Any) -> Run:
    return load(write("run.yaml", text), changes)


def problems(write: Write, text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(write("run.yaml", text))
    assert all(one.zh and one.en for one in caught.value.problems)
    return {one.key: f"{Path(one.path).name} {one.en}" for one in caught.value.problems}


def test_a_short_configuration_gets_the_published_defaults(write: Write) -> None:
    run = run_of(write, BASE)
    assert run.lora == LoraSection(rank=32, alpha=32.0, targets="all-linear", exclude_router=True)
    assert (run.optim.learning_rate, run.optim.schedule, run.optim.epochs) == (
        "auto",
        "constant",
        1,
    )
    assert (run.data.loss_on, run.out, run.backend) == ("completion", "runs/sft", "trl")


@pytest.mark.parametrize("text", ["1e-4", "1.0e-4", "'1e-4'", "0.0001"])
def test_a_rate_is_a_number_however_yaml_reads_it(write: Write, text: str) -> None:
    assert run_of(write, BASE + f"optim: {{learning_rate: {text}}}").optim.learning_rate == 1e-4


@pytest.mark.parametrize("value", ["null", "false"])
def test_no_adapter_trains_all_weights(write: Write, value: str) -> None:
    assert run_of(write, BASE + f"lora: {value}\n").lora is None


@pytest.mark.parametrize("value", ["-1", "nan", ".inf", "fast", "true", "[1]", "0", "1e999"])
def test_a_rate_that_is_none_is_refused(write: Write, value: str) -> None:
    found = problems(write, BASE + f"optim:\n  learning_rate: {value}\n")
    assert "run.yaml:5" in found["optim.learning_rate"]


# Every row of what breaks between versions: the key, and what must stand in the answer.
MOVED = [
    ("data", "max_seq_length", "data.max_length"),
    ("data", "max_prompt_length", "data.max_length"),
    ("optim", "warmup_ratio", "optim.warmup"),
    ("model", "tokenizer", "processing_class"),
    ("optim", "evaluation_strategy", "eval_every"),
    ("optim", "bf16", "model.dtype"),
    ("optim", "gradient_checkpointing", "trainer.gradient_checkpointing"),
    ("optim", "per_device_train_batch_size", "optim.micro_batch"),
    ("optim", "gradient_accumulation_steps", "optim.batch_size"),
    ("model", "judges", "rubric"),
    ("data", "truncation_mode", "data.max_length"),
    ("optim", "use_liger_kernel", "use_kernels"),
    ("data", "pad_token", "padding token"),
    ("lora", "target_modules", "lora.targets"),
    ("lora", "lora_alpha", "lora.alpha"),
    ("data", "assistant_only_loss", "data.loss_on"),
    ("model", "model_name_or_path", "model.path"),
]


@pytest.mark.parametrize(("section", "old", "new"), MOVED)
def test_old_names_are_translated_in_place(write: Write, section: str, old: str, new: str) -> None:
    values = {"model": {"path": "m"}, "data": {"train": "t.jsonl"}, "method": "sft"}
    values.setdefault(section, {})[old] = 1  # type: ignore[call-overload]
    found = problems(write, json.dumps(values))
    assert new in found[f"{section}.{old}"]


def test_prompt_length_has_another_answer_for_policies(write: Write) -> None:
    text = BASE.replace("sft", "grpo") + "grpo: {rewards: [math], max_prompt_length: 9}\n"
    assert "max_new_tokens" in problems(write, text)["grpo.max_prompt_length"]


@pytest.mark.parametrize("name", OLD_METHODS)
def test_methods_that_are_gone_say_what_to_use(write: Write, name: str) -> None:
    found = problems(write, BASE.replace("sft", name))
    assert any(method in found["method"] for method in METHODS)


def test_ppo_names_both_ways_out(write: Write) -> None:
    said = problems(write, BASE.replace("sft", "ppo"))["method"]
    assert "run.yaml:1" in said
    assert "`rloo`" in said
    assert "backend: tinker" in said


def test_all_mistakes_are_told_at_once_with_their_lines(write: Write) -> None:
    text = (
        "method: sft\nmodel:\n  dtype: float8\ndata:\n  train: t.jsonl\n  pakcing: true\n"
        "optim:\n  batch_size: 10\n  micro_batch: 4\n  steps: 5\n  epochs: 2\ndpo: {}\nlor: 1\n"
    )
    found = problems(write, text)
    assert "run.yaml:2 is missing" in found["model.path"]
    assert "run.yaml:3" in found["model.dtype"]
    assert "`packing`" in found["data.pakcing"]
    assert "run.yaml:8 10 is no multiple" in found["optim.batch_size"]
    assert "run.yaml:10" in found["optim.steps"]
    assert "another method" in found["dpo"]
    assert "`lora`" in found["lor"]


def test_completions_come_in_whole_groups(write: Write) -> None:
    text = BASE.replace("sft", "grpo") + "optim: {batch_size: 12}\ngrpo: {rewards: [math]}\n"
    assert "no multiple of `grpo.group`, 8; write 8" in problems(write, text)["optim.batch_size"]


def test_rewards_are_names_or_mappings(write: Write) -> None:
    text = BASE.replace("sft", "grpo") + (
        "grpo:\n  rewards:\n    - math\n    - {name: length, weight: -0.5, options: {max: 9}}\n"
    )
    rewards = run_of(write, text).method_options["rewards"]
    assert rewards == (RewardSpec("math"), RewardSpec("length", -0.5, {"max": 9}))
    broken = problems(write, text + "    - 3\n    - {weight: 1}\n    - {name: a, wieght: 2}\n")
    assert "run.yaml:8" in broken["grpo.rewards.2"]
    assert "grpo.rewards.3.name" in broken
    assert "`weight`" in broken["grpo.rewards.4.wieght"]


def test_a_policy_without_rewards_is_refused(write: Write) -> None:
    assert "no reward" in problems(write, BASE.replace("sft", "rloo"))["rloo.rewards"]


def test_losses_of_tinker_need_tinker(write: Write) -> None:
    text = BASE.replace("sft", "grpo") + "grpo: {rewards: [math], variant: ppo}\n"
    assert "backend: tinker" in problems(write, text)["grpo.variant"]
    assert run_of(write, text + "backend: tinker\n").backend == "tinker"


def test_dpo_losses_and_weights(write: Write) -> None:
    text = BASE.replace("sft", "dpo")
    mixed = run_of(write, text + "dpo: {loss: [sigmoid, sft], loss_weights: [1, 0.1]}\n")
    assert mixed.method_options["loss"] == ("sigmoid", "sft")
    found = problems(write, text + "dpo: {loss: sigmod, loss_weights: [1, 2]}\n")
    assert "sigmoid" in found["dpo.loss"]
    assert "one number" in found["dpo.loss_weights"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("# only a remark\n", "is empty"),
        ("- a\n", "no mapping"),
        ("method: [\n", "not YAML"),
        ("method: sft\nmethod: dpo\n", "given twice (first in line 1)"),
        (b"method: sft\n# \xff\n", "not UTF-8"),
        ("a: &x\n  b: *x\nmethod: sft\n", ""),
        ("[" * 1200, ""),
        ("? [a, b]\n: 1\n", ""),
    ],
)
def test_what_is_no_configuration(write: Write, content: str | bytes, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write("run.yaml", content))
    assert said in str(caught.value)
    assert "run.yaml" in str(caught.value)


def test_a_file_that_is_not_there(place: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(place / "nothing.yaml")


def test_overrides_win_and_are_named(write: Write) -> None:
    path = write("run.yaml", BASE)
    changes = dict(parse_override(one) for one in ("optim.steps=7", "lora.rank=4", "trackers=[a]"))
    run = load(path, changes)
    assert (run.optim.steps, run.lora and run.lora.rank, run.trackers) == (7, 4, ("a",))
    with pytest.raises(ConfigError, match=r"--set optim\.steps: optim\.steps: is 'many'"):
        load(path, {"optim.steps": "many"})
    with pytest.raises(ConfigError, match="`method` is no section"):
        load(path, {"method.x": 1})
    for text in ("optim.steps", "=3", "a=[", ""):
        with pytest.raises(ConfigError, match="--set"):
            parse_override(text)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("method", TEMPLATES)
def test_templates_are_valid_as_they_are(write: Write, method: str, lang: str) -> None:
    text = template(method, lang)
    assert run_of(write, text).method == method
    assert any("一" <= sign <= "鿿" for sign in text) == (lang == "zh")
    assert max(len(line) for line in text.splitlines()) <= 100


def test_every_method_has_a_template() -> None:
    assert set(TEMPLATES) == set(METHODS)


sizes = st.integers(1, 64)


@given(
    method=st.sampled_from(METHODS),
    micro=sizes,
    times=sizes,
    rate=st.one_of(st.just("auto"), st.floats(1e-9, 1.0)),
    lora=st.one_of(st.none(), st.fixed_dictionaries({"rank": sizes, "targets": st.just("mlp")})),
    trackers=st.lists(st.text("abc", min_size=1)),
)
def test_a_plain_run_is_read_back_the_same(
    method: str, micro: int, times: int, rate: Any, lora: Any, trackers: list[str]
) -> None:
    values: dict[str, Any] = {
        "method": method,
        "model": {"path": "模型/m"},
        "data": {"train": "t", "fields": {"prompt": "问题"}},
        "optim": {"learning_rate": rate, "batch_size": micro * times * 8, "micro_batch": micro},
        "lora": lora,
        "trackers": trackers,
    }
    if method in ("grpo", "rloo"):
        values[method] = {"rewards": ["math", {"name": "length", "weight": 0.5}], "group": 8}
    run = parse(Marked(values, "x"))
    plain = json.loads(json.dumps(to_plain(run)))
    assert parse(Marked(plain, "y")) == run
    assert to_plain(parse(Marked(plain, "y"))) == plain


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", (4, 64)),
        ("samples: 2\n", (2, 64)),
        ("samples: 0\n", (0, 64)),
        ("samples: false\n", (0, 64)),
        ("samples: null\n", (4, 64)),
        ("samples: {count: 7, max_new_tokens: 9}\n", (7, 9)),
        ("samples: {max_new_tokens: 9}\n", (4, 9)),
    ],
)
def test_samples_are_a_number_or_a_section(
    write: Write, said: str, expected: tuple[int, int]
) -> None:
    found = run_of(write, BASE + said).samples
    assert (found.count, found.max_new_tokens) == expected


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("samples: -1\n", "samples"),
        ("samples: many\n", "samples"),
        ("samples: true\n", "samples"),
        ("samples: [4]\n", "samples"),
        ("samples: {number: 4}\n", "samples.number"),
        ("samples: {max_new_tokens: 0}\n", "samples.max_new_tokens"),
    ],
)
def test_samples_that_are_no_number_are_refused(write: Write, said: str, key: str) -> None:
    assert "run.yaml:4" in problems(write, BASE + said)[key]


@pytest.mark.parametrize("method", ["grpo", "rloo"])
def test_policies_record_their_own_answers(write: Write, method: str) -> None:
    text = BASE.replace("sft", method) + f"{method}: {{rewards: [math]}}\n"
    assert run_of(write, text).samples.count == 0
    assert "as it is" in problems(write, text + "samples: 4\n")["samples"]
