"""Phrases that should bring a skill in: front matter, description, sections, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..document import Block, BlockKind, Role, Section
from ..language import has_cjk
from ..localized import Lang, Text
from ..model import Skill, Trigger
from ..source import Source, Span
from .lines import Line, lines_of
from .words import cells, clean, phrases, place, read_label

__all__ = ["label_triggers", "skill_triggers", "unique"]

_KEYS = ("triggers", "trigger", "trigger_words", "trigger-words", "trigger_phrases", "触发词")
_NAMES = frozenset(
    {"trigger", "triggers", "trigger word", "trigger words", "trigger phrases", "trigger phrase"}
    | {"trigger keywords", "trigger conditions", "activation words", "activation phrases"}
    | {"触发词", "触发条件", "触发", "触发关键词", "触发短语", "激活词", "触发方式"}
)
_IN_DESCRIPTION = re.compile(
    r"(?:^|[\s.。;；])(?:Triggers?(?:\s+(?:words?|phrases?|on))?|触发词|触发条件|触发关键词)\s*[:：]\s*",
    re.IGNORECASE,
)
_NEXT_KEY = re.compile(r"\s[A-Z][a-z]+(?:\s[a-z]+)?\s*:\s|适用|兼容")
_QUOTE = re.compile(r"[\"“「『`]")
_FILLER = re.compile(r"^(?:and\s+)?(?:related|similar|other)\b|^相关|^等|关键词$", re.IGNORECASE)
_LONGEST = 160


def unique(triggers: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """Return the triggers without those whose every wording came before in the same scope."""
    seen: set[tuple[str, str]] = set()
    found: list[Trigger] = []
    for trigger in triggers:
        wordings = [words for words in (trigger.text.en, trigger.text.zh) if words]
        keys = {(words.casefold(), trigger.scope) for words in wordings}
        if not keys <= seen:
            seen |= keys
            found.append(trigger)
    return tuple(found)


def _pair(texts: list[str]) -> Iterator[Text]:
    """Yield the phrases of one list item; one English and one Chinese phrase are a pair."""
    if len(texts) == 2 and has_cjk(texts[0]) != has_cjk(texts[1]):
        english, chinese = sorted(texts, key=has_cjk)
        yield Text(english, chinese)
        return
    for text in texts:
        yield place(text)


def _phrases(text: str) -> list[str]:
    return [part for part in phrases(text) if not _FILLER.search(part)]


def _texts(words: str, *, whole: bool) -> Iterator[Text]:
    """Yield the triggers that a run of words holds.

    Args:
        words: What stands after a label, or in a list item, or in a table cell.
        whole: Whether words without quotes are one trigger (a list item that describes
            a situation) and not a list with commas.
    """
    words = words.strip()
    if not words:
        return
    if whole and not _QUOTE.search(words):
        if len(words) <= _LONGEST:
            yield place(clean(words).rstrip("。."), gloss=True)
        return
    found = _phrases(words)
    yield from _pair(found) if "/" in words or "／" in words else map(place, found)


def _value(value: object) -> Iterator[Text]:
    """Yield the triggers of a front-matter value."""
    if isinstance(value, str):
        yield from (place(part) for part in _phrases(value))
    elif isinstance(value, Mapping):
        english, chinese = value.get("en"), value.get("zh")
        if isinstance(english, str) or isinstance(chinese, str):
            yield Text(
                english if isinstance(english, str) else None,
                chinese if isinstance(chinese, str) else None,
            )
        else:
            for part in value.values():
                yield from _value(part)
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, str):
                yield place(clean(part))
            elif isinstance(part, Mapping):
                yield from _value(part)


def _front_matter(skill: Skill) -> Iterator[Trigger]:
    yield from skill.triggers
    if skill.triggers or skill.front_matter is None:
        return  # the reader of this dialect knows the key
    for entry in skill.front_matter.entries:
        if entry.key.casefold() in _KEYS:
            for text in _value(entry.value):
                if text:
                    yield Trigger(text, "front-matter", entry.span)


def _description(description: Text) -> Iterator[Trigger]:
    """Yield the phrases of ``Triggers: "a", "b".`` lines inside a description."""
    for words in filter(None, (description.en, description.zh)):
        for match in _IN_DESCRIPTION.finditer(words):
            rest = words[match.end() :]
            following = _NEXT_KEY.search(rest)
            rest = rest[: following.start()] if following else rest
            if not _QUOTE.search(rest):
                rest = re.split(r"[.。\n]", rest, maxsplit=1)[0]
            for text in map(place, _phrases(rest)):
                yield Trigger(text, "description")


class _Labelled:
    """Reads the lines of one section for trigger labels and for what they rule over."""

    def __init__(self, source: Source, *, open_: bool) -> None:
        self.source = source
        self.always = open_  # in a section about triggers every line counts
        self.open = open_
        self.depth = -1  # of the list item that holds the label, if one does

    def read(self, lines: Iterable[Line]) -> Iterator[tuple[Text, Span]]:
        """Yield each trigger with its place."""
        for line in lines:
            for text in self._line(line):
                if text:
                    yield text, self.source.line_span(line.number - 1, line.number)

    def _line(self, line: Line) -> Iterator[Text]:
        label = read_label(line.text) if line.kind in ("text", "item") else None
        if label is not None and label.names & _NAMES and (label.marked or label.colon):
            self.open = True
            self.depth = line.depth if line.kind == "item" else -1
            rest = label.rest.lstrip("—–:： ")
            if _QUOTE.search(rest) or (label.colon and rest and len(rest) <= _LONGEST):
                yield from _texts(rest, whole=False)
            return
        if line.kind in ("heading", "rule") or (not self.always and line.depth <= self.depth):
            self.open = self.always
        elif line.kind == "text" and line.first:
            if label is not None and label.marked:
                self.open = False
            elif self.open and _QUOTE.search(line.text):
                yield from _texts(line.text, whole=False)
            elif self.always and not line.text.rstrip().endswith((":", "：")):
                yield from _texts(line.text, whole=True)  # a sentence says when
            elif not self.always:
                self.open = False
        elif (line.kind == "item" and self.open) or (line.kind == "fence" and self.open):
            yield from _texts(line.text, whole=True)
        elif line.kind == "row" and self.open:
            yield from self._row(line)

    def _row(self, line: Line) -> Iterator[Text]:
        found = cells(line.text)
        if not line.first and not all(set(cell) <= set("-: ") for cell in found):
            quoted = [cell for cell in found if _QUOTE.search(cell)]
            yield from _pair([part for cell in quoted for part in _phrases(cell)])


def label_triggers(
    blocks: Iterable[Block], source: Source, *, scope: str = "", open_: bool = False
) -> tuple[Trigger, ...]:
    """Return the triggers under labels such as ``**触发条件 / Triggers:**`` among blocks.

    Args:
        blocks: The blocks of one section.
        source: The text that they come from.
        scope: The scenario that the section tells, if it does.
        open_: Whether the whole section is about triggers.
    """
    origin = "scenario" if scope else "section"
    wanted = [block for block in blocks if block.kind is not BlockKind.QUOTE]
    reader = _Labelled(source, open_=open_)
    found = reader.read(lines_of(wanted, source))
    return unique(Trigger(text, origin, span, scope) for text, span in found)


def _sections(skill: Skill) -> Iterator[Trigger]:
    for document in (skill.main, skill.translation):
        if document is None:
            continue
        for section, scope in _scoped(document.tree.root, ""):
            yield from label_triggers(
                section.blocks,
                document.source,
                scope=scope,
                open_=section.role is Role.TRIGGERS,
            )


def _scoped(section: Section, scope: str) -> Iterator[tuple[Section, str]]:
    """Yield every section with the scenario that it belongs to."""
    if section.role in (Role.TESTS, Role.HISTORY, Role.LICENSE, Role.EXAMPLE):
        return
    yield section, scope
    for child in section.sections:
        inside = section.role is Role.SCENARIO and not scope
        yield from _scoped(child, child.title.pick(Lang.EN) if inside else scope)


def skill_triggers(skill: Skill) -> tuple[Trigger, ...]:
    """Return every trigger of a skill, each wording once a scope."""
    return unique([*_front_matter(skill), *_description(skill.description), *_sections(skill)])
