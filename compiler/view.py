"""One language's view of a skill, for one platform: what an emitter gets to write out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .document import Role
from .localized import Lang, Text
from .model import Resource, Skill

__all__ = ["Coverage", "Share", "View", "Withheld"]


@dataclass(frozen=True, slots=True)
class Share:
    """How many characters of prose exist in the wanted language, of how many in all."""

    covered: int = 0
    total: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.covered + other.covered, self.total + other.total)

    @property
    def fraction(self) -> float:
        """A number from 0 to 1; text that is the same in every language counts as covered."""
        return self.covered / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a view is in the language that was asked for; the rest fell back."""

    by_role: Mapping[Role, Share] = field(default_factory=dict)

    @property
    def whole(self) -> Share:
        """The figure over all roles."""
        return sum(self.by_role.values(), Share())


@dataclass(frozen=True, slots=True)
class Withheld:
    """A section that is kept out of what an assistant loads, and why.

    ``reason`` is "tests", "history", "license", "install" (a stale recipe how to install) or
    "platform" (meant for another assistant).
    """

    title: str
    reason: str
    line: int


@dataclass(frozen=True)
class View:
    """A skill in one language for one platform.

    ``lang`` is ``EN``, ``ZH`` or ``BILINGUAL``. ``body`` is Markdown without front matter, with
    the source's line endings turned into LF and exactly one newline at its end (empty for none).
    ``resources`` are the files to ship, in the wanted language (a translated twin ``x.zh.md``
    goes along only in its own language and in the bilingual view).
    """

    skill: Skill
    lang: Lang
    platform: str
    title: str
    description: str
    body: str
    resources: tuple[Resource, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    withheld: tuple[Withheld, ...] = ()

    @property
    def name(self) -> str:
        """The skill's name."""
        return self.skill.name

    def words(self, text: Text) -> str:
        """Return a short text (a title, a description) in this view's language."""
        return text.pick(self.lang)

    def prose(self, text: Text) -> str:
        """Return a Markdown text in this view's language; both, one after the other, if asked."""
        if self.lang is Lang.BILINGUAL and text.complete and text.en != text.zh:
            return f"{(text.en or '').rstrip()}\n\n{(text.zh or '').lstrip()}"
        return text.pick(self.lang)
