"""Whether both languages say the same, as far as it can be told without understanding them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..codes import content
from ..diagnostics import Diagnostic, report
from ..document import Block, BlockKind, Document, Section
from ..language import has_cjk
from ..source import Span
from .numbers import differences, numbers
from .registry import rule
from .subject import Subject, leaves
from .twins import Twins, blocks_of, title_of, twins_of

__all__ = ["code_blocks", "figures", "list_items", "section_tree", "tables"]

# Fences of these hold prose, which is translated as a whole.
_PROSE_INFO = frozenset({"", "text", "txt", "md", "markdown", "mermaid", "dot", "plaintext"})
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.HEADING, BlockKind.ITEM})


def _line(document: Document, section: Section) -> int:
    return document.source.position(section.span.start).line


def _heading_span(section: Section) -> Span:
    if section.heading is None:
        return Span(section.span.start, section.span.start)
    return section.heading.span


@rule(content.SECTION_MISSING, content.SECTION_EXTRA, content.SECTION_LEVEL)
def section_tree(subject: Subject) -> Iterator[Diagnostic]:
    """Report sections that only one language has, or that have another level there."""
    for twins in twins_of(subject):
        original, translation = twins.original.source, twins.translation.source
        for aligned in twins.sections:
            first, second = aligned.first, aligned.second
            if first is not None and second is not None:
                yield from _levels(twins, first, second)
            elif first is not None:
                line = _line(twins.original, first)
                yield report(
                    content.SECTION_MISSING,
                    original,
                    _heading_span(first),
                    title=title_of(first),
                    line=line,
                    other=translation.path,
                )
            elif second is not None:
                line = _line(twins.translation, second)
                yield report(
                    content.SECTION_EXTRA,
                    translation,
                    _heading_span(second),
                    title=title_of(second),
                    line=line,
                )


def _levels(twins: Twins, first: Section, second: Section) -> Iterator[Diagnostic]:
    a, b = first.heading, second.heading
    if a is not None and b is not None and a.level != b.level:
        yield report(
            content.SECTION_LEVEL,
            twins.translation.source,
            b.span,
            title=title_of(second),
            line=_line(twins.translation, second),
            level=b.level,
            other=twins.original.source.path,
            other_title=title_of(first),
            other_line=_line(twins.original, first),
            other_level=a.level,
        )


@rule(content.TABLE_DIFFERS)
def tables(subject: Subject) -> Iterator[Diagnostic]:
    """Report tables that have another shape, or that one language lacks."""
    for twins in twins_of(subject):
        for first, second in twins.pairs:
            originals = blocks_of(first, BlockKind.TABLE)
            translated = blocks_of(second, BlockKind.TABLE)
            for index in range(max(len(originals), len(translated))):
                one = originals[index] if index < len(originals) else None
                two = translated[index] if index < len(translated) else None
                if _shape(twins.original, one) != _shape(twins.translation, two):
                    yield _table_report(twins, (first, second), (one, two), index)


def _shape(document: Document, table: Block | None) -> tuple[int, int]:
    """Return how many rows and columns a table has (its widest row counts)."""
    if table is None:
        return 0, 0
    rows = [line for line in document.source.slice(table.span).splitlines() if "|" in line]
    body = [row for row in rows if set(row) - set(" |:->\t")]
    return len(body), max((_cells(row) for row in body), default=0)


def _cells(row: str) -> int:
    """Count the cells of one row; an escaped pipe and one in a code span do not part cells."""
    text = row.lstrip(" >\t").strip().replace("\\|", "")
    return text.strip("|").count("|") + 1


def _table_report(
    twins: Twins,
    sections: tuple[Section, Section],
    found: tuple[Block | None, Block | None],
    index: int,
) -> Diagnostic:
    one, two = found
    rows, columns = _shape(twins.translation, two)
    other_rows, other_columns = _shape(twins.original, one)
    other = one.span.start if one is not None else sections[0].span.start
    return report(
        content.TABLE_DIFFERS,
        twins.translation.source,
        _first_line(twins.translation, two) if two is not None else _heading_span(sections[1]),
        index=index + 1,
        title=title_of(sections[1]),
        rows=rows,
        columns=columns,
        other=twins.original.source.path,
        other_line=twins.original.source.position(other).line,
        other_rows=other_rows,
        other_columns=other_columns,
    )


def _first_line(document: Document, block: Block) -> Span:
    text = document.source.slice(block.span)
    return Span(block.span.start, block.span.start + len(text.partition("\n")[0].rstrip()))


@rule(content.FENCE_DIFFERS)
def code_blocks(subject: Subject) -> Iterator[Diagnostic]:
    """Report code that differs: comments and prose with Chinese in them may."""
    for twins in twins_of(subject):
        for first, second in twins.pairs:
            originals = blocks_of(first, BlockKind.FENCE)
            translated = blocks_of(second, BlockKind.FENCE)
            for index in range(max(len(originals), len(translated))):
                one = originals[index] if index < len(originals) else None
                two = translated[index] if index < len(translated) else None
                if one is not None and two is not None and _same_code(one, two):
                    continue
                place = one.span.start if one is not None else first.span.start
                yield report(
                    content.FENCE_DIFFERS,
                    twins.translation.source,
                    _first_line(twins.translation, two) if two else _heading_span(second),
                    index=index + 1,
                    title=title_of(second),
                    other=twins.original.source.path,
                    other_line=twins.original.source.position(place).line,
                )


def _same_code(one: Block, two: Block) -> bool:
    """Whether two fences are the same but for what is translated in them."""
    here = [line.rstrip() for line in one.content.rstrip().splitlines()]
    there = [line.rstrip() for line in two.content.rstrip().splitlines()]
    if here == there:
        return True
    translated = has_cjk(two.content) or has_cjk(one.content)
    if translated and two.info.strip().lower() in _PROSE_INFO:
        return True
    return len(here) == len(there) and all(
        a == b or has_cjk(b) or has_cjk(a) for a, b in zip(here, there, strict=True)
    )


@rule(content.ITEMS_DIFFER)
def list_items(subject: Subject) -> Iterator[Diagnostic]:
    """Report sections whose lists have another number of items."""
    for twins in twins_of(subject):
        for first, second in twins.pairs:
            count = len(blocks_of(second, BlockKind.ITEM))
            other_count = len(blocks_of(first, BlockKind.ITEM))
            if count != other_count:
                yield report(
                    content.ITEMS_DIFFER,
                    twins.translation.source,
                    _heading_span(second),
                    title=title_of(second),
                    count=count,
                    other=twins.original.source.path,
                    other_line=_line(twins.original, first),
                    other_count=other_count,
                )


@rule(content.NUMBER_DIFFERS)
def figures(subject: Subject) -> Iterator[Diagnostic]:
    """Report numbers that differ between a section and its translation (code is compared as is)."""
    for twins in twins_of(subject):
        for first, second in twins.pairs:
            there, here = (_prose(first), _prose(second))
            only_here, only_there = differences("\n".join(here), "\n".join(there))
            if not only_here and not only_there:
                continue
            yield report(
                content.NUMBER_DIFFERS,
                twins.translation.source,
                _place(twins.translation, second, only_here),
                title=title_of(second),
                other=twins.original.source.path,
                other_line=twins.original.source.position(
                    _place(twins.original, first, only_there).start
                ).line,
                here=_shown(only_here),
                there=_shown(only_there),
            )


def _prose(section: Section) -> list[str]:
    """Return the words of a section, its title first, without code."""
    heading = section.heading
    words = [(heading.title.en or "") + " " + (heading.title.zh or "")] if heading else []
    return words + [block.content for block in leaves(section) if block.kind in _PROSE]


def _place(document: Document, section: Section, wanted: list[Decimal]) -> Span:
    """Return the line of the first block that has one of the numbers, else the heading."""
    values = set(wanted)
    for block in leaves(section):
        if block.kind in _PROSE and values & {value for value, _ in numbers(block.content)}:
            return _first_line(document, block)
    return _heading_span(section)


def _shown(values: list[Decimal]) -> str:
    if not values:
        return "–"
    shown = ", ".join(f"{value:f}" for value in values[:6])
    return f"{shown}, …" if len(values) > 6 else shown
