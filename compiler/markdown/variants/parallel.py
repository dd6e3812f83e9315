"""English blocks that are each followed by the same in Chinese, all through a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...document import Block, BlockKind, Origin, Section, Variant
from ...language import han_count
from ...localized import Lang
from ...source import Source, Span

__all__ = ["parallel_variants"]

_ENOUGH = 3  # as many pairs make a habit; fewer may be chance
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_SPEAKER = re.compile(r"\*\*[^*]+(?:[:：]\*\*|\*\*\s*[:：])")
_KINDS = (BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.QUOTE)


def _text(block: Block) -> str:
    if block.kind is BlockKind.LIST:
        return "\n".join(item.content for item in block.children)
    return block.content


def _same_meaning(one: Block, two: Block) -> bool:
    """Whether two blocks could be each other's translation: kind, size, numbers, speaker."""
    if one.kind is not two.kind or one.kind not in _KINDS or one.prefix != two.prefix:
        return False
    if {one.lang, two.lang} != {Lang.EN, Lang.ZH} or len(one.children) != len(two.children):
        return False
    en, zh = (_text(one), _text(two)) if one.lang is Lang.EN else (_text(two), _text(one))
    words, han = len(_LATIN.findall(en)), han_count(zh)
    if not 0.5 * words <= han <= 5 * words + 4:
        return False
    if bool(_SPEAKER.match(en)) != bool(_SPEAKER.match(zh)):
        return False
    return Counter(_NUMBERS.findall(en)) == Counter(_NUMBERS.findall(zh))


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block]]:
    """Yield neighbours that pair up, where no third block of either language stands beside."""
    at = 0
    while at + 1 < len(blocks):
        one, two = blocks[at], blocks[at + 1]
        after = blocks[at + 2] if at + 2 < len(blocks) else None
        alone = after is None or after.kind is not two.kind or after.lang is not two.lang
        if alone and _same_meaning(one, two):
            yield one, two
            at += 1
        at += 1


def _groups(root: Section) -> Iterator[Sequence[Block]]:
    for section in root.walk():
        yield section.blocks
        for top in section.blocks:
            for block in top.walk():
                if block.kind in (BlockKind.QUOTE, BlockKind.ITEM):
                    yield block.children


def parallel_variants(root: Section, source: Source) -> list[Variant]:
    """Return the pairs of parallel blocks, if the document has the habit, in one order only."""
    found: dict[Lang, list[Variant]] = {Lang.EN: [], Lang.ZH: []}
    for blocks in _groups(root):
        for one, two in _pairs(blocks):
            start = one.span.start + len(one.prefix)
            texts = []
            for block in (one, two):
                texts.append(source.slice(block.span)[len(block.prefix) :].rstrip())
            end = two.span.start + len(source.slice(two.span).rstrip())
            en, zh = texts if one.lang is Lang.EN else reversed(texts)
            found[one.lang].append(Variant(Span(start, end), en, zh, Origin.PARALLEL_PARAGRAPH))
    more, fewer = sorted(found.values(), key=len, reverse=True)
    return more if len(more) >= _ENOUGH and not fewer else []
