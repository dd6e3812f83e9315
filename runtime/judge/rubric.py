"""A judge looks at one answer, criterion by criterion, and shows the evidence for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from .base import Message, Request, Tool
from .evidence import occurs
from .prompts import compose, system_prompt

__all__ = [
    "Item",
    "ItemVerdict",
    "JudgeInvalid",
    "RubricVerdict",
    "passed",
    "read_rubric",
    "rubric_request",
    "score",
]

KINDS = ("must", "should", "must_not")
_MOST_TOKENS = 8192
_TOKENS_PER_ITEM = 512  # a reason of two sentences and a quote, in Chinese, too
_LONGEST = 4000  # characters of a reason or a quote that are kept


class JudgeInvalid(ValueError):
    """A judge answered, but not as a judge must; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion: a statement about an answer, "must", "should" or "must_not", and its weight.

    Raises:
        ValueError: an unknown kind, an empty text, or a weight that is not a number above 0.
    """

    text: str
    kind: str = "must"
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not self.text.strip():
            msg = f"a criterion has a text and is one of {', '.join(KINDS)}: {self.kind!r}"
            raise ValueError(msg)
        if not (isfinite(self.weight) and self.weight > 0):
            msg = f"the weight of a criterion is a number above 0, not {self.weight}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What a judge found of one criterion.

    ``met`` is whether the statement is true of the answer, ``passed`` whether that is as it should
    be. A statement found true without a quote that occurs in the answer has ``quote_found`` false
    and ``passed`` ``None``: no valid opinion, which is not a failure. ``quote_found`` is ``None``
    where there is no quote and none is needed.
    """

    met: bool
    passed: bool | None
    quote: str
    quote_found: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class RubricVerdict:
    """What a judge found, in the order of the criteria; ``problems`` says what to distrust."""

    items: tuple[ItemVerdict, ...]
    problems: tuple[str, ...] = ()


def _schema(count: int) -> dict[str, Any]:
    entry = {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "enum": list(range(1, count + 1))},
            "reason": {"type": "string"},
            "quote": {"type": "string"},
            "met": {"type": "boolean"},
        },
        "required": ["number", "reason", "quote", "met"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"criteria": {"type": "array", "items": entry}},
        "required": ["criteria"],
        "additionalProperties": False,
    }


def rubric_request(
    question: str, answer: str, items: Sequence[Item], *, lang: str, reference: str = ""
) -> Request:
    """Return what to ask a judge about ``answer``, in ``lang`` ("en" or "zh").

    The judge learns neither the kinds nor the weights: it only says which statements are true.

    Raises:
        ValueError: there are no criteria, or no prompt in that language.
    """
    if not items:
        msg = "there is nothing to judge: no criteria"
        raise ValueError(msg)
    parts = {"question": question, "reference": reference, "answer": answer or " "}
    return Request(
        messages=(Message("user", compose(parts, [item.text for item in items])),),
        system=system_prompt("rubric", lang),
        tools=(Tool("grade", "Give the grade of every criterion.", _schema(len(items))),),
        answer_with="grade",
        max_tokens=min(_TOKENS_PER_ITEM * (len(items) + 2), _MOST_TOKENS),
        cacheable=True,
    )


def _number(value: object, count: int) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= count:
        msg = f"number {value!r:.40}: the criteria are 1 to {count}"
        raise JudgeInvalid(msg)
    return value


def _text(entry: Mapping[str, Any], key: str, number: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        msg = f"criterion {number}: `{key}` is no text"
        raise JudgeInvalid(msg)
    return value.strip()[:_LONGEST]


def _entries(data: object, count: int) -> dict[int, Mapping[str, Any]]:
    listed = data.get("criteria") if isinstance(data, Mapping) else None
    if not isinstance(listed, list | tuple):
        msg = "no list of `criteria`"
        raise JudgeInvalid(msg)
    found: dict[int, Mapping[str, Any]] = {}
    for entry in listed:
        if not isinstance(entry, Mapping):
            msg = f"an entry is no object: {entry!r:.40}"
            raise JudgeInvalid(msg)
        number = _number(entry.get("number"), count)
        if number in found:
            msg = f"criterion {number} is there twice"
            raise JudgeInvalid(msg)
        found[number] = entry
    missing = [number for number in range(1, count + 1) if number not in found]
    if missing:
        msg = f"criteria {', '.join(map(str, missing))} are missing"
        raise JudgeInvalid(msg)
    return found


def read_rubric(data: object, answer: str, items: Sequence[Item]) -> RubricVerdict:
    """Read the arguments of ``grade``; ``answer`` is where the quotes have to occur.

    Raises:
        JudgeInvalid: a criterion is missing, doubled or unknown, or a value has a wrong type.
    """
    entries = _entries(data, len(items))
    verdicts: list[ItemVerdict] = []
    problems: list[str] = []
    for number, item in enumerate(items, 1):
        entry = entries[number]
        met = entry.get("met")
        if not isinstance(met, bool):
            msg = f"criterion {number}: `met` is neither true nor false"
            raise JudgeInvalid(msg)
        quote, reason = _text(entry, "quote", number), _text(entry, "reason", number)
        found = occurs(quote, answer) if quote or met else None
        as_wanted = met != (item.kind == "must_not")
        if met and not found:
            problems.append(
                f"criterion {number}: {'the quote is not in the answer' if quote else 'no quote'}"
            )
        if not reason:
            problems.append(f"criterion {number}: no reason")
        supported = found or not met
        verdicts.append(ItemVerdict(met, as_wanted if supported else None, quote, found, reason))
    return RubricVerdict(tuple(verdicts), tuple(problems))


def score(items: Sequence[Item], found: Sequence[bool | None]) -> float | None:
    """Return the weighted share of the criteria that passed, from 0 to 1.

    A ``should`` without an opinion is left out of the share. With a ``must`` or ``must_not``
    without one there is no score: leaving it out would raise the score of an answer exactly where
    its judge could not show evidence.

    Raises:
        ValueError: there are not as many findings as criteria.
    """
    parts = list(zip(items, found, strict=True))
    if any(one is None and item.kind != "should" for item, one in parts):
        return None
    total = sum(item.weight for item, one in parts if one is not None)
    return sum(item.weight for item, one in parts if one) / total if total else None


def passed(items: Sequence[Item], found: Sequence[bool | None]) -> bool | None:
    """Return whether every ``must`` and ``must_not`` passed; ``None`` if one has no opinion.

    That holds even where another one failed: if only passing answers could become ungraded, the
    rates of those that remain would be too low.

    Raises:
        ValueError: there are not as many findings as criteria.
    """
    needed = [one for item, one in zip(items, found, strict=True) if item.kind != "should"]
    return None if None in needed else all(needed)
