"""A skill with one of its sections left out, for each section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polyskill.compiler.markdown.parse import parser

from .base import Arm

__all__ = ["Ablated", "Section", "sections", "without"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it: lines ``start`` to ``end`` (from 0, end excluded)."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Ablated:
    """The arms without a section each, and what is to be said about them ({"en": …, "zh": …})."""

    arms: tuple[Arm, ...]
    notes: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    line: int


def sections(text: str) -> list[Section]:
    """Return the sections of a Markdown text that can each be left out.

    The title is the first of the shallowest headings, if it is the only one or has deeper ones
    under it; it and what stands before it always stay. Below it the shallowest level that occurs
    at least twice gives the sections; each goes up to the next heading that is no deeper. Headings
    in lists, quotes, code and comments are none.
    """
    headings = _headings(text)
    start = _below_title(headings)
    levels = Counter(heading.level for heading in headings[start:])
    level = min((one for one, times in levels.items() if times > 1), default=0)
    last = len(_lines(text))
    ends = [heading.line for heading in headings if heading.level <= level]
    return [
        Section(
            heading.title,
            heading.line,
            next((line for line in ends if line > heading.line), last),
        )
        for heading in headings[start:]
        if heading.level == level
    ]


def without(arm: Arm, langs: Sequence[str]) -> Ablated:
    """Return, for each section, the arm without it.

    Where all languages have the same number of sections, those of one place go together;
    otherwise each language is taken on its own, with a note, and an arm has text in that language
    only. A language that is not divided into sections is left out, with a note.
    """
    divided = {lang: sections(arm.texts[lang]) for lang in langs if lang in arm.texts}
    notes = []
    for lang in [lang for lang, found in divided.items() if not found]:
        del divided[lang]
        notes.append(
            {
                "en": f"the text of {arm.name} in {lang} has no two sections: nothing to leave out",
                "zh": f"{arm.name} 的 {lang} 文本没有两个以上的章节：没有可去除的内容",
            }
        )
    counts = {lang: len(found) for lang, found in divided.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{lang}: {count}" for lang, count in counts.items())
        notes.append(
            {
                "en": f"the languages have different numbers of sections ({listed}): each is "
                "taken on its own",
                "zh": f"各语言的章节数不同（{listed}）：分别处理",
            }
        )
        together = [{lang: section} for lang, found in divided.items() for section in found]
    else:
        together = [
            dict(zip(divided, row, strict=True)) for row in zip(*divided.values(), strict=True)
        ]
    return Ablated(tuple(_named(arm, together)), tuple(notes))


def _named(arm: Arm, together: Sequence[Mapping[str, Section]]) -> list[Arm]:
    taken: Counter[str] = Counter()
    made = []
    for number, parts in enumerate(together, 1):
        titles = list(dict.fromkeys(one.title or f"§{number}" for one in parts.values()))
        name = f"without: {titles[0]}".replace("|", "/")  # a bar parts the keys of pass rates
        taken[name] += 1
        if taken[name] > 1:
            name = f"{name} ({taken[name]})"
        texts = {lang: _cut(arm.texts[lang], section) for lang, section in parts.items()}
        made.append(Arm(name, "variant", " / ".join(titles), texts))
    return made


def _headings(text: str) -> list[_Heading]:
    tokens = parser().parse("\n".join(_lines(text)))
    return [
        _Heading(int(token.tag[1:]), " ".join(tokens[at + 1].content.split()), token.map[0])
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]


def _below_title(headings: Sequence[_Heading]) -> int:
    """Return where in the headings those below the title begin."""
    top = min((heading.level for heading in headings), default=0)
    places = [at for at, heading in enumerate(headings) if heading.level == top]
    if not places:
        return 0
    first = places[0]
    has_more = first + 1 < len(headings) and headings[first + 1].level > top
    return first + 1 if len(places) == 1 or has_more else first


def _lines(text: str) -> list[str]:
    """Split as Markdown does: a form feed, say, ends no line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cut(text: str, section: Section) -> str:
    lines = _lines(text)
    kept = [*lines[: section.start], *lines[section.end :]]
    return "\n".join(kept).rstrip("\n") + "\n"
