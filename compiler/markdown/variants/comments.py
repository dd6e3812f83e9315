"""Translations written as HTML comments: after a block, inside a container, at a line's end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from ...document import Block, BlockKind, Heading, Origin, Section, Variant
from ...language import classify, han_count, has_cjk
from ...localized import Lang
from ...source import Source, Span
from ..blocks import TASK
from .places import words_span

__all__ = ["comment_variants"]

_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+")
_TITLE_LENGTH = 40  # Han characters; a longer comment below a heading is prose
_TRANSLATED = (Lang.EN, Lang.MIXED, Lang.NEUTRAL)
_WORDY = (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.HEADING)
_INLINE = re.compile(r"`+|<!--")
_HASHES = re.compile(r"#{1,6}\s+")

_comment = partial(Variant, origin=Origin.COMMENT)


def _is_translation(block: Block) -> bool:
    if block.kind is not BlockKind.COMMENT or not has_cjk(block.content):
        return False
    return not block.content.startswith("polyskill:")


def _end(block: Block, source: Source) -> int:
    """Return where the last character of a block stands, before its line ending."""
    return block.span.start + len(source.slice(block.span).rstrip())


def _indented(text: str, prefix: str, source: Source) -> str:
    """Put a container prefix before every line of ``text`` but the first."""
    lines = text.split("\n")
    rest = (prefix + line if line else prefix.rstrip() for line in lines[1:])
    return source.newline.join([lines[0], *rest])


def _gap(previous: Block, following: Block | None, end: int, source: Source) -> str:
    """Return what parts a block from the next one, once the comment between them is gone."""
    if following is None:
        return ""
    between = source.text[end : following.span.start]
    newline = source.newline
    if previous.kind is BlockKind.LIST and following.kind is BlockKind.LIST:
        return ""  # two halves of one list, which the comment had parted
    if between.count(newline) != 1 or between.strip("\r\n \t>"):
        return ""
    safe = following.kind in (BlockKind.FENCE, BlockKind.COMMENT, BlockKind.HEADING)
    if following.kind is BlockKind.LIST:
        first = following.children[0].info if following.children else ""
        safe = first[:1] in ("-", "*", "+") or first in ("1.", "1)")
    return "" if safe else newline + previous.prefix.rstrip()


def _kinds(text: str) -> list[BlockKind]:
    """Return the kinds of the blocks that a comment's text holds."""
    if "\n" not in text:
        kind = BlockKind.LIST if _MARKER.match(text) else BlockKind.PARAGRAPH
        return [BlockKind.QUOTE if text.startswith(">") else kind]
    from ..blocks import build  # noqa: PLC0415 - only multi-line comments need the parser
    from ..lines import Lines  # noqa: PLC0415
    from ..parse import parser  # noqa: PLC0415

    parts = build(parser().parse(text), Lines(Source("", text), 0))
    return [part.block.kind if part.block else BlockKind.HEADING for part in parts]


def _covered(before: Sequence[Block], kinds: list[BlockKind]) -> int:
    """Return how many of the blocks before a comment it translates."""
    count = len(kinds)
    tail = before[-count:]
    fits = [block.kind for block in tail] == kinds
    if count > 1 and fits and all(block.lang in _TRANSLATED for block in tail):
        return count
    return 1


def _words(block: Block, text: str, comment: Block, source: Source) -> tuple[int, str] | None:
    """Return where the English of a translated block begins, and the Chinese in its place."""
    if block.kind is BlockKind.PARAGRAPH and block.lang in _TRANSLATED:
        span = words_span(block, source)
        if not _MARKER.match(block.content) and (marker := _MARKER.match(text)):
            text = text[marker.end() :]
        if task := TASK.match(text):
            text = text[task.end() :]
        return span.start, _indented(text, block.prefix, source)
    if block.lang not in _TRANSLATED:
        return None
    if block.kind is BlockKind.HEADING:
        raw = source.slice(block.span)
        start = block.span.start + max(raw.find(block.content.partition("\n")[0]), 0)
        return start, _HASHES.sub("", text, count=1)
    kinds = _kinds(text)
    outer = block.prefix
    if block.kind is BlockKind.QUOTE:
        quoted = (
            text if kinds == [BlockKind.QUOTE] else "\n".join(f"> {t}" for t in text.split("\n"))
        )
        return block.span.start + len(outer), _indented(quoted, outer, source)
    if block.kind is BlockKind.LIST and kinds != [BlockKind.LIST]:
        # A comment that is indented too little belongs to the last item.
        only = len(block.children) == 1 or len(comment.prefix) > len(outer)
        item = block.children[-1] if block.children and only else None
        last = item.children[-1] if item and item.children else None
        if last is None or last.kind is not BlockKind.PARAGRAPH:
            return None
        return _words(last, text, comment, source)
    if block.kind in (BlockKind.LIST, BlockKind.TABLE) and kinds == [block.kind]:
        return block.span.start + len(outer), _indented(text, outer, source)
    return None


def _after_heading(heading: Heading, comment: Block, source: Source) -> Variant | None:
    """Read a short comment below an English heading as the heading's translation."""
    text, title = _HASHES.sub("", comment.content, count=1), heading.title
    short = "\n" not in text and han_count(text) <= _TITLE_LENGTH and text[-1:] not in "。！？"
    if title.zh or not title.en or not short:
        return None
    raw = source.slice(heading.span).rstrip()
    if not raw.endswith(title.en):
        return None
    start = heading.span.start + len(raw) - len(title.en)
    return _comment(Span(start, _end(comment, source)), title.en, text)


def _siblings(
    blocks: Sequence[Block], heading: Heading | None, source: Source
) -> Iterator[Variant]:
    """Yield the variants among the blocks of one container."""
    at = 0
    while at < len(blocks):
        first = at
        if not _is_translation(blocks[at]):
            at += 1
            continue
        while at < len(blocks) and _is_translation(blocks[at]):
            at += 1
        comment, last = blocks[first], blocks[at - 1]
        text = "\n".join(block.content for block in blocks[first:at])
        following = blocks[at] if at < len(blocks) else None
        if first == 0:
            found = heading and _after_heading(heading, comment, source)
            if found and at == 1:
                yield found
            continue
        count = _covered(blocks[:first], _kinds(text)) if "\n" in text else 1
        begin, previous = blocks[first - count], blocks[first - 1]
        if count == 1:
            place = _words(begin, text, comment, source)
        else:
            place = (
                begin.span.start + len(begin.prefix),
                _indented(text, previous.prefix, source),
            )
        if place is None:
            continue
        start, zh = place
        end = _end(last, source)
        gap = _gap(previous, following, end, source)
        en = source.text[start : _end(previous, source)]
        if en.strip():
            yield _comment(Span(start, end), en + gap, zh + gap)


def _inline(block: Block, source: Source) -> Iterator[Variant]:
    """Yield the comments inside a line of text, each with the words before it."""
    if block.kind is BlockKind.PARAGRAPH:
        span = words_span(block, source)
    else:
        span = Span(block.span.start + len(block.prefix), _end(block, source))
    text, at, scan = source.text, span.start, span.start
    while match := _INLINE.search(text, scan, span.end):
        if match[0] != "<!--":
            close = text.find(match[0], match.end(), span.end)
            scan = match.end() if close < 0 else close + len(match[0])
            continue
        close = text.find("-->", match.end(), span.end)
        if close < 0:
            return
        inside, end = text[match.end() : close].strip(), close + 3
        before = text[at : match.start()]
        if block.kind is BlockKind.ROW:
            at += before.rfind("|") + 1
            before = text[at : match.start()]
        at += len(before) - len(before.lstrip())
        before = before.strip("\r\n\t >").strip()
        if has_cjk(inside) and before and classify(before) in _TRANSLATED:
            yield _comment(Span(at, end), before, " ".join(inside.split("\n")))
        at = scan = end


def comment_variants(root: Section, source: Source) -> Iterator[Variant]:
    """Yield the variants that comments make, container by container."""
    for section in root.walk():
        stack: list[tuple[Sequence[Block], Heading | None]] = [(section.blocks, section.heading)]
        while stack:
            blocks, heading = stack.pop()
            yield from _siblings(blocks, heading, source)
            for block in blocks:
                if block.children:
                    stack.append((block.children, None))
                elif block.kind in _WORDY and "<!--" in block.content:
                    yield from _inline(block, source)
