"""The pairs of files that say the same in two languages, aligned section by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..document import Block, BlockKind, Document, Section
from ..localized import Lang
from .align import Aligned, align
from .subject import Subject

__all__ = ["Twins", "blocks_of", "title_of", "twins_of"]


@dataclass(frozen=True)
class Twins:
    """A document and its translation."""

    original: Document
    translation: Document

    @cached_property
    def sections(self) -> list[Aligned]:
        """The aligned sections."""
        return align(self.original, self.translation)

    @property
    def pairs(self) -> Iterator[tuple[Section, Section]]:
        """The sections that both files have."""
        for aligned in self.sections:
            if aligned.first is not None and aligned.second is not None:
                yield aligned.first, aligned.second


def twins_of(subject: Subject) -> Iterator[Twins]:
    """Yield the body with its translation, and every Markdown resource that has one.

    Translated front matter alone (a ``SKILL.zh.md`` without a body) is no translation of the
    body, and is not compared with it.
    """
    yield from subject.derived("twins", _pairs)


def _pairs(subject: Subject) -> list[Twins]:
    skill = subject.skill
    found: list[Twins] = []
    if skill.main is not None and skill.translation is not None and skill.translation.body.strip():
        found.append(Twins(skill.main, skill.translation))
    for resource, twin in subject.twins:
        original = subject.parsed(resource, Lang.EN)
        translation = subject.parsed(twin, Lang.ZH)
        if original is not None and translation is not None:
            found.append(Twins(original, translation))
    return found


def blocks_of(section: Section, kind: BlockKind) -> list[Block]:
    """Return the blocks of a kind in a section, wherever they are nested."""
    return [inner for block in section.blocks for inner in block.walk() if inner.kind is kind]


def title_of(section: Section) -> str:
    """Return a section's title, as findings name it."""
    return section.heading.text if section.heading is not None else "(preamble)"
