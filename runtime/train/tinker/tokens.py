"""Examples as tokens with weights, and as the data that the service takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import TrainError
from .service import library

if TYPE_CHECKING:
    from ..sections import DataSection

__all__ = ["Encoded", "datum", "encoded", "prompt_tokens"]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of an example; ``weights`` are 1 where a token is trained on, else 0."""

    tokens: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def trained(self) -> float:
        """How many tokens are trained on; the first one is never predicted."""
        return sum(self.weights[1:])


def prompt_tokens(prompt: Any, tokenizer: Any) -> list[int]:
    """Return the tokens of a prompt: of messages with the beginning of the answer."""
    if isinstance(prompt, str):
        return list(tokenizer(prompt)["input_ids"])
    return _chat(prompt, tokenizer, add_generation_prompt=True)


def encoded(row: Mapping[str, Any], tokenizer: Any, data: DataSection) -> Encoded:
    """Return an example of sft as tokens, cut at ``data.max_length``.

    As in TRL, a text that is no chat ends with the token for the end.

    Raises:
        TrainError: the loss is on assistant turns, and the chat template does not mark them.
    """
    if "completion" in row:
        tokens, begin = _answered(row["prompt"], row["completion"], tokenizer)
        first = 0 if data.loss_on == "all" else begin
        weights = [0.0] * first + [1.0] * (len(tokens) - first)
    elif "messages" in row:
        tokens, weights = _conversation(row["messages"], tokenizer, data)
    else:
        tokens = [*tokenizer(row["text"])["input_ids"], *_end(tokenizer)]
        weights = [1.0] * len(tokens)
    return Encoded(tuple(tokens[: data.max_length]), tuple(weights[: data.max_length]))


def datum(example: Encoded, scale: float = 1.0) -> Any:
    """Return a ``Datum`` whose loss is the sum of −log p over its weighted tokens, times scale."""
    tinker = library()
    return tinker.Datum(
        model_input=tinker.ModelInput.from_ints(list(example.tokens[:-1])),
        loss_fn_inputs={
            "target_tokens": list(example.tokens[1:]),
            "weights": [weight * scale for weight in example.weights[1:]],
        },
    )


def _answered(prompt: Any, completion: Any, tokenizer: Any) -> tuple[list[int], int]:
    """Return the tokens of both, and where those of the completion begin."""
    if isinstance(prompt, str):
        before = list(tokenizer(prompt)["input_ids"])
        whole = [*tokenizer(prompt + completion)["input_ids"], *_end(tokenizer)]
    else:
        before = prompt_tokens(prompt, tokenizer)
        whole = _chat([*prompt, *completion], tokenizer)
    # A tokenizer may join the end of the one with the beginning of the other.
    pairs = enumerate(zip(before, whole, strict=False))
    begin = next((at for at, (one, other) in pairs if one != other), min(len(before), len(whole)))
    return whole, begin


def _conversation(
    messages: Sequence[Any], tokenizer: Any, data: DataSection
) -> tuple[list[int], list[float]]:
    if data.loss_on != "assistant":
        tokens = _chat(messages, tokenizer)
        return tokens, [1.0] * len(tokens)
    made = tokenizer.apply_chat_template(
        list(messages), tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    weights = [float(one) for one in made["assistant_masks"]]
    if not any(weights):
        raise TrainError(
            "`data.loss_on: assistant` needs a chat template that marks the assistant's turns: "
            "write `data.loss_on: completion`, or name one in `model.chat_template`",
            "`data.loss_on: assistant` 需要能标出助手回合的对话模板：请改为 "
            "`data.loss_on: completion`，或在 `model.chat_template` 中指定",
        )
    return list(made["input_ids"]), weights


def _chat(messages: Sequence[Any], tokenizer: Any, **more: Any) -> list[int]:
    made = tokenizer.apply_chat_template(list(messages), tokenize=True, return_dict=True, **more)
    return list(made["input_ids"])


def _end(tokenizer: Any) -> list[int]:
    return [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
