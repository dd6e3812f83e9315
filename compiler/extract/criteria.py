"""From the words that describe a good answer to criteria that a grader can find true or false.

The rule, in order:

1. A list gives one criterion an item; what is nested below an item belongs to it.
2. Prose is cut at semicolons, at arrows (if there are two, or one at a line's end), and at the
   ends of sentences.
3. What is then still one clause is cut at its commas, but only where these part at least three
   phrases of two words (four Chinese characters) or more. ``a, b and c`` is a list *inside* a
   clause and stays whole, unless every part opens with a verb (``Cites …, names …, and gives …``).
   ``、`` never cuts.

Nothing is cut inside brackets, quotes or back-ticks, and no word is dropped but the ``and`` before
the last of several clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..localized import Text
from ..model import Criterion, CriterionKind
from .words import clean, is_chinese, place

__all__ = ["criteria_of", "criterion", "is_negative", "joined", "split_prose"]

_OPEN = {"(": ")", "（": "）", "[": "]", "【": "】", "“": "”", "「": "」", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_ARROW = re.compile(r"\s*(→|⇒|=>|->)\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|al|approx|art|no|fig|eq|sec|dr|mr|ms|st|inc|u\.s)\.$", re.I
)
_NOT = re.compile(
    r"^(?:(?:the |an? )?(?:response|answer|output|reply|skill|model|assistant|agent|it)\s+)?"
    r"(?:(?:should|must|does|do|did|can|may|will|shall)\s*(?:not|n['’]t|never)\b|cannot\b|never\b"
    r"|avoids?\b|no\b(?!\.)|not\b|without\b|refrains?\s+from\b)"
    r"|^(?:回答|回复|答案|输出|助手|技能|模型|它)?[中里]?(?:不应|不得|不要|不能|不可|不会|不该|不允许|"
    r"禁止|避免|切勿|严禁|绝不|切忌|请勿)",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"^\(?(?:ideally|bonus|optional(?:ly)?|preferably|nice to have)\b|\((?:optional|bonus)\)"
    r"|^[（(]?(?:可选|加分|最好|理想情况)|[（(](?:可选|加分)[)）]",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(
    r"^(?:and|or|but|nor|plus|which|that|who|where|including|such as|e\.g\.|i\.e\.|with|then|not"
    r"|和|或|以及|及|与|并|而|但|包括|例如|如)(?![a-z])",
    re.IGNORECASE,
)
_AND = re.compile(r"^(?:and|or)\s+|^(?:以及|并且|并|和)", re.IGNORECASE)
_VERB = re.compile(r"^[A-Za-z-]{2,}(?<!s)s\b\s+\S")
_WORD = re.compile(r"[\w%$€≥≤<>~-]+")


def _cuts(text: str, marks: str) -> Iterator[tuple[int, str]]:
    """Yield the places of ``marks`` outside brackets, quotes and back-ticks."""
    closing: list[str] = []
    quote = ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char == "`" or (char == '"' and text.find('"', at + 1) > 0):
            quote = char if text.find(char, at + 1) > 0 else ""
        elif char in _OPEN:
            closing.append(_OPEN[char])
        elif char in _CLOSE:
            if closing and closing[-1] == char:
                closing.pop()
        elif not closing and char in marks:
            yield at, char


def _split(text: str, marks: str) -> list[str]:
    parts, start = [], 0
    for at, _char in _cuts(text, marks):
        parts.append(text[start:at])
        start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _sentences(text: str) -> list[str]:
    parts, start = [], 0
    for at, char in _cuts(text, ".。!！?？"):
        if char in ".!?":
            after = text[at + 1 : at + 3]
            if len(after) < 2 or after[0] != " " or after[1].islower():
                continue
            if char == "." and _ABBREVIATION.search(text[max(0, at - 8) : at + 1]):
                continue
        parts.append(text[start : at + 1])
        start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _arrows(text: str) -> list[str]:
    matches = list(_ARROW.finditer(text))
    if not matches:
        return [text]
    # An arrow within brackets is part of the words and stays where it is.
    outside = {at for at, _char in _cuts(text, "→⇒=-")}
    matches = [match for match in matches if match.start(1) in outside]
    if len(matches) < 2 and not any("\n" in match[0] for match in matches):
        return [text]
    edges = [0, *(edge for match in matches for edge in match.span()), len(text)]
    return [text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2)]


def _commas(text: str) -> list[str]:
    parts = _split(text, ",，")
    if len(parts) < 3:
        return [text]
    if all(_VERB.match(_AND.sub("", part)) for part in parts):
        return [_AND.sub("", part) for part in parts]
    for part in parts:
        long_enough = len(part) >= 4 if is_chinese(part) else len(_WORD.findall(part)) >= 2
        if not long_enough or (part is not parts[0] and _CONJUNCTION.match(part)):
            return [text]
    return parts


def split_prose(text: str) -> list[str]:
    """Cut a description of the expected answer into its clauses (see the module's rule)."""
    text = text.strip()
    parts = [
        sentence
        for clause in _split(text, ";；")
        for step in _arrows(clause)
        for sentence in _sentences(" ".join(step.split()))
    ]
    if len(parts) == 1:
        parts = _commas(parts[0])
    trimmed = (part.strip(" ,，;；").rstrip(".。") for part in parts)
    return [part for part in trimmed if re.search(r"\w", part)]


def is_negative(text: str) -> bool:
    """Return whether a statement forbids something in its own words."""
    return _NOT.search(text) is not None


def criterion(text: str, kind: CriterionKind | None = None, translation: str = "") -> Criterion:
    """Make a criterion; a negative clause becomes a ``MUST_NOT`` and keeps its words."""
    text = clean(text)
    if kind is None:
        kind = CriterionKind.MUST
        if is_negative(text):
            kind = CriterionKind.MUST_NOT
        elif _OPTIONAL.search(text):
            kind = CriterionKind.SHOULD
    placed = place(text)
    if translation and placed.zh is None:
        placed = Text(placed.en, translation.strip())
    return Criterion(placed, kind)


def criteria_of(prose: str, kind: CriterionKind | None = None) -> tuple[Criterion, ...]:
    """Return the criteria of a text without a list."""
    return tuple(criterion(part, kind) for part in split_prose(prose))


def joined(items: Iterable[str]) -> str:
    """Return an item and what is nested below it as one text."""
    first, *rest = [item.strip() for item in items if item.strip()] or [""]
    if not rest:
        return first
    return f"{first.rstrip(':：')}: {'; '.join(rest)}"
