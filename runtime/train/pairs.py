"""Preference pairs from a model's own answers: of each prompt's answers the best and the worst."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import libraries, models
from .config import Run
from .data import read_examples, to_columns
from .metrics import to_line
from .record import replace
from .rewards.base import Sample, text_of
from .rewards.make import Makings, make_rewards
from .sets import chats

__all__ = ["Made", "best_and_worst", "make_pairs"]

#: Columns that are the example's own, not for rewards to read.
_OWN = ("prompt", "messages")


@dataclass(frozen=True)
class Made:
    """How many prompts gave a pair; the others' answers were too alike, or were not graded."""

    prompts: int
    pairs: int
    ungraded: int


def best_and_worst(
    answers: Sequence[str], rewards: Sequence[float | None], *, margin: float = 0.0
) -> tuple[int, int] | None:
    """Return which answers have the highest and the lowest reward; of equal ones the first.

    ``None`` rewards (nobody could grade) take no part. There is no pair where fewer than two were
    graded, where the rewards differ by ``margin`` or less, or where both answers are one text.
    """
    graded = [at for at, reward in enumerate(rewards) if reward is not None]
    if len(graded) < 2:
        return None
    worth = {at: float(rewards[at] or 0.0) for at in graded}
    best = max(graded, key=lambda at: worth[at])
    worst = min(graded, key=lambda at: worth[at])
    if worth[best] - worth[worst] <= margin or answers[best] == answers[worst]:
        return None
    return best, worst


def make_pairs(
    run: Run,
    out: Path,
    *,
    margin: float = 0.0,
    report: Callable[[int, int], None] = lambda _done, _of: None,
) -> Made:
    """Answer each prompt ``group`` times, grade, and write the best and worst answers as JSONL.

    ``run`` is of the method grpo or rloo: its rewards grade, and its sampling is used. ``report``
    is given how many prompts are done, and of how many. The file is written whole, at the end.

    Raises:
        TrainError, DataError: the model, the data or a reward cannot be used.
        MissingLibrary: a library is not installed.
        OSError: the file cannot be written.
    """
    torch = libraries.torch()
    out.parent.mkdir(parents=True, exist_ok=True)
    rewards = make_rewards(run.method_options["rewards"], Makings(folder=out.parent))
    loaded = models.load(run.model)
    loaded.model.to(loaded.device).eval()
    columns = to_columns(
        read_examples(run.data.train, run.data), run.method, chat=chats(run, loaded.tokenizer)
    )
    torch.manual_seed(run.optim.seed)
    rows, pairs, ungraded = list(_rows(columns)), [], 0
    for done, row in enumerate(rows, 1):
        prompt = row["prompt"]
        answers = _answers(torch, loaded, prompt, run)
        others = {name: value for name, value in row.items() if name not in _OWN}
        samples = [Sample(text_of(prompt), answer, others) for answer in answers]
        worth = [verdict.value for verdict in rewards.grade(samples)]
        ungraded += all(one is None for one in worth)
        found = best_and_worst(answers, worth, margin=margin)
        if found is not None:
            pairs.append(_pair(prompt, answers, worth, *found))
        report(done, len(rows))
    replace(out, b"".join(map(to_line, pairs)))
    return Made(len(rows), len(pairs), ungraded)


def _rows(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _answers(torch: Any, loaded: models.Loaded, prompt: Any, run: Run) -> list[str]:
    """Sample answers to a prompt, a text or messages."""
    tokenizer, options = loaded.tokenizer, run.method_options
    if isinstance(prompt, str):
        given = tokenizer(prompt, return_tensors="pt")
    else:
        given = tokenizer.apply_chat_template(
            prompt, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
    with torch.no_grad():
        made = loaded.model.generate(
            input_ids=given["input_ids"].to(loaded.device),
            attention_mask=given["attention_mask"].to(loaded.device),
            max_new_tokens=options["max_new_tokens"],
            num_return_sequences=options["group"],
            do_sample=True,
            temperature=options["temperature"],
            top_p=options["top_p"],
            pad_token_id=tokenizer.pad_token_id,
        )
    answers = made[:, given["input_ids"].shape[1] :]
    return list(tokenizer.batch_decode(answers, skip_special_tokens=True))


def _pair(
    prompt: Any, answers: Sequence[str], worth: Sequence[float | None], best: int, worst: int
) -> dict[str, Any]:
    def shaped(text: str) -> Any:
        plain = isinstance(prompt, str)
        return text if plain else [{"role": "assistant", "content": text}]

    return {
        "prompt": prompt,
        "chosen": shaped(answers[best]),
        "rejected": shaped(answers[worst]),
        "chosen_reward": worth[best],
        "rejected_reward": worth[worst],
    }
