"""How much of a view is in the language that was asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ..document import Block, BlockKind, Role, Section, Variant
from ..language import classify
from ..localized import Lang
from ..markdown import cells
from ..source import Source, Span
from ..view import Share
from .edits import inside

__all__ = ["add_shares", "rough_share", "section_shares"]

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


class _Ledger:
    """The variants of a document; each is counted once, where its first text is met."""

    def __init__(self, variants: Sequence[Variant], lang: Lang) -> None:
        self.variants = variants
        self.starts = [variant.span.start for variant in variants]
        self.lang = lang
        self.seen: set[int] = set()

    def count(self, source: Source, span: Span) -> Share:
        """Return the share of the text of ``span``, variants and the rest."""
        total, at, rest = Share(), span.start, ""
        index = max(0, bisect_right(self.starts, span.start) - 1)
        while index < len(self.variants) and self.variants[index].span.start < span.end:
            variant = self.variants[index]
            if variant.span.end > at:
                rest += source.text[at : max(at, variant.span.start)]
                at = max(at, variant.span.end)
                if index not in self.seen:
                    self.seen.add(index)
                    weight = _weight(variant.text(self.lang))
                    total += Share(weight, weight)
            index += 1
        return total + _share((rest + source.text[at : span.end]).strip(" \t\r\n>|"), self.lang)


def _pieces(block: Block, source: Source) -> Iterator[Span]:
    """Yield the runs of prose of one leaf block."""
    start = block.span.start + len(block.prefix)
    if block.kind is BlockKind.ROW:
        for first, last in cells(block.content):
            yield Span(start + first, start + last)
    else:
        yield Span(start, max(start, block.span.end))


def section_shares(
    section: Section,
    source: Source,
    variants: Sequence[Variant],
    lang: Lang,
    gone: Sequence[Span] = (),
) -> dict[Role, Share]:
    """Return the share of each role below a section; what is in ``gone`` does not count."""
    ledger = _Ledger(variants, lang)
    shares: dict[Role, Share] = {}
    for part in section.walk():
        share = Share()
        if part.heading is not None and not inside(part.heading.span, gone):
            if part.title.complete:
                weight = _weight(part.title.pick(lang))
                share += Share(weight, weight)
            else:
                share += _share(part.heading.text, lang)
        for top in part.blocks:
            if inside(top.span, gone):
                continue
            for block in top.walk():
                if block.kind in _PROSE:
                    for span in _pieces(block, source):
                        share += ledger.count(source, span)
        if share.total:
            shares[part.role] = shares.get(part.role, Share()) + share
    return shares
