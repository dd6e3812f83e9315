"""What a view changes in a source text, and the text that results."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..document import BlockKind, Section, Tree, Variant
from ..localized import Lang
from ..source import Edit, Source, Span, apply_edits

__all__ = ["Plan", "compose", "inside", "lf", "merged", "one_ending", "variant_edits"]

_SPACE = " \t\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to take out of a body: whole blocks and sections, and edits inside what stays."""

    removed: tuple[Span, ...] = ()
    edits: tuple[Edit, ...] = ()

    def __add__(self, other: Plan) -> Plan:
        return Plan(merged([*self.removed, *other.removed]), (*self.edits, *other.edits))


def lf(text: str) -> str:
    """Return ``text`` with LF line endings."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def one_ending(text: str) -> str:
    """Return a body without blank lines around it and with one newline at its end."""
    text = text.strip("\n") if text[:1] == "\n" or text[-2:] == "\n\n" else text
    if text and text[-1].isspace() and text != "\n":
        text = text.rstrip()
    return f"{text}\n" if text.strip() else ""


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap made one."""
    done: list[Span] = []
    for span in sorted(spans):
        if done and span.start <= done[-1].end:
            done[-1] = Span(done[-1].start, max(done[-1].end, span.end))
        else:
            done.append(span)
    return tuple(done)


def inside(span: Span, spans: Sequence[Span]) -> bool:
    """Whether ``span`` touches one of ``spans`` (which are in order and apart)."""
    at = bisect_right(spans, span.start, key=lambda found: found.start) - 1
    if at >= 0 and spans[at].end > span.start:
        return True
    return at + 1 < len(spans) and spans[at + 1].start < span.end


def variant_edits(variants: Iterable[Variant], lang: Lang) -> tuple[Edit, ...]:
    """Return the edits that choose one language (none for the bilingual view)."""
    if lang is Lang.BILINGUAL:
        return ()
    return tuple(Edit(variant.span, variant.text(lang)) for variant in variants)


def _rules(root: Section) -> tuple[dict[int, Span], dict[int, Span]]:
    """Return the spans of thematic breaks by where they start and where they end."""
    spans = [
        block.span
        for section in root.walk()
        for block in section.blocks
        if block.kind is BlockKind.RULE
    ]
    return {span.start: span for span in spans}, {span.end: span for span in spans}


def _back(text: str, at: int, floor: int) -> int:
    """Return where the blank lines before ``at`` begin (``at`` is the start of a line)."""
    end = at
    while end > floor and text[end - 1] in _SPACE:
        end -= 1
    if end == floor:
        return floor
    line = _LINE_END.search(text, end, at)
    return line.end() if line else at


def _forward(text: str, at: int) -> int:
    """Return where the first line with words begins at or after ``at``."""
    words = at
    while words < len(text) and text[words] in _SPACE:
        words += 1
    if words == len(text):
        return words
    return max(at, text.rfind("\n", at, words) + 1, text.rfind("\r", at, words) + 1)


def _tidied(text: str, start: int, removed: Sequence[Span], root: Section) -> list[Edit]:
    """Return the edits that take spans out, with the blank lines and rules left orphaned."""
    starts, ends = _rules(root)
    spans = merged(Span(span.start, _forward(text, span.end)) for span in removed)
    edits: list[Edit] = []
    for span in spans:
        first, last = span.start, span.end
        if edits and first < edits[-1].span.end:  # the rule between two gaps went with the first
            first = edits[-1].span.end
            if first >= last:
                continue
        before = _back(text, first, start)
        floor = edits[-1].span.end if edits else start
        while last >= len(text) and (rule := ends.get(before)) and rule.start >= floor:
            first = rule.start
            before = _back(text, first, start)
        if last < len(text) and last in starts and (before in ends or before <= start):
            last = _forward(text, starts[last].end)
        touching = last < len(text) and first > start and before == first
        edits.append(Edit(Span(first, last), "\n" if touching else ""))
    return edits


def _covering(tree: Tree, text: str, removed: Sequence[Span]) -> tuple[Span, ...]:
    """Let what is taken out take its translation along."""
    grown = list(removed)
    for variant in tree.variants:
        if inside(variant.span, removed):
            at = text.find("\n", variant.span.end)
            grown.append(Span(variant.span.start, len(text) if at < 0 else at + 1))
    return merged(grown)


def _placed(edits: Iterable[Edit], gone: Sequence[Span]) -> Iterator[Edit]:
    """Yield the edits of what stays; an insertion into what goes is put before it."""
    last = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if not inside(edit.span, gone):
            if edit.span.start >= last:
                yield edit
                last = edit.span.end
        elif not edit.span:
            at = bisect_right(gone, edit.span.start, key=lambda span: span.start) - 1
            yield Edit(Span(gone[at].start, gone[at].start), edit.text)


def compose(source: Source, tree: Tree, span: Span, plan: Plan) -> str:
    """Return a part of a source with a plan carried out, in LF and with one newline at its end."""
    text = source.text[: span.end]
    removals: list[Edit] = []
    if plan.removed:
        removed = _covering(tree, text, plan.removed)
        clipped = (Span(max(r.start, span.start), min(r.end, span.end)) for r in removed)
        removals = _tidied(
            text, span.start, [part for part in clipped if part.start < part.end], tree.root
        )
    gone = merged(edit.span for edit in removals)
    edits = [edit for edit in plan.edits if edit.span in span]
    return one_ending(lf(apply_edits(text, [*_placed(edits, gone), *removals])[span.start :]))
