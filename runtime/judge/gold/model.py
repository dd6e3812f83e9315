"""What a gold set holds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Gold", "GoldError", "GoldItem", "GoldPair"]


class GoldError(ValueError):
    """A gold set that cannot be read; ``problems`` says what is wrong, as "FILE:LINE: why"."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class GoldPair:
    """Two answers, and which is better: "a", "b" or "tie". ``by`` says who labelled them."""

    id: str
    lang: str
    question: str
    a: str
    b: str
    better: str
    tags: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class GoldItem:
    """An answer and a criterion, and whether the answer meets it."""

    id: str
    lang: str
    question: str
    answer: str
    criterion: str
    met: bool
    tags: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold set: pairs for the pairwise judge, items for the rubric judge."""

    pairs: tuple[GoldPair, ...] = ()
    items: tuple[GoldItem, ...] = ()
