"""``en / zh`` within a line: table cells, list items, labels in bold, one-line paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...document import Block, BlockKind, Origin, Section, Variant
from ...language import Halves, halves, has_cjk
from ...source import Source, Span
from ..blocks import TASK
from ..headings import EMOJI, read_heading
from ..tables import cells
from .places import line_spans, words_span

__all__ = ["inline_variants"]

_LABEL = re.compile(
    r"(?P<mark>\*\*|__)(?P<label>[^*_\n]+)(?P=mark)(?P<join>\s*[:：]?\s*(?:[—–-]+\s+)?)"
)
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
_QUOTED = re.compile(r'["“]([^"“”]+)["”]')


def _sound(pair: Halves) -> bool:
    """Whether the Chinese side holds no quoted English item, as a list of trigger words would."""
    items = _QUOTED.findall(pair.zh)
    return len(items) < 2 or all(has_cjk(item) for item in items)


def _lead(text: str) -> int:
    """Return the length of what both sides share at the beginning: a box, an emoji, a number."""
    at = 0
    for pattern in (TASK, _NUMBER, EMOJI):
        if match := pattern.match(text, at):
            at = match.end()
            at += len(text[at:]) - len(text[at:].lstrip())
    return at


def _variant(start: int, text: str, pair: Halves) -> Variant:
    return Variant(Span(start, start + len(text)), pair.en, pair.zh, Origin.SLASH)


def _of_line(text: str, start: int, labels_only: bool = False) -> Iterator[Variant]:
    """Yield the pairs of one line (or cell), whose text begins at ``start`` in the source."""
    if (
        text.isascii()
        or not has_cjk(text)
        or not any(mark in text for mark in ("/", "／", "(", "（"))
    ):
        return
    lead = _lead(text)
    text, start = text[lead:], start + lead
    label = _LABEL.match(text)
    if not labels_only:
        whole = halves(text, strict=True)
        # With a label on one side only, the slash parts what follows the label.
        apart = label is None or text.count(label["mark"]) != 2
        if whole and apart and _sound(whole):
            yield _variant(start, text, whole)
            return
    if label is None:
        return
    inside = label["label"].strip()
    inside = inside[_lead(inside) :]
    if inside and (pair := halves(inside)) and _sound(pair):
        yield _variant(start + text.index(inside), inside, pair)
    rest = text[label.end() :].strip()
    if rest and not labels_only and (pair := halves(rest, strict=True)) and _sound(pair):
        yield _variant(start + text.index(rest, label.end()), rest, pair)


def _of_block(block: Block, source: Source) -> Iterator[Variant]:
    if block.kind is BlockKind.ROW:
        start = block.span.start + len(block.prefix)
        for begin, end in cells(block.content):
            yield from _of_line(block.content[begin:end], start + begin)
    elif block.kind is BlockKind.HEADING:
        raw = source.slice(block.span)
        at = raw.find(block.content)
        level = len(raw[:at]) - len(raw[:at].rstrip("# ")) if at > 0 else 1
        where = None if at < 0 or "\n" in block.content else block.span.start + at
        titled = read_heading(max(level, 1), block.content, block.span, where)
        if titled.variant:
            yield titled.variant
    elif "\n" not in block.content:
        span = words_span(block, source)
        yield from _of_line(source.slice(span), span.start)
    else:
        for span in line_spans(block, source):
            yield from _of_line(source.slice(span), span.start, labels_only=True)


def inline_variants(root: Section, source: Source) -> Iterator[Variant]:
    """Yield the pairs inside lines; fences, code and comments are not looked into."""
    wanted = (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.HEADING)
    for section in root.walk():
        for top in section.blocks:
            for block in top.walk():
                if block.kind in wanted and has_cjk(block.content):
                    yield from _of_block(block, source)
