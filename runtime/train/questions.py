"""Which examples a model is asked while it trains: their prompts, as tokens, and what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import Any

__all__ = ["Question", "pair_tokens", "questions", "tokens_of"]

#: Examples that are looked at to find prompts that differ and are short enough.
_MOST_LOOKED_AT = 1000
#: A plain text has no prompt: the model goes on from half of its tokens, and from so many at most.
_BEGINNING = 32


@dataclass(frozen=True)
class Question:
    """A prompt (a text or messages) with its ``tokens``, and the answer of the data, if any.

    Of a pair, ``reference`` is the chosen answer and ``rejected`` the other one.
    """

    prompt: Any
    tokens: tuple[int, ...]
    reference: Any = None
    rejected: Any = None


def questions(
    rows: Sequence[Mapping[str, Any]],
    count: int,
    tokenizer: Any,
    fits: Callable[[Question], bool],
) -> tuple[Question, ...]:
    """Return up to ``count`` different prompts that fit, always the same ones.

    They are spread over the examples, which often come sorted; ``rows`` are examples as trainers
    take them. Of pairs, those with another chosen answer are different, too.
    """
    if count < 1 or not len(rows):
        return ()
    spread = range(0, len(rows), max(1, len(rows) // count))
    order = dict.fromkeys(chain(spread, range(len(rows))))
    found: dict[Any, Question] = {}
    for at in islice(order, _MOST_LOOKED_AT):
        one = _question(rows[at], tokenizer)
        if fits(one):
            found.setdefault((one.tokens, str(one.rejected and one.reference)), one)
        if len(found) == count:
            break
    return tuple(found.values())


def tokens_of(prompt: Any, tokenizer: Any) -> tuple[int, ...]:
    """Return a prompt's tokens: of messages, with the beginning of the assistant's turn."""
    if not prompt:
        return ()
    if not isinstance(prompt, str):
        return _chat(prompt, tokenizer, add_generation_prompt=True)
    tokens = tuple(tokenizer(prompt)["input_ids"])
    # Some tokenizers end every text; the answer has to come first.
    ended = tokens[-1:] == (tokenizer.eos_token_id,) and not prompt.endswith(tokenizer.eos_token)
    return tokens[:-1] if ended else tokens


def pair_tokens(
    question: Question, tokenizer: Any
) -> tuple[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return where the two answers of a pair begin, and the tokens of both with the prompt.

    As in TRL: a text that is no chat ends with the token for the end, and an answer begins where
    its tokens and those of the prompt alone part.
    """
    both = tuple(
        _whole(question.prompt, answer, tokenizer)
        for answer in (question.reference, question.rejected)
    )
    return min(_shared(question.tokens, one) for one in both), (both[0], both[1])


def _question(row: Mapping[str, Any], tokenizer: Any) -> Question:
    if "chosen" in row:
        prompt, chosen, rejected = _pair(row)
        return Question(prompt, tokens_of(prompt, tokenizer), chosen, rejected)
    if "prompt" in row:
        prompt = row["prompt"]
        return Question(prompt, tokens_of(prompt, tokenizer), row.get("completion"))
    if "messages" in row:
        return _conversation(row["messages"], tokenizer)
    return _beginning(row["text"], tokenizer)


def _pair(row: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Return prompt, chosen and rejected answer; where there is no prompt, what both begin with."""
    chosen, rejected = row["chosen"], row["rejected"]
    if "prompt" in row:
        return row["prompt"], chosen, rejected
    same = _shared(chosen, rejected)
    if isinstance(chosen, str):
        # TRL's `extract_prompt` leaves the blank before the first different word to the answers.
        same -= chosen[:same].endswith(" ")
    return chosen[:same], chosen[same:], rejected[same:]


def _conversation(messages: Sequence[Mapping[str, Any]], tokenizer: Any) -> Question:
    answers = [at for at, one in enumerate(messages) if one["role"] == "assistant" and at]
    end = answers[-1] if answers else len(messages)
    before, reference = list(messages[:end]), list(messages[end : end + 1])
    return Question(before, tokens_of(before, tokenizer), reference or None)


def _beginning(text: str, tokenizer: Any) -> Question:
    tokens = tokens_of(text, tokenizer)
    begun = tokens[: min(_BEGINNING, len(tokens) // 2)]
    # A token may end within a character.
    while (prompt := tokenizer.decode(begun, skip_special_tokens=True)).endswith("\ufffd"):
        begun = begun[:-1]
    rest = tokenizer.decode(tokens[len(begun) :], skip_special_tokens=True)
    return Question(prompt, begun, rest)


def _whole(prompt: Any, answer: Any, tokenizer: Any) -> tuple[int, ...]:
    if not isinstance(answer, str):
        return _chat([*prompt, *answer], tokenizer)
    end = tokenizer.eos_token or ""
    ended = answer if answer.endswith(end) else answer + end
    return tuple(tokenizer(prompt + ended)["input_ids"])


def _chat(messages: Sequence[Any], tokenizer: Any, **more: Any) -> tuple[int, ...]:
    made = tokenizer.apply_chat_template(list(messages), tokenize=True, return_dict=True, **more)
    return tuple(made["input_ids"])


def _shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    """Return how many members two sequences begin with in common."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
