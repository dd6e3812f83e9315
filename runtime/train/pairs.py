"""Preference pairs from a model's own answers: of each prompt's answers the best and the worst."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import libraries, models
from .config import Run
from .data import read_examples, to_columns
from .drawn import Drawn, journal_of
from .metrics import to_line
from .record import replace
from .rewards.base import Sample, text_of
from .rewards.make import Makings, make_rewards
from .sets import chats

__all__ = ["Made", "best_and_worst", "journal_of", "make_pairs"]

#: Columns that are the example's own, not for rewards to read.
_OWN = ("prompt", "messages")


@dataclass(frozen=True)
class Made:
    """How many prompts gave a pair; the others' answers were too alike, or were not graded.

    ``kept`` is of how many prompts the answers were there already, from an earlier run.
    """

    prompts: int
    pairs: int
    ungraded: int
    kept: int = 0


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
    Until then answers and grades are kept in the folder ``OUT.journal``: of a run that was
    interrupted or killed, the same call goes on and has the pairs of one that was not. Each
    prompt's answers are drawn with a seed of its own, so it does not matter where it stopped.

    Raises:
        TrainError, DataError: the model, the data or a reward cannot be used.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: interrupted; what was answered and graded is kept.
        JournalError: another process makes the same pairs, or the journal cannot be written.
        OSError: the file cannot be written.
    """
    torch = libraries.torch()
    folder = journal_of(out)
    folder.mkdir(parents=True, exist_ok=True)
    with Drawn(run, folder) as drawn:
        rewards = make_rewards(run.method_options["rewards"], Makings(folder=folder))
        loaded = models.load(run.model)
        loaded.model.to(loaded.device).eval()
        columns = to_columns(
            read_examples(run.data.train, run.data), run.method, chat=chats(run, loaded.tokenizer)
        )
        rows, pairs, ungraded, kept = list(_rows(columns)), [], 0, 0
        for done, row in enumerate(rows, 1):
            prompt = row["prompt"]
            given = _given(loaded.tokenizer, prompt)
            key, seed = drawn.key_and_seed(given["input_ids"][0].tolist())
            answers = drawn.answers(key)
            kept += answers is not None
            if answers is None:
                torch.manual_seed(seed)
                answers = _answers(torch, loaded, given, run)
                drawn.keep_answers(key, answers)
            others = {name: value for name, value in row.items() if name not in _OWN}
            worth = drawn.worth(key, others)
            if worth is None:
                samples = [Sample(text_of(prompt), answer, others) for answer in answers]
                worth = [verdict.value for verdict in rewards.grade(samples)]
                drawn.keep_worth(key, others, worth)
            ungraded += all(one is None for one in worth)
            found = best_and_worst(answers, worth, margin=margin)
            if found is not None:
                pairs.append(_pair(prompt, answers, worth, *found))
            report(done, len(rows))
        replace(out, b"".join(map(to_line, pairs)))
    return Made(len(rows), len(pairs), ungraded, kept)


def _rows(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _given(tokenizer: Any, prompt: Any) -> Any:
    """Return a prompt, a text or messages, as tokens that the model continues."""
    if isinstance(prompt, str):
        return tokenizer(prompt, return_tensors="pt")
    return tokenizer.apply_chat_template(
        prompt, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )


def _answers(torch: Any, loaded: models.Loaded, given: Any, run: Run) -> list[str]:
    tokenizer, options = loaded.tokenizer, run.method_options
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
