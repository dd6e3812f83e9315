"""Whether a question gives its rubric away, or a reference copies it.

Rubrics leak into 11.9 to 34.1 % of the questions of existing data sets (PaperGym, arXiv
2608.31119, abstract): a policy then learns to repeat the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .items import RubricItem

__all__ = ["Leak", "leaks", "overlap"]

#: Words in a row that are taken for copied; a Chinese character counts as half of one.
WORDS = 4
_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class Leak:
    """An item (numbered from 1) of whose wording ``share`` stands in the text, e.g. ``passage``."""

    item: int
    share: float
    passage: str


def _grams(text: str) -> Iterator[tuple[str, ...]]:
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    for at in range(len(tokens)):
        size, end = 0.0, at
        while end < len(tokens) and size < WORDS:
            size += 0.5 if tokens[end] >= "\u3400" and len(tokens[end]) == 1 else 1.0
            end += 1
        if size >= WORDS:
            yield tuple(tokens[at:end])


def overlap(item: str, text: str) -> tuple[float, str]:
    """Return the share of an item's runs of :data:`WORDS` words that stand in ``text``, and one.

    An item that is shorter than a run gives nothing away.
    """
    wanted = list(_grams(item))
    if not wanted:
        return 0.0, ""
    there = set(_grams(text))
    copied = [gram for gram in wanted if gram in there]
    return len(copied) / len(wanted), " ".join(copied[0]) if copied else ""


def leaks(text: str, items: Sequence[RubricItem], limit: float = 0.3) -> list[Leak]:
    """Return the items of which more than ``limit`` stands word for word in a text."""
    found = []
    for number, item in enumerate(items, 1):
        share, passage = overlap(item.text, text)
        if share > limit:
            found.append(Leak(number, share, passage))
    return found
