"""Reward ``math``: whether the final answer is the right one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from .arithmetic import value_of
from .base import Grade, Sample, Taken, absent

__all__ = ["MathReward", "final_answer", "same_answer"]

_COLUMNS = ("answer", "solution", "reference", "ground_truth")
_SAID = re.compile(
    r"(?:####|\b(?:final\s+)?answer\s*(?:is|:|=)|(?:最终)?答案(?:是|为|：|:))\s*\**\s*([^\n]+)",
    re.I,
)
_TAGGED = re.compile(r"<answer>(.*?)</answer>", re.S | re.I)
_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?\s*\\?%?")
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname|mbox)\s*\{([^{}]*)\}")
_UNIT = re.compile(r"(?<=[\d)}])\s*\\?[A-Za-z\u4e00-\u9fff]+(?:\^?[23²³])?\.?$")
_EDGES = " \t\n$*`.。,，;；:："


def _boxed(text: str) -> str | None:
    r"""Return what stands in the last ``\boxed{…}``, braces balanced."""
    start = max(text.rfind("\\boxed{"), text.rfind("\\fbox{"))
    if start < 0:
        return None
    begin = text.index("{", start) + 1
    depth = 1
    for at in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return text[begin:at]
    return None


def final_answer(text: str, *, boxed_only: bool = False) -> str | None:
    r"""Return the answer that a text ends with, ``None`` if it gives none.

    Looked for are, in this order, the last ``\boxed{}``, the last ``<answer>`` tags, what follows
    the last "answer is", "####" or 答案是, and the last number.
    """
    found = _boxed(text)
    if found is not None or boxed_only:
        return found
    tagged = _TAGGED.findall(text)
    if tagged:
        return str(tagged[-1]).strip()
    said = _SAID.findall(text)
    if said:
        return str(said[-1]).strip()
    numbers = _NUMBER.findall(text)
    return str(numbers[-1]).strip() if numbers else None


def _tidy(text: str) -> str:
    inner = _WRAPPED.sub(r"\1", text).strip(_EDGES)
    name, equals, value = inner.rpartition("=")
    if equals and re.fullmatch(r"\s*\\?[A-Za-z]\w*\s*(?:\([^)]*\))?\s*", name):
        inner = value  # x = 5
    return inner.strip(_EDGES)


def _parts(text: str) -> tuple[str, list[str]] | None:
    """Return the brackets and the parts of a tuple, an interval or a set; ``None`` of others."""
    text = text.replace("\\left", "").replace("\\right", "").replace("\\{", "{").replace("\\}", "}")
    if len(text) < 5 or text[0] not in "([{" or text[-1] not in ")]}":
        return None
    parts, depth, start = [], 0, 1
    for at in range(1, len(text) - 1):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth < 0:
            return None
        if text[at] in ",，" and not depth:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:-1])
    return (text[0] + text[-1], parts) if len(parts) > 1 else None


def _close(ours: Fraction | float, wanted: Fraction | float, relative: float) -> bool:
    if isinstance(ours, Fraction) and isinstance(wanted, Fraction) and not relative:
        return ours == wanted
    difference = abs(float(ours) - float(wanted))
    return difference <= max(relative, 1e-9) * max(abs(float(wanted)), 1e-12)


def _values(text: str) -> list[Fraction | float]:
    """Return what a text may be worth: as it stands, else without a unit."""
    found = value_of(text)
    if found is None:
        found = value_of(_UNIT.sub("", text))
    return [] if found is None else [found]


def same_answer(answer: str, wanted: str, relative: float = 0.0) -> bool:
    """Whether two answers are the same: as text, as numbers, or part by part.

    Numbers are the same if they are exactly equal, or differ by ``relative`` of ``wanted`` at most
    (irrational ones by 1e-9). "50%" is 0.5, and 50 where the wanted answer is in percent. Tuples
    and intervals need the same brackets, sets the same members in any order.
    """
    answer, wanted = _tidy(answer), _tidy(wanted)
    if answer.casefold().replace(" ", "") == wanted.casefold().replace(" ", ""):
        return bool(wanted)
    ours, theirs = _parts(answer), _parts(wanted)
    if ours and theirs:
        if ours[0] != theirs[0] or len(ours[1]) != len(theirs[1]):
            return False
        if ours[0] == "{}":
            return _same_set(ours[1], theirs[1], relative)
        pairs = zip(ours[1], theirs[1], strict=True)
        return all(same_answer(one, other, relative) for one, other in pairs)
    targets = _values(wanted)
    if wanted.endswith("%"):
        targets += _values(wanted.rstrip("%\\ "))
    return any(_close(one, target, relative) for one in _values(answer) for target in targets)


def _same_set(ours: Sequence[str], theirs: Sequence[str], relative: float) -> bool:
    left = list(theirs)
    for one in ours:
        hit = next((other for other in left if same_answer(one, other, relative)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


class MathReward:
    """1 for the right final answer, 0 for another or none; see :func:`same_answer`.

    Options: ``column`` with the right answer (else the first of ``answer``, ``solution``,
    ``reference``, ``ground_truth``), ``tolerance`` (a share of the right value), ``boxed_only``.
    A row without a right answer is not graded.
    """

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name = name
        taken = Taken(name, options)
        self._column = taken.text("column")
        self._relative = taken.number("tolerance", 0.0) or 0.0
        self._boxed_only = taken.flag("boxed_only", False)
        taken.end()

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Grade each sample."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> Grade:
        names = (self._column,) if self._column else _COLUMNS
        wanted = next(
            (sample.columns[name] for name in names if sample.columns.get(name) is not None), None
        )
        if wanted is None or not str(wanted).strip():
            return absent(f"the row has no {' or '.join(names)}")
        target = str(wanted)
        if "\\boxed" in target or "####" in target:
            target = final_answer(target) or target
        answer = final_answer(sample.completion, boxed_only=self._boxed_only)
        return Grade(float(answer is not None and same_answer(answer, target, self._relative)))
