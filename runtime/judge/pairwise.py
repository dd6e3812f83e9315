"""A judge compares two answers, once in each order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .base import Message, Request, Tool
from .checks.text import normal
from .prompts import PROMPT_VERSION, compose, judge_key_parts, system_prompt
from .rubric import Item, JudgeInvalid

__all__ = [
    "PROMPT_VERSION",
    "Merged",
    "PairVerdict",
    "judge_key_parts",
    "merge",
    "pair_request",
    "read_pair",
    "trivially_tied",
]

_MAX_TOKENS = 2048
_LONGEST = 4000  # characters of a reason that are kept
_VERDICTS = {
    "first_much_better": 2,
    "first_better": 1,
    "tie": 0,
    "second_better": -1,
    "second_much_better": -2,
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": list(_VERDICTS)},
    },
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}
_POINTS = {"first": 1.0, "tie": 0.5, "second": 0.0}


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """Which of two answers a judge prefers: "first", "second" or "tie".

    ``magnitude`` runs from 2 (the first is much better) to -2 (the second is).
    """

    winner: str
    magnitude: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What both orders say of the candidate, whose answer stood first in the first order.

    ``score`` is the mean of both (1 won, 0 lost, ½ tied): a judge that prefers a position, not an
    answer, gives ½. ``consistent`` is whether both orders name the same winner, or both a tie.
    ``magnitude`` is the mean for the candidate, from -2 to 2.
    """

    score: float
    consistent: bool
    magnitude: float


def pair_request(
    question: str,
    first: str,
    second: str,
    *,
    items: Sequence[Item] = (),
    lang: str,
    reference: str = "",
) -> Request:
    """Return what to ask a judge about two answers, in ``lang`` ("en" or "zh").

    Raises:
        ValueError: there is no prompt in that language.
    """
    parts = {
        "question": question,
        "reference": reference,
        "first": first or " ",
        "second": second or " ",
    }
    criteria = [_statement(item, lang) for item in items]
    return Request(
        messages=(Message("user", compose(parts, criteria)),),
        system=system_prompt("pairwise", lang),
        tools=(Tool("compare", "Say which of the two answers is better.", _SCHEMA),),
        answer_with="compare",
        max_tokens=_MAX_TOKENS,
        cacheable=True,
    )


def _statement(item: Item, lang: str) -> str:
    """Return a criterion with what it is for: a fault that is not named as one would be praised."""
    if item.kind == "must_not":
        return f"{'[错误] ' if lang == 'zh' else '[fault] '}{item.text}"
    return item.text


def read_pair(data: object) -> PairVerdict:
    """Read the arguments of ``compare``.

    Raises:
        JudgeInvalid: they are not what the tool takes.
    """
    if not isinstance(data, Mapping):
        msg = "no verdict"
        raise JudgeInvalid(msg)
    verdict, reason = data.get("verdict"), data.get("reason")
    if not isinstance(verdict, str) or verdict not in _VERDICTS:
        msg = f"`verdict` is {verdict!r:.40}, not one of {', '.join(_VERDICTS)}"
        raise JudgeInvalid(msg)
    if not isinstance(reason, str):
        msg = "`reason` is no text"
        raise JudgeInvalid(msg)
    magnitude = _VERDICTS[verdict]
    winner = "first" if magnitude > 0 else "second" if magnitude < 0 else "tie"
    return PairVerdict(winner, magnitude, reason.strip()[:_LONGEST])


def merge(first: PairVerdict, second: PairVerdict) -> Merged:
    """Join the verdict with the candidate's answer first and the one with it second."""
    here, there = _POINTS[first.winner], 1 - _POINTS[second.winner]
    return Merged((here + there) / 2, here == there, (first.magnitude - second.magnitude) / 2)


def trivially_tied(one: str, other: str) -> bool:
    """Return whether two answers are the same but for white space at the ends of lines."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in normal(text).strip().split("\n")]
