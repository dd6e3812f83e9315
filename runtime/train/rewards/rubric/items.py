"""The items of a rubric, however a data set writes them, and what an answer is worth by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

__all__ = ["RubricItem", "read_items", "worth"]

_TEXTS = ("text", "criterion", "item", "description")
_WEIGHTS = ("weight", "points")
_FAULTS = ("must_not", "fault", "pitfall", "negative")


@dataclass(frozen=True, slots=True)
class RubricItem:
    """Something that an answer should do or, if ``fault``, should not.

    ``weight`` is above 0. ``id`` names the item in metrics.
    """

    text: str
    weight: float = 1.0
    fault: bool = False
    id: str = ""

    @property
    def key(self) -> str:
        """Its id; without one, a hash of its text."""
        return self.id or hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:8]


def read_items(value: Any) -> tuple[RubricItem, ...]:
    """Read a rubric: a list (or its JSON) of texts, or of objects with a text and a weight.

    Names of the text are text, criterion, item, description, of the weight weight, points. An
    object with ``kind: must_not`` (fault, pitfall, negative) or a weight below 0 describes a fault.

    Raises:
        ValueError: it is no such list, or an item has no text or no weight that means something.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError(f"a rubric is a list of items, not {value!r:.40}") from error
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence) or not value:
        raise ValueError(f"a rubric is a list of items, not {value!r:.40}")
    return tuple(_item(part, number) for number, part in enumerate(value, 1))


def _item(part: Any, number: int) -> RubricItem:
    if isinstance(part, str):
        part = {"text": part}
    if not isinstance(part, Mapping):
        raise ValueError(f"item {number} of the rubric is neither a text nor an object")
    text = next((part[key] for key in _TEXTS if part.get(key)), None)
    weight = next((part[key] for key in _WEIGHTS if part.get(key) is not None), 1.0)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"item {number} of the rubric has no text")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not isfinite(weight):
        raise ValueError(f"item {number} of the rubric: its weight is {weight!r:.20}")
    if not weight:
        raise ValueError(f"item {number} of the rubric weighs nothing")
    fault = weight < 0 or str(part.get("kind", "")).lower() in _FAULTS
    return RubricItem(text.strip(), abs(float(weight)), fault, str(part.get("id") or ""))


def worth(items: Sequence[RubricItem], passed: Sequence[bool]) -> float:
    """Return what an answer is worth, from 0 to 1.

    It is the weight of the items that it passed as a share of what can be reached, minus the share
    of the faults that it has, and never below 0: HealthBench's score (arXiv 2505.08775, section 3),
    clipped for each answer. With equal weights and no faults it is the share of items passed, as in
    arXiv 2512.23707. Of a rubric of nothing but faults it is the share of weight of those absent.

    Raises:
        ValueError: there are not as many findings as items.
    """
    pairs = list(zip(items, passed, strict=True))
    total = sum(item.weight for item in items if not item.fault)
    if not total:
        return sum(item.weight for item, held in pairs if held) / sum(i.weight for i in items)
    reached = sum(item.weight for item, held in pairs if held and not item.fault)
    lost = sum(item.weight for item, held in pairs if item.fault and not held)
    return min(max((reached - lost) / total, 0.0), 1.0)
