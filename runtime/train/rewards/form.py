"""Rewards ``format`` and ``length``: how an answer is written, not what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...judge.checks import Answer, CheckSpec, run_check
from .base import Grade, RewardError, Sample, Taken

__all__ = ["FormatReward", "LengthReward", "inside_tags", "words"]

_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff]|[^\W_]+(?:['’-]\w+)*")
_UNITS = ("tokens", "words", "characters")


def words(text: str) -> int:
    """Return the number of words; a Chinese or Japanese character is one."""
    return sum(1 for _ in _WORD.finditer(text))


def inside_tags(text: str, tag: str) -> str | None:
    """Return what stands in the one pair of tags; ``None`` without it, or with several."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    if text.count(opening) != 1 or text.count(closing) != 1:
        return None
    before, _, rest = text.partition(opening)
    inner, found, _ = rest.partition(closing)
    return inner if found and closing not in before else None


class FormatReward:
    """1 if an answer has the form that is asked for, else 0.

    Options: ``pattern``, a regular expression that has to match (in time: one that backtracks
    without end gives no grade), ``tags``, names of tags that each have to be there once, in this
    order, not empty, not inside of each other. With both, both have to hold.
    """

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name = name
        taken = Taken(name, options)
        self._pattern = taken.text("pattern")
        tags = taken.any("tags", [])
        self._tags = [tags] if isinstance(tags, str) else tags
        taken.end()
        if not isinstance(self._tags, list) or not all(
            isinstance(tag, str) and tag for tag in self._tags
        ):
            raise taken.wrong("tags", "a list of names", "名称列表")
        if not self._pattern and not self._tags:
            raise RewardError(
                f"reward `{name}` needs `pattern` or `tags`",
                f"奖励 `{name}` 需要 `pattern` 或 `tags`",
            )

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Grade each sample."""
        return [self._one(sample.completion) for sample in samples]

    def _one(self, text: str) -> Grade:
        at = 0
        for tag in self._tags:
            inner = inside_tags(text, tag)
            place = text.find(f"<{tag}>")
            if inner is None or not inner.strip() or place < at:
                return Grade(0.0, why=f"tag <{tag}>")
            at = text.index(f"</{tag}>")
        if self._pattern:
            found = run_check(CheckSpec("regex", self._pattern), Answer(text), None)
            if found.passed is None:
                return Grade(None, why=found.detail)
            return Grade(float(found.passed))
        return Grade(1.0)


class LengthReward:
    """1 from ``min`` to ``max``, falling to 0 in a straight line over ``soft`` beyond either.

    The soft edge is that of DAPO's overlong punishment (arXiv 2503.14476, section 3.4), shifted
    to [0, 1] and two-sided. Options: ``min``, ``max``, ``soft`` (0 is a hard edge), ``unit``
    (tokens, words, characters), ``tag`` (only what stands in these tags counts).
    """

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name = name
        taken = Taken(name, options)
        self._least = taken.number("min", 0.0) or 0.0
        self._most = taken.number("max", None)
        self._soft = taken.number("soft", 0.0) or 0.0
        self._unit = taken.text("unit", "tokens")
        self._tag = taken.text("tag")
        taken.end()
        if self._unit not in _UNITS:
            raise taken.wrong("unit", " or ".join(_UNITS), "、".join(_UNITS) + " 之一")
        if self._unit == "tokens" and self._tag:
            raise taken.wrong(
                "unit", "words or characters with `tag`", " words 或 characters（配合 `tag`）"
            )
        if self._most is None and not self._least:
            raise RewardError(
                f"reward `{name}` needs `max` or `min`", f"奖励 `{name}` 需要 `max` 或 `min`"
            )
        if self._most is not None and self._most < self._least:
            raise taken.wrong("max", "at least `min`", "不小于 `min` 的数")

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Grade each sample; without a count of tokens there is no grade by tokens."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> Grade:
        if self._unit == "tokens":
            if sample.tokens is None:
                return Grade(None, why="nobody counted the tokens")
            return Grade(self._value(sample.tokens))
        text = sample.completion
        if self._tag:
            inner = inside_tags(text, self._tag)
            if inner is None:
                return Grade(0.0, why=f"tag <{self._tag}>")
            text = inner
        return Grade(self._value(words(text) if self._unit == "words" else len(text)))

    def _value(self, length: int) -> float:
        most = float("inf") if self._most is None else self._most
        over = max(self._least - length, length - most, 0.0)
        if not over:
            return 1.0
        return max(1.0 - over / self._soft, 0.0) if self._soft else 0.0
