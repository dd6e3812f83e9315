"""What a model says and how likely it finds a text, in the middle of its training and beside it.

Nothing here draws a random number, keeps a gradient, or leaves a layer in another mode than it had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from .libraries import torch

__all__ = ["Answer", "greedy", "log_probabilities", "scores", "still"]

_BATCH = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A text with its length in tokens; ``cut`` says that the model did not end it itself."""

    text: str
    length: int
    cut: bool


@contextmanager
def still(model: Any) -> Iterator[None]:
    """Hold a model still: no dropout, no gradient; afterwards each layer is as it was."""
    modes = [(layer, layer.training) for layer in model.modules()]
    try:
        model.eval()
        with torch().no_grad():
            yield
    finally:
        for layer, training in modes:
            layer.training = training


def greedy(model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], most: int) -> list[Answer]:
    """Return the likeliest continuation of each prompt, token by token, of at most ``most`` tokens.

    Prompts are tokens. What the model's own ``generation_config`` says of sampling is left aside,
    its penalties are not.
    """
    found: list[Answer] = []
    ends = _ends(model, tokenizer)
    for start in range(0, len(prompts), _BATCH):
        part = prompts[start : start + _BATCH]
        width = max(map(len, part))
        ids = torch().tensor(
            [[tokenizer.pad_token_id] * (width - len(one)) + list(one) for one in part],
            device=model.device,
        )
        mask = torch().tensor(
            [[0] * (width - len(one)) + [1] * len(one) for one in part], device=model.device
        )
        made = model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=most,
            do_sample=False,
            num_beams=1,
            temperature=None,
            top_p=None,
            top_k=None,
            use_cache=True,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=ends or None,
        )
        found += [_answer(tokenizer, row[width:], ends, most) for row in made.tolist()]
    return found


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """Return the tokens that end an answer: the tokenizer's own, and those of the model."""
    said = getattr(model.generation_config, "eos_token_id", None)
    known = said if isinstance(said, list) else [said]
    return sorted({one for one in (*known, tokenizer.eos_token_id) if one is not None})


def _answer(tokenizer: Any, tokens: Sequence[int], ends: Sequence[int], most: int) -> Answer:
    length = next((at for at, token in enumerate(tokens) if token in ends), len(tokens))
    text = tokenizer.decode(tokens[:length], skip_special_tokens=True)
    return Answer(text, length, length == len(tokens) == most)


def scores(model: Any, texts: Sequence[Sequence[int]]) -> list[float]:
    """Return what a model with a head for scores gives each text, which is tokens."""
    return [float(model(**_one(model, text)).logits.squeeze()) for text in texts]


def log_probabilities(
    model: Any,
    texts: Sequence[Sequence[int]],
    start: int,
    *,
    without_adapter: bool = False,
) -> list[float]:
    """Return the log-probability, in nats, of what follows the first ``start`` tokens of each text.

    ``without_adapter`` asks the model as it was before its adapter was trained.
    """
    first = max(start, 1)  # nothing foretells the first token
    found = []
    with model.disable_adapter() if without_adapter else nullcontext():
        for text in texts:
            logits = model(**_one(model, text)).logits[0, first - 1 : -1].float()
            wanted = torch().tensor(list(text[first:]), device=logits.device)
            each = logits.log_softmax(-1).gather(-1, wanted.unsqueeze(-1))
            found.append(float(each.sum()))
    return found


def _one(model: Any, text: Sequence[int]) -> dict[str, Any]:
    ids = torch().tensor([list(text)], device=model.device)
    return {"input_ids": ids, "attention_mask": torch().ones_like(ids)}
