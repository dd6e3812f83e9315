"""What `validate --ask` shows is what TRL trains on, token by token."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.train.config import load
from polyskill.runtime.train.validate import Part, shown_examples

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
Write = Callable[..., Path]
MARKED = (
    "{% for m in messages %}<{{ m['role'] }}>"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}</s>{% endgeneration %}"
    "{% else %}{{ m['content'] }}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
# The prompt alone ends otherwise than the prompt with its answer.
UNEVEN = MARKED.replace("<assistant>{% endif %}", "<assistant>(think){% endif %}")
PAIR = {"prompt": "你 ok? ", "completion": "yes\n天"}
CHAT = {
    "messages": [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "one?"},
        {"role": "assistant", "content": "1"},
        {"role": "user", "content": "two?"},
        {"role": "assistant", "content": "2"},
    ]
}


def joined(tokenizer: Any, ids: list[int], roles: list[str]) -> list[Part]:
    found = []
    for role, group in groupby(zip(roles, ids, strict=True), key=lambda pair: pair[0]):
        tokens = [one for _, one in group]
        found.append(Part(role, tokenizer.decode(tokens), len(tokens)))
    return found


@pytest.fixture
def made(tiny: Path, write_run: Write, tmp_path: Path) -> Callable[..., tuple[Any, Any, Path]]:
    """Make the trainer that a recipe makes; return it, its tokenizer and the configuration."""
    import torch
    import trl

    from polyskill.runtime.train import models
    from polyskill.runtime.train.recipes.sft import _loss_on
    from polyskill.runtime.train.sets import data_sets

    kinds = {
        "sft": (trl.SFTTrainer, trl.SFTConfig),
        "dpo": (trl.DPOTrainer, trl.DPOConfig),
        "reward": (trl.RewardTrainer, trl.RewardConfig),
        "grpo": (trl.GRPOTrainer, trl.GRPOConfig),
    }

    def build(method: str, row: Any, template: str | None = None, **data: Any) -> Any:
        more: dict[str, Any] = {"data": {"max_length": 200, **data}}
        if method == "grpo":
            more |= {"grpo": {"group": 4, "rewards": ["format"]}}
        config = write_run(method, tiny, [row], **more)
        overrides = {}
        if template is not None:
            (tmp_path / "template.jinja").write_text(template)
            overrides["model.chat_template"] = str(tmp_path / "template.jinja")
        run = load(config, overrides)
        torch.manual_seed(0)
        loaded = models.load(run.model, head="score" if method == "reward" else "lm")
        training, _ = data_sets(run, loaded.tokenizer)
        kind, configuration = kinds[method]
        words: dict[str, Any] = {"output_dir": str(tmp_path / "o"), "bf16": False, "use_cpu": True}
        if method != "grpo":
            words["max_length"] = run.data.max_length
        else:
            words |= {"num_generations": 4, "per_device_train_batch_size": 4}
        if method == "sft":
            words |= _loss_on(run.data.loss_on)
        trainer = kind(
            model=loaded.model,
            args=configuration(**words),
            train_dataset=training,
            processing_class=loaded.tokenizer,
            **({"reward_funcs": [lambda completions, **_: [0.0] * len(completions)]})
            if method == "grpo"
            else {},
        )
        [shown] = shown_examples(config, overrides)
        assert shown.exact
        return trainer, loaded.tokenizer, shown

    return build


@pytest.mark.parametrize(
    ("row", "template", "data"),
    [
        (PAIR, None, {"chat": "no"}),
        (PAIR, None, {"chat": "no", "loss_on": "all"}),
        (PAIR, None, {"chat": "yes"}),
        (PAIR, UNEVEN, {"chat": "yes"}),
        (PAIR, None, {"chat": "no", "max_length": 12}),
        (PAIR, None, {"chat": "yes", "max_length": 30}),
        (PAIR, MARKED, {"chat": "yes", "loss_on": "assistant"}),
        (CHAT, None, {"chat": "auto"}),
        (CHAT, None, {"chat": "auto", "loss_on": "all"}),
        (CHAT, MARKED, {"chat": "auto", "loss_on": "assistant"}),
        (CHAT, MARKED, {"chat": "auto", "loss_on": "assistant", "max_length": 40}),
        ({"text": "Once upon a time"}, None, {"chat": "no"}),
        ({"text": "Once upon a time</s>"}, None, {"chat": "no", "max_length": 7}),
    ],
)
def test_what_is_learnt_is_what_sft_has_labels_for(
    row: Any, template: str | None, data: dict[str, Any], made: Callable[..., Any]
) -> None:
    trainer, tokenizer, shown = made("sft", row, template, **data)
    [trained] = list(trainer.train_dataset)
    ids, labels = trained["input_ids"], trained["labels"]
    assert all(label in (-100, token) for token, label in zip(ids, labels, strict=True))
    roles = ["given" if label == -100 else "learnt" for label in labels]
    kept = [part for part in shown.parts if part.role != "cut"]
    assert kept == joined(tokenizer, ids, roles)
    assert any(part.role == "learnt" for part in kept)
    assert (len(ids) == data.get("max_length")) == any(part.role == "cut" for part in shown.parts)


@pytest.mark.parametrize(
    ("row", "data"),
    [
        ({"prompt": "q? ", "chosen": "good", "rejected": "bad"}, {"chat": "no"}),
        ({"prompt": "q?", "chosen": "good", "rejected": "bad"}, {"chat": "yes"}),
        ({"chosen": "q? good", "rejected": "q? bad"}, {"chat": "no"}),
        (
            {
                "chosen": [*CHAT["messages"][:2], {"role": "assistant", "content": "1"}],
                "rejected": [*CHAT["messages"][:2], {"role": "assistant", "content": "I"}],
            },
            {"chat": "auto"},
        ),
        ({"prompt": "q? ", "chosen": "good", "rejected": "bad"}, {"chat": "no", "max_length": 6}),
    ],
)
def test_pairs_are_those_of_dpo_and_of_a_reward_model(
    row: Any, data: dict[str, Any], made: Callable[..., Any]
) -> None:
    trainer, tokenizer, shown = made("dpo", row, **data)
    batch = trainer.data_collator(list(trainer.train_dataset))
    prompt = len(trainer.train_dataset[0]["prompt_ids"])
    for at, role in enumerate(("chosen", "rejected")):
        seen = batch["attention_mask"][at].bool()
        ids = batch["input_ids"][at][seen].tolist()
        marks = batch["completion_mask"][at][seen].tolist()
        roles = [role if mark else "given" for mark in marks]
        kept = [part for part in shown.parts if part.role in ("given", role)]
        assert kept == joined(tokenizer, ids, roles)
        assert len(ids) > prompt

    if data.get("max_length") is None:
        trainer, tokenizer, shown = made("reward", row, **data)
        [trained] = list(trainer.train_dataset)
        assert list(shown.parts) == [
            Part(role, tokenizer.decode(trained[f"{role}_ids"]), len(trained[f"{role}_ids"]))
            for role in ("chosen", "rejected")
        ]


@pytest.mark.parametrize("chat", ["no", "yes"])
def test_a_prompt_is_that_of_grpo_and_its_answers_are_drawn(
    chat: str, made: Callable[..., Any]
) -> None:
    trainer, tokenizer, shown = made("grpo", {**PAIR, "answer": "2"}, chat=chat)
    prompts = [row["prompt"] for row in trainer.train_dataset]
    [ids] = trainer._tokenize_prompts(prompts)[0]
    assert list(shown.parts) == [Part("given", tokenizer.decode(ids), len(ids))]
    assert shown.drawn


def test_templates_that_trl_can_mark_are_marked(tiny: Path, write_run: Write) -> None:
    """Those of some families mark no answers, and TRL has a twin of each that does."""
    import trl

    from polyskill.runtime.train.validate import validate

    template = Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja"
    data = {"loss_on": "assistant", "chat": "auto", "max_length": 250}
    config = write_run("sft", tiny, [CHAT], data=data)
    changes = {"model.chat_template": str(template)}
    assert "data.loss_on" not in str(validate(config, changes).findings)
    assert "data.loss_on" in str(validate(config).findings)  # nobody knows the tiny one's
    assert "data.loss_on" in str(validate(config, {**changes, "backend": "tinker"}).findings)
    [shown] = shown_examples(config, changes)
    learnt = [part.text for part in shown.parts if part.role == "learnt"]
    assert len(learnt) == 2
    assert all("<|im_end|>" in text and "user" not in text for text in learnt)
    assert "1" in learnt[0] and "2" in learnt[1]
