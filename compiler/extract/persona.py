"""Who a skill asks the assistant to be."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from ..document import Block, BlockKind, Document, Role, Section, Variant
from ..localized import Lang, Text
from ..model import Persona, Skill
from ..source import Span
from .words import is_chinese, merge

__all__ = ["persona_of"]

_ADDRESS = re.compile(
    r"^[\s>*_\"“]*(?:you are|you're|you’re|you act as|act as|your role is|你是|您是|你将扮演|"
    r"你的角色是|请扮演|扮演|作为一[名位])",
    re.IGNORECASE,
)
_WORDS = (BlockKind.PARAGRAPH, BlockKind.QUOTE)


def _view(document: Document, span: Span, lang: Lang) -> str:
    """Return one language of a span of the source: its translations put in place."""
    text, at = document.source.text, span.start
    parts: list[str] = []
    for variant in _within(document.tree.variants, span):
        if variant.span.start >= at:
            parts += (text[at : variant.span.start], variant.text(lang))
            at = variant.span.end
    parts.append(text[at : span.end])
    return "".join(parts)


def _within(variants: tuple[Variant, ...], span: Span) -> Iterator[Variant]:
    at = bisect_left(variants, span.start, key=lambda variant: variant.span.start)
    while at < len(variants) and variants[at].span.start < span.end:
        if variants[at].span in span:
            yield variants[at]
        at += 1


def _unprefixed(text: str) -> str:
    """Return the lines of a quote without their marks."""
    lines = (re.sub(r"^ {0,3}> ?", "", line) for line in text.splitlines())
    return "\n".join(lines).strip()


def _of_block(document: Document, block: Block, span: Span | None = None) -> Text:
    """Return a block's words in each language that it has."""
    span = span or block.span
    if any(True for _variant in _within(document.tree.variants, span)):
        english = _unprefixed(_view(document, span, Lang.EN))
        chinese = _unprefixed(_view(document, span, Lang.ZH))
        if english != chinese:
            return Text(english or None, chinese or None)
    words = _unprefixed(document.source.slice(span))
    if not words:
        return Text()
    return Text(zh=words) if is_chinese(words) else Text(en=words)


def _fence(section: Section) -> Block | None:
    """Return the first unlabelled fence of a section and of what it rules over."""
    for inner in section.walk():
        if inner.role is Role.PERSONA:
            for block in inner.blocks:
                if block.kind is BlockKind.FENCE and not block.info.strip():
                    return block
    return None


def _of_section(document: Document, section: Section) -> Persona | None:
    fence = _fence(section)
    if fence is not None:
        words = fence.content.strip()
        placed = Text(zh=words) if is_chinese(words) else Text(en=words)
        return Persona(placed, "section", fence.span) if words else None
    blocks = [
        block
        for inner in section.walk()
        if inner.role is Role.PERSONA
        for block in inner.blocks
        if block.kind not in (BlockKind.RULE, BlockKind.COMMENT)
    ]
    if not blocks:
        return None
    texts = [_of_block(document, block, _with_comment(document, block)) for block in blocks]
    # A block without a translation stands for itself in both languages.
    english = "\n\n".join(text.pick(Lang.EN) for text in texts)
    chinese = "\n\n".join(text.pick(Lang.ZH) for text in texts)
    text = Text(
        english.strip() if any(text.en for text in texts) else None,
        chinese.strip() if any(text.zh for text in texts) else None,
    )
    span = Span(blocks[0].span.start, blocks[-1].span.end)
    return Persona(text, "section", span) if text else None


def _with_comment(document: Document, block: Block) -> Span:
    """Return the span of a block and of the comment that translates it."""
    variants = document.tree.variants
    at = bisect_left(variants, block.span.end, key=lambda variant: variant.span.start)
    last = variants[at - 1] if at else None
    if last is not None and last.span.end > block.span.end:
        return Span(min(block.span.start, last.span.start), last.span.end)
    return block.span


def _addressed(document: Document) -> Persona | None:
    """Return the first paragraph or quote that speaks to the reader."""
    for section in document.tree.root.walk():
        for block in section.blocks:
            if block.kind in _WORDS and _ADDRESS.match(_opening(block)):
                span = _with_comment(document, block)
                return Persona(_of_block(document, block, span), "blockquote", span)
    return None


def _opening(block: Block) -> str:
    return block.content.lstrip()[:80]


def _of_document(document: Document) -> Persona | None:
    for section in document.tree.root.walk():
        if section.role is Role.PERSONA and (found := _of_section(document, section)):
            return found
    return _addressed(document)


def persona_of(skill: Skill) -> Persona | None:
    """Return a skill's persona: from its section, from a sentence, or from its description."""
    found = _of_document(skill.main) if skill.main is not None else None
    if skill.translation is not None and (other := _of_document(skill.translation)):
        if found is None:
            return other
        return Persona(merge(found.text, other.text), found.source, found.span)
    if found is None and skill.description:
        return Persona(skill.description, "description")
    return found
