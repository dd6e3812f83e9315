"""How much of a view is in the language that was asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..document import Block, BlockKind, Role, Section, Variant
from ..language import classify
from ..localized import Lang
from ..markdown import cells
from ..source import Source, Span
from ..view import Share
from .edits import inside

__all__ = ["Prose", "add_shares", "rough_share", "section_shares"]

_LETTERS = re.compile(r"[^\W\d_]+")
# Code, URLs and tags are the same in every language; they are no prose.
_CODE = re.compile(r"`+[^`]*`+|\]\([^()\s]*\)|https?://[^\s)>\]]+|<[!/a-zA-Z][^<>]*>")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|`[^`]*`|「[^」]*」')
_PROSE = (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.HEADING, BlockKind.HTML)
_MATCHING = {
    Lang.EN: (Lang.EN, Lang.NEUTRAL),
    Lang.ZH: (Lang.ZH, Lang.MIXED, Lang.NEUTRAL),
    Lang.BILINGUAL: (Lang.NEUTRAL,),
}


def _weight(text: str) -> int:
    return sum(map(len, _LETTERS.findall(_CODE.sub(" ", text))))


def _share(text: str, lang: Lang) -> Share:
    """Return how much of one run of text counts, as a whole."""
    weight = _weight(text)
    if not weight:
        return Share()
    # A list of quoted phrases (trigger words) serves every language.
    listed = text[:1] in '"“「`-*' and not _LETTERS.search(_QUOTED.sub(" ", text))
    fits = listed or classify(text) in _MATCHING[lang]
    return Share(weight if fits else 0, weight)


def rough_share(text: str, lang: Lang, written: Lang) -> Share:
    """Return the share of a body in one language that was never parsed: all of it or nothing."""
    return Share(len(text) if written in _MATCHING[lang] else 0, len(text))


def add_shares(*many: dict[Role, Share]) -> dict[Role, Share]:
    """Return the sums per role."""
    total: dict[Role, Share] = {}
    for shares in many:
        for role, share in shares.items():
            total[role] = total.get(role, Share()) + share
    return total


@dataclass(frozen=True, slots=True)
class _Run:
    """A heading or a block at the top of a section: its text, and the variants in it."""

    role: Role
    span: Span
    covered: int
    total: int
    variants: tuple[int, ...] = ()


def _pieces(block: Block, source: Source) -> Iterator[Span]:
    """Yield the runs of prose of one leaf block."""
    start = block.span.start + len(block.prefix)
    if block.kind is BlockKind.ROW:
        for first, last in cells(block.content):
            yield Span(start + first, start + last)
    else:
        yield Span(start, max(start, block.span.end))


class Prose:
    """A part of a document, weighed once in one language for all views of it.

    Only what the views leave out is different between platforms.
    """

    def __init__(
        self, section: Section, source: Source, variants: Sequence[Variant], lang: Lang
    ) -> None:
        self._source, self._variants, self._lang = source, variants, lang
        self._starts = [variant.span.start for variant in variants]
        self._weights: dict[int, int] = {}
        self._runs = [run for part in section.walk() for run in self._section(part)]

    def _section(self, part: Section) -> Iterator[_Run]:
        if part.heading is not None:
            if part.title.complete:
                weight = _weight(part.title.pick(self._lang))
                share = Share(weight, weight)
            else:
                share = _share(part.heading.text, self._lang)
            yield _Run(part.role, part.heading.span, share.covered, share.total)
        for top in part.blocks:
            covered, total, met = 0, 0, dict[int, None]()
            for block in top.walk():
                if block.kind in _PROSE:
                    for span in _pieces(block, self._source):
                        share = self._rest(span, met)
                        covered += share.covered
                        total += share.total
            if total or met:
                yield _Run(part.role, top.span, covered, total, tuple(met))

    def _rest(self, span: Span, met: dict[int, None]) -> Share:
        """Return the share of a text without its variants, which are noted in ``met``."""
        text, at, rest = self._source.text, span.start, ""
        index = max(0, bisect_right(self._starts, span.start) - 1)
        while index < len(self._variants) and self._starts[index] < span.end:
            variant = self._variants[index]
            if variant.span.end > at:
                rest += text[at : max(at, variant.span.start)]
                at = max(at, variant.span.end)
                met[index] = None
                if index not in self._weights:
                    self._weights[index] = _weight(variant.text(self._lang))
            index += 1
        return _share((rest + text[at : span.end]).strip(" \t\r\n>|"), self._lang)

    def shares(self, gone: Sequence[Span] = ()) -> dict[Role, Share]:
        """Return the share of each role; what is in ``gone`` does not count.

        A variant that two blocks share counts once, where it is met first.
        """
        found: dict[Role, tuple[int, int]] = {}
        seen: set[int] = set()
        for run in self._runs:
            if inside(run.span, gone):
                continue
            more = sum(self._weights[index] for index in run.variants if index not in seen)
            seen.update(run.variants)
            if run.total + more:
                covered, total = found.get(run.role, (0, 0))
                found[run.role] = (covered + run.covered + more, total + run.total + more)
        return {role: Share(covered, total) for role, (covered, total) in found.items()}


def section_shares(
    section: Section,
    source: Source,
    variants: Sequence[Variant],
    lang: Lang,
    gone: Sequence[Span] = (),
) -> dict[Role, Share]:
    """Return the share of each role below a section; what is in ``gone`` does not count."""
    return Prose(section, source, variants, lang).shares(gone)
