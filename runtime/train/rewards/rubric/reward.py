"""The reward itself: form first, then a grader's opinion of each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....judge.base import Request
from ....judge.rubric import JudgeInvalid
from ..askers import Asker
from ..base import Grade, ItemFinding, Sample, Taken, absent, text_of
from ..form import inside_tags, words
from .asking import grading_request, language_of, read_grading
from .items import RubricItem, read_items, worth

__all__ = ["TRIES", "RubricReward", "findings"]

#: How often a grader is asked that does not answer as a grader must.
TRIES = 2


def findings(items: Sequence[RubricItem], passed: Sequence[bool]) -> tuple[ItemFinding, ...]:
    """Return what was found of each item, with the keys of their metrics."""
    pairs = zip(items, passed, strict=True)
    return tuple(ItemFinding(item.key, item.text, held) for item, held in pairs)


class RubricReward:
    """The weighted share of a rubric's items that an answer passes.

    The grader sees the rubric and the reference, the policy does not. An answer that lacks the
    form that is asked for (``tag``: exactly one pair of these tags around it; ``max_words``) is
    worth 0 and is not shown to a grader. A grader that cannot be reached, or does not answer as it
    must in :data:`TRIES` tries, gives no grade: the sample is left out, it is not worth 0.

    Options: ``rubric`` and ``reference``, the names of columns; ``items``, one rubric for all rows;
    ``tag``, ``max_words``; ``lang`` (en, zh, auto).
    """

    def __init__(self, name: str, options: Mapping[str, Any], asker: Asker) -> None:
        self.name = name
        self._asker = asker
        taken = Taken(name, options)
        self._column = taken.text("rubric", "rubric")
        self._reference = taken.text("reference", "reference")
        self._tag = taken.text("tag")
        self._most = taken.number("max_words", None, 1.0)
        self._lang = taken.text("lang", "auto")
        items = taken.any("items")
        taken.end()
        if self._lang not in ("en", "zh", "auto"):
            raise taken.wrong("lang", "en, zh or auto", " en、zh 或 auto")
        try:
            self._items = read_items(items) if items is not None else ()
        except ValueError as error:
            raise taken.wrong("items", f"a rubric: {error}", f"评分细则（{error}）") from error

    def items_of(self, columns: Mapping[str, Any]) -> tuple[RubricItem, ...]:
        """Return the rubric of a row.

        Raises:
            ValueError: the row has none, or one that is no rubric.
        """
        return self._items or read_items(columns.get(self._column))

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Grade all samples, those that need a grader at once."""
        grades: list[Grade | None] = [None] * len(samples)
        asked: dict[int, tuple[Request, tuple[RubricItem, ...]]] = {}
        for at, sample in enumerate(samples):
            answer, fault = self._gate(sample.completion)
            if not self._items and sample.columns.get(self._column) is None:
                grades[at] = absent(f"the row has no {self._column}")
                continue
            try:
                items = self.items_of(sample.columns)
            except ValueError as error:
                grades[at] = Grade(None, why=str(error))
                continue
            if fault:
                grades[at] = Grade(0.0, why=fault)
                continue
            asked[at] = (self._request(sample, answer, items), items)
        for attempt in range(TRIES):
            asked = self._ask(asked, grades, attempt)
        return [grade or Grade(None, why="the grader gave no valid answer") for grade in grades]

    def _gate(self, completion: str) -> tuple[str, str]:
        """Return what is graded, and what is wrong with its form ("" if nothing)."""
        answer: str | None = completion
        if self._tag:
            answer = inside_tags(completion, self._tag)
        if answer is None or not answer.strip():
            return "", f"no <{self._tag}>" if self._tag else "empty"
        if self._most is not None and words(answer) > self._most:
            return "", f"longer than {self._most:g} words"
        return answer.strip(), ""

    def _request(self, sample: Sample, answer: str, items: tuple[RubricItem, ...]) -> Request:
        return grading_request(
            sample.prompt,
            answer,
            items,
            lang=language_of(sample.prompt) if self._lang == "auto" else self._lang,
            reference=text_of(sample.columns.get(self._reference)),
            structured=self._asker.structured,
        )

    def _ask(
        self,
        asked: dict[int, tuple[Request, tuple[RubricItem, ...]]],
        grades: list[Grade | None],
        attempt: int,
    ) -> dict[int, tuple[Request, tuple[RubricItem, ...]]]:
        """Ask, fill in what could be read, and return what could not."""
        left = {}
        said = self._asker.ask([request for request, _ in asked.values()], attempt) if asked else []
        for (at, (request, items)), answer in zip(asked.items(), said, strict=True):
            try:
                passed = read_grading(answer, items)
            except JudgeInvalid:
                left[at] = (request, items)
            else:
                grades[at] = Grade(worth(items, passed), findings(items, passed))
        return left
