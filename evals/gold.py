"""What a judge is calibrated on: labelled pairs, and labelled answers with their criteria."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from polyskill.runtime.judge.engine.key import canonical
from polyskill.runtime.judge.gold import Gold, GoldItem, GoldPair
from polyskill.runtime.judge.rubric import Item

from .cases import CaseAnswer, EvalCase
from .judging import items_of

__all__ = ["Label", "LabelledAnswer", "Questions", "questions"]


@dataclass(frozen=True, slots=True)
class Label:
    """A criterion, and whether its statement is true of the answer; ``None``: nobody says."""

    item: Item
    met: bool | None


@dataclass(frozen=True)
class LabelledAnswer:
    """An answer whose criteria are labelled.

    ``passes`` is whether it meets everything that is not a ``should``; ``None``: nobody says.
    """

    id: str
    lang: str
    question: str
    answer: str
    labels: tuple[Label, ...]
    passes: bool | None

    @property
    def items(self) -> tuple[Item, ...]:
        """The criteria that a judge is asked about."""
        return tuple(label.item for label in self.labels)

    def gold(self, number: int) -> GoldItem | None:
        """Return the label of a criterion (from 0) as a gold item, if it has one."""
        label = self.labels[number]
        if label.met is None:
            return None
        return GoldItem(
            f"{self.id}:{number + 1}",
            self.lang,
            self.question,
            self.answer,
            label.item.text,
            label.met,
        )


@dataclass(frozen=True)
class Questions:
    """A gold set as a judge is asked about it."""

    pairs: tuple[GoldPair, ...]
    answers: tuple[LabelledAnswer, ...]

    @property
    def digest(self) -> str:
        """The sha256 (hexadecimal) of the texts and labels."""
        return hashlib.sha256(canonical(asdict(self)).encode("ascii")).hexdigest()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that occur."""
        langs = {pair.lang for pair in self.pairs} | {answer.lang for answer in self.answers}
        return tuple(sorted(langs))


def questions(gold: Gold, cases: Iterable[EvalCase], langs: Sequence[str]) -> Questions:
    """Return what to ask about a gold set, and about the reference answers of cases."""
    answers = [*_of_items(gold.items), *_of_cases(cases)]
    return Questions(
        tuple(pair for pair in gold.pairs if pair.lang in langs),
        tuple(answer for answer in answers if answer.lang in langs),
    )


def _of_items(items: Iterable[GoldItem]) -> Iterator[LabelledAnswer]:
    """Yield the answers of gold items: those of one answer are asked about together."""
    grouped: dict[tuple[str, str, str], list[GoldItem]] = {}
    for one in items:
        grouped.setdefault((one.lang, one.question, one.answer), []).append(one)
    for (lang, question, answer), found in grouped.items():
        labels = tuple(Label(Item(one.criterion), one.met) for one in found)
        yield LabelledAnswer(
            found[0].id, lang, question, answer, labels, all(one.met for one in found)
        )


def _of_cases(cases: Iterable[EvalCase]) -> Iterator[LabelledAnswer]:
    for case in cases:
        items = items_of(case)
        for answer in case.answers if items else ():
            labels = tuple(
                Label(item, _met(answer, number, item.kind)) for number, item in enumerate(items, 1)
            )
            due = {number for number, item in enumerate(items, 1) if item.kind != "should"}
            passes = True if answer.label == "good" else None
            if due.intersection(answer.fails):
                passes = False
            yield LabelledAnswer(
                f"{case.id}/{answer.name}/{case.lang}",
                case.lang,
                case.prompt,
                answer.text,
                labels,
                passes,
            )


def _met(answer: CaseAnswer, number: int, kind: str) -> bool | None:
    """Return whether a criterion's statement is true of a reference answer, as far as it is said.

    What a flawed answer does not fail is only known to be met where its author quotes it; of a
    good one, every ``must`` is met and no ``must_not``.
    """
    if number in answer.fails:
        return kind == "must_not"
    if any(quote.number == number for quote in answer.quotes):
        return True
    if answer.label == "good" and kind != "should":
        return kind == "must"
    return None
