"""The Markdown of a skill in memory: sections, blocks, and the places where two languages meet.

Nothing here is ever rendered back to Markdown. Every node knows its span in the source text, and
every view of a document is that text with some spans replaced, so what nobody touched stays
byte-identical.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from .localized import Lang, Text
from .source import Source, Span

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "Heading",
    "Origin",
    "Role",
    "Section",
    "Tree",
    "Variant",
]


class Role(StrEnum):
    """What a section is for, whatever its title and language."""

    PERSONA = "persona"  # system prompt, role definition
    OVERVIEW = "overview"  # what this skill does
    SCOPE = "scope"  # when to use, when not to
    TRIGGERS = "triggers"
    PRINCIPLES = "principles"  # philosophy, thinking, style
    KNOWLEDGE = "knowledge"  # frameworks, toolkits, standards
    WORKFLOW = "workflow"  # process, steps, decision flow
    SCENARIO = "scenario"
    EXAMPLE = "example"  # dialogues
    PITFALLS = "pitfalls"
    RISK = "risk"
    QUALITY = "quality"  # self-checks
    TESTS = "tests"
    PLATFORM = "platform"  # configuration for one assistant, or how to install
    INTEGRATION = "integration"  # work with other skills
    REFERENCES = "references"
    HISTORY = "history"
    LICENSE = "license"
    OTHER = "other"


class BlockKind(StrEnum):
    """A CommonMark (or GFM table) block."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    ITEM = "item"
    QUOTE = "quote"
    FENCE = "fence"
    CODE = "code"
    TABLE = "table"
    ROW = "row"
    COMMENT = "comment"
    HTML = "html"
    RULE = "rule"
    HEADING = "heading"  # a heading inside a container, which opens no section


class Origin(StrEnum):
    """How a translation is written down."""

    COMMENT = "comment"  # `<!-- 中文 -->` after or inside a block
    SLASH = "slash"  # `en / zh` in a heading, a cell, a list item
    PARALLEL_PARAGRAPH = "parallel-paragraph"
    PARALLEL_FILE = "parallel-file"  # SKILL.md and SKILL.zh.md
    LOCALE_JSON = "locale-json"


@dataclass(frozen=True, slots=True)
class Variant:
    """A region that the source gives in two languages.

    ``span`` covers both; a view replaces it with ``en`` or ``zh`` (which carry their own line
    ending and container prefix, so that the result is valid Markdown in place). The bilingual
    view leaves the region as it is.
    """

    span: Span
    en: str
    zh: str
    origin: Origin

    def text(self, lang: Lang) -> str:
        """Return the replacement for one language."""
        return self.zh if lang is Lang.ZH else self.en


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart: ``## 1.2 🎯 Title / 标题`` (all but ``title`` may be empty)."""

    level: int
    title: Text
    span: Span
    number: str = ""
    number_style: str = ""  # "decimal" (1., 1.2), "section-sign" (§ 1), "word" (Scenario 1), ""
    emoji: str = ""
    first: Lang | None = None  # which language stands first, if both are there
    separator: str = ""  # " / ", " (", " <!-- ", ""

    @property
    def text(self) -> str:
        """The title in English, else in Chinese."""
        return self.title.pick(Lang.EN)


@dataclass(frozen=True, slots=True)
class Block:
    """One block, with the span of its whole lines in the source text.

    ``content`` is the block's text without container prefixes (``> ``, indentation, fence lines):
    what a reader would call its words. ``prefix`` is what stands before each line of it in the
    source. ``platforms`` is ``None`` for every platform, else the ids it is meant for.
    """

    kind: BlockKind
    span: Span
    lang: Lang = Lang.NEUTRAL
    content: str = ""
    prefix: str = ""
    info: str = ""  # info string of a fence; marker of a list item ("-", "1.")
    checked: bool | None = None  # `- [x]`, `☑`: True; `- [ ]`, `☐`: False
    children: tuple[Block, ...] = ()
    platforms: frozenset[str] | None = None

    def walk(self) -> Iterator[Block]:
        """Yield this block and all blocks inside it, in source order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that it rules over; the root has no heading and holds the preamble."""

    heading: Heading | None
    span: Span
    role: Role = Role.OTHER
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    platforms: frozenset[str] | None = None

    def walk(self) -> Iterator[Section]:
        """Yield this section and all sections below it, in source order."""
        yield self
        for section in self.sections:
            yield from section.walk()

    @property
    def title(self) -> Text:
        """The title, empty for the root."""
        return self.heading.title if self.heading else Text()


@dataclass(frozen=True, slots=True)
class Tree:
    """The parsed body of a document."""

    root: Section
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Document:
    """A source file whose body (the text from ``body_start`` on) is Markdown.

    The body is parsed on first use: a skill that is copied as it stands never pays for it.
    ``lang`` is the language of a file that has a twin (``SKILL.zh.md``), else ``None``.
    """

    source: Source
    body_start: int = 0
    lang: Lang | None = None
    parse: Callable[[Source, int], Tree] = field(
        default=lambda source, start: Tree(Section(None, Span(start, len(source.text)))),
        repr=False,
        compare=False,
    )

    @cached_property
    def tree(self) -> Tree:
        """The sections, blocks and variants of the body."""
        return self.parse(self.source, self.body_start)

    @property
    def body(self) -> str:
        """The exact text of the body."""
        return self.source.text[self.body_start :]
