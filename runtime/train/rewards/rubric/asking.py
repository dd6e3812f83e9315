"""What a grader is asked about one answer, and how its reply is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ....judge.base import Message, Request, Tool
from ....judge.prompts import compose
from ....judge.rubric import JudgeInvalid
from .desiderata import DESIDERATA, grading_prompt
from .items import RubricItem

__all__ = ["grading_request", "language_of", "read_grading"]

_TOKENS_PER_ITEM = 256
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LINE = re.compile(
    r"^[\W_]*ITEM\s*(\d+)\W*(NOT\s+MET|MET)\b(?:\W*(?:BUT\s+)?VIOLATES?\b([\d ,、]*))?", re.I | re.M
)
_MARKS = {"en": "[fault] ", "zh": "[错误] "}


def language_of(text: str) -> str:
    """Return "zh" for a text of which a tenth or more is Chinese, else "en"."""
    return "zh" if len(_HAN.findall(text)) * 10 >= max(len(text.strip()), 1) else "en"


def _schema(count: int) -> dict[str, Any]:
    demands = list(range(1, len(DESIDERATA["en"]) + 1))
    entry = {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "enum": list(range(1, count + 1))},
            "reason": {"type": "string"},
            "violated": {"type": "array", "items": {"type": "integer", "enum": demands}},
            "met": {"type": "boolean"},
        },
        "required": ["number", "reason", "violated", "met"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "weaknesses": {"type": "string"},
            "items": {"type": "array", "items": entry},
        },
        "required": ["weaknesses", "items"],
        "additionalProperties": False,
    }


def grading_request(
    question: str,
    answer: str,
    items: Sequence[RubricItem],
    *,
    lang: str,
    reference: str = "",
    structured: bool = True,
) -> Request:
    """Return what to ask a grader: the rubric and the reference are for its eyes only.

    ``structured`` graders answer with the tool ``grade``; others write lines of text.
    """
    parts = {"question": question, "reference": reference, "answer": answer or " "}
    listed = [(_MARKS[lang] if item.fault else "") + item.text for item in items]
    tool = Tool("grade", "Give the grade of every item of the rubric.", _schema(len(items)))
    return Request(
        messages=(Message("user", compose(parts, listed)),),
        system=grading_prompt(lang, structured=structured),
        tools=(tool,) if structured else (),
        answer_with="grade" if structured else "",
        max_tokens=min(_TOKENS_PER_ITEM * (len(items) + 2), 8192),
        cacheable=True,
    )


def read_grading(said: object, items: Sequence[RubricItem]) -> tuple[bool, ...]:
    """Return whether each item passed, from the arguments of ``grade`` or from lines of text.

    An item passes if it is met and no demand is violated; a fault passes if it is not met.

    Raises:
        JudgeInvalid: an item is missing, doubled or unknown, or a value has a wrong type.
    """
    found: dict[int, bool] = {}
    for number, met, violated in _lines(said) if isinstance(said, str) else _entries(said):
        if not 1 <= number <= len(items):
            raise JudgeInvalid(f"item {number}: there are {len(items)}")
        if number in found:
            raise JudgeInvalid(f"item {number} is there twice")
        fault = items[number - 1].fault
        found[number] = not met if fault else met and not violated
    missing = [str(number) for number in range(1, len(items) + 1) if number not in found]
    if missing:
        raise JudgeInvalid(f"items {', '.join(missing)} are missing")
    return tuple(found[number] for number in range(1, len(items) + 1))


def _lines(text: str) -> list[tuple[int, bool, bool]]:
    return [
        (int(number), not met.upper().startswith("NOT"), bool(re.search(r"\d", violated or "")))
        for number, met, violated in _LINE.findall(text)
    ]


def _entries(data: object) -> list[tuple[int, bool, bool]]:
    listed = data.get("items") if isinstance(data, Mapping) else None
    if not isinstance(listed, list | tuple):
        raise JudgeInvalid("no list of `items`")
    found = []
    for entry in listed:
        if not isinstance(entry, Mapping):
            raise JudgeInvalid(f"an entry is no object: {entry!r:.40}")
        number, met, violated = (entry.get(key) for key in ("number", "met", "violated"))
        if isinstance(number, float) and number.is_integer():
            number = int(number)  # JSON has one kind of number
        if not isinstance(number, int) or isinstance(number, bool):
            raise JudgeInvalid(f"number {number!r:.40} is no number of an item")
        if not isinstance(met, bool) or not isinstance(violated, list | tuple):
            raise JudgeInvalid(f"item {number}: `met` or `violated` has a wrong type")
        found.append((number, met, bool(violated)))
    return found
