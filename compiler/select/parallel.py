"""Views of a skill that is written twice: ``SKILL.md`` and ``SKILL.zh.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..document import Block, BlockKind, Document, Role, Section
from ..localized import Lang
from ..markdown import closed
from ..source import Edit, Span
from ..view import Share
from .align import align
from .coverage import add_shares, section_shares
from .edits import Plan, compose, lf, merged, one_ending

__all__ = ["Side", "chinese", "side_by_side"]

_SAME_IN_BOTH = (BlockKind.FENCE, BlockKind.CODE, BlockKind.TABLE, BlockKind.RULE, BlockKind.HTML)


@dataclass(frozen=True)
class Side:
    """One of the two files, with what the platform takes out of it."""

    document: Document
    plan: Plan

    def text(self, span: Span) -> str:
        """Return a part of the file as the view shows it; other text may follow it."""
        return closed(compose(self.document.source, self.document.tree, span, self.plan))

    def gone(self, span: Span) -> bool:
        """Whether the view shows nothing of a part of the file."""
        return any(span in part for part in self.plan.removed)


def _own(section: Section) -> Span:
    """Return the span between a section's heading and its first subsection."""
    start = section.heading.span.end if section.heading else section.span.start
    end = section.sections[0].span.start if section.sections else section.span.end
    return Span(start, end)


def _missing(en: Section, zh: Section, side: Side) -> Iterator[tuple[int, Section, Span]]:
    """Yield where in the Chinese file which part of an English section has to be inserted."""
    own = _own(zh)
    if en.blocks and not zh.blocks and zh.heading is not None:
        yield own.end, en, _own(en)
    at = own.end
    for theirs, ours in align(en.sections, zh.sections):
        if theirs is not None and ours is not None:
            yield from _missing(theirs, ours, side)
        elif theirs is not None and not side.gone(theirs.span):
            yield at, theirs, theirs.span
        if ours is not None:
            at = ours.span.end


def chinese(en: Side, zh: Side) -> tuple[str, dict[Role, Share]]:
    """Return the Chinese body, with English sections where it has none, and its shares."""
    source = zh.document.source
    shares = section_shares(
        zh.document.tree.root, source, zh.document.tree.variants, Lang.ZH, merged(zh.plan.removed)
    )
    inserted: list[Edit] = []
    for at, section, span in _missing(en.document.tree.root, zh.document.tree.root, en):
        text = en.text(span)
        if not text:
            continue
        before = lf(source.text[zh.document.body_start : at])
        lead = "" if not before or before.endswith("\n\n") else "\n" * (2 - before.endswith("\n"))
        inserted.append(Edit(Span(at, at), f"{lead}{text}\n"))
        part = section
        if span != section.span:
            part = Section(None, span, section.role, section.blocks)
        english = en.document
        shares = add_shares(
            shares,
            section_shares(part, english.source, (), Lang.ZH, merged(en.plan.removed)),
        )
    plan = Plan(zh.plan.removed, (*zh.plan.edits, *inserted))
    span = Span(zh.document.body_start, len(source.text))
    return compose(source, zh.document.tree, span, plan), shares


def _words(section: Section, side: Side) -> str:
    """Return the words of a heading with number and emoji, without its marks."""
    heading = section.heading
    if heading is None:
        return ""
    line = side.document.source.slice(heading.span).strip()
    return line.lstrip("#").strip().rstrip("#").rstrip() if line.startswith("#") else heading.text


def _both_headings(en: Section, zh: Section, sides: tuple[Side, Side]) -> str:
    one, two = _words(en, sides[0]), _words(zh, sides[1])
    if en.heading is None:
        return ""
    if zh.heading is not None and en.heading.number == zh.heading.number:
        ours, theirs = en.heading.title, zh.heading.title
        if theirs.en is None or theirs.en in (ours.en, theirs.zh):
            two = theirs.pick(Lang.ZH) or two
        if theirs.pick(Lang.ZH) in (ours.en, ours.zh):
            two = one
    words = one if one == two or not two else f"{one} / {two}"
    return f"{'#' * en.heading.level} {words}"


def _said(blocks: Sequence[Block]) -> set[tuple[BlockKind, str]]:
    return {(block.kind, _content(block)) for block in blocks if block.kind in _SAME_IN_BOTH}


def _content(block: Block) -> str:
    rows = "\n".join(row.content for row in block.children)
    return f"{block.info}\n{block.content}\n{rows}"


def _mixed(en: Section, zh: Section, sides: tuple[Side, Side]) -> Iterator[str]:
    """Yield the parts of two sections that say the same, the English one first."""
    yield _both_headings(en, zh, sides)
    yield sides[0].text(_own(en))
    said = _said(en.blocks)
    for block in zh.blocks:
        if (block.kind, _content(block)) not in said and not sides[1].gone(block.span):
            yield sides[1].text(block.span)
    for ours, theirs in align(en.sections, zh.sections):
        if ours is not None and sides[0].gone(ours.span):
            continue
        if ours is not None and theirs is not None:
            yield from _mixed(ours, theirs, sides)
        elif ours is not None:
            yield sides[0].text(ours.span)
        elif theirs is not None:
            yield sides[1].text(theirs.span)


def side_by_side(en: Side, zh: Side) -> tuple[str, dict[Role, Share]]:
    """Return a body with both languages, section by section, and its shares.

    A heading reads ``English / 中文``; code and tables that are the same in both stand once.
    """
    roots = en.document.tree.root, zh.document.tree.root
    parts = (part.strip("\n") for part in _mixed(*roots, (en, zh)))
    body = one_ending("\n\n".join(part for part in parts if part))
    _, shares = chinese(en, zh)
    return body, shares
