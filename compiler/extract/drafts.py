"""A test case while it is being read, and what it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..localized import Text
from ..model import Criterion, CriterionKind, TestCase
from .criteria import criteria_of, criterion, joined
from .words import clean, merge, place

__all__ = ["Draft", "Expected", "slug"]

_DUTY = re.compile(
    r"\b(?:must|should|shall|expected|correct (?:response|answer)|needs? to|ought to)\b"
    r"|应当|应该|应|必须|需要|须|不得|禁止",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(])|(?<=[。！？])\s*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 60


@dataclass
class Expected:
    """What stands under one expectation label: list items, or prose."""

    kind: CriterionKind | None
    items: list[list[str]] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)

    def criteria(self) -> list[Criterion]:
        """Return one criterion an item, and one a clause of prose."""
        found = list(criteria_of("\n".join(self.prose), self.kind))
        if self.items and len(found) == 1 and "\n".join(self.prose).rstrip().endswith((":", "：")):
            found = []  # "The answer covers:" introduces the list
        for at, item in enumerate(self.items):
            found.append(criterion(joined(item), self.kind, self.comments.get(at, "")))
        if not self.items and len(found) == 1 and (comment := self.comments.get(-1)):
            only = found[0]
            found = [Criterion(merge(only.text, place(comment)), only.kind)]
        return [one for one in found if one.text]

    def words(self) -> str:
        """Return the expectation as it was written, line by line."""
        lines = [*self.prose]
        for first, *rest in self.items:
            lines += [f"- {first}", *(f"  - {nested}" for nested in rest)]
        return "\n".join(lines).strip()


@dataclass
class Draft:
    """A case while it is being read."""

    title: Text
    line: int
    form: str = ""
    input: list[str] = field(default_factory=list)
    translation: str = ""
    expected: list[Expected] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    mode: str = ""
    bullet: int | None = None  # depth of the list item that held the last label, if one did

    def finish(self) -> None:
        """Read a case without labels (A6) from its sentences."""
        if self.input or self.expected or not self.prose:
            return
        sentences = _SENTENCE.split(" ".join(" ".join(self.prose).split()))
        turn = next((at for at, one in enumerate(sentences) if at and _DUTY.search(one)), 0)
        if turn:
            self.input = [" ".join(sentences[:turn])]
            self.expected = [Expected(None, prose=[" ".join(sentences[turn:])])]
            self.form = "A6"

    def case(self, number: int, path: str) -> TestCase | None:
        """Return the finished case, ``None`` if it lacks an input or a criterion."""
        self.finish()
        words = clean(" ".join(part for part in (one.strip() for one in self.input) if part))
        criteria = tuple(one for expected in self.expected for one in expected.criteria())
        if not words or not criteria:
            return None
        asked = merge(place(words), place(clean(self.translation)))
        return TestCase(
            id=slug(self.title) or f"case-{number}",
            title=self.title,
            input=asked,
            criteria=criteria,
            files=tuple(self.files),
            expected="\n".join(filter(None, (one.words() for one in self.expected))),
            form=self.form or "A3",
            path=path,
            line=self.line,
        )


def slug(title: Text) -> str:
    """Return a title as an id; empty where its words are not (mostly) in English."""
    words = title.en or ""
    if not words.isascii() and not title.zh:
        words = words.encode("ascii", "ignore").decode()
    name = _NOT_SLUG.sub("-", words.lower()).strip("-")
    if len(name) > _LONGEST_ID:
        name = name[:_LONGEST_ID].rsplit("-", 1)[0]
    return name
