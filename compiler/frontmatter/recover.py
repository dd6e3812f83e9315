"""The recovering reader, for imports: sense out of what YAML refuses, and a word on each repair."""

from __future__ import annotations

import re
from typing import Any

from ..codes import frontmatter as codes
from ..diagnostics import Diagnostic, Severity, report
from ..model import Entry, FrontMatter
from ..source import Source, Span
from ..yamlsafe import load
from .chunks import Chunk, chunks_of, drop_duplicates, read_alone
from .comments import lift_comments
from .fences import Layout, find_layout
from .result import FrontMatterResult
from .strict import encoding_findings, entries_of, read_strict
from .values import recover_value

__all__ = ["read_recovering"]

_USUAL_KEY = re.compile(r"[a-z][A-Za-z0-9_.-]*")
_MAX_STRAY = 20
_MAX_NESTING = 4


def read_recovering(source: Source) -> FrontMatterResult:
    """Read a front matter that may be damaged; every repair is a coded warning at its place.

    A sound front matter costs what :func:`read_strict` costs.
    """
    strict = read_strict(source)
    front = strict.front
    if front is not None and _sound(strict) and not _hyphens_inside(source, front):
        return _translated(source, front, strict)
    if front is None and strict.body_start == 0 and not _may_begin(source):
        return strict
    found = encoding_findings(source)
    layout = find_layout(source)
    if layout is None:
        if source.text.startswith("---"):
            found.append(report(codes.FENCE_WITHOUT_KEYS, source, Span(0, 3)))
        return FrontMatterResult(None, 0, tuple(found))
    if front is not None and _sound(strict) and not layout.findings:
        return _translated(source, front, strict)
    found += layout.findings
    return _inside(source, layout, found)


def _sound(strict: FrontMatterResult) -> bool:
    """Whether strict reading refused nothing (bytes that are not UTF-8 are not its business)."""
    return all(
        found.severity is not Severity.ERROR or found.code is codes.NOT_UTF8
        for found in strict.diagnostics
    )


def _hyphens_inside(source: Source, front: FrontMatter) -> bool:
    """Whether a line ends like a fence, so that strict reading may have run past the real one."""
    if not front.entries:
        return False
    inside = source.text[front.entries[0].span.start : front.entries[-1].span.end]
    return "---\n" in inside or "---\r" in inside


def _translated(source: Source, front: FrontMatter, strict: FrontMatterResult) -> FrontMatterResult:
    """Return a sound front matter, without HTML comments."""
    if "<!--" not in source.text[front.span.start : front.span.end]:
        return strict
    return _lifted(source, front, strict.body_start, list(strict.diagnostics))


def _may_begin(source: Source) -> bool:
    """Whether a file without a sound first fence may have a front matter after all."""
    head = source.text[:400].lstrip(" \t\r\n\ufeff")
    if not head:
        return False
    if head.startswith(("-", "—", "–", "<!--")):
        return True
    return ":" in head.splitlines()[0] and not head.startswith(("#", ">", "|", "*"))


def _inside(source: Source, layout: Layout, found: list[Diagnostic]) -> FrontMatterResult:
    """Read what stands between the fences: as a whole if that works, else key by key."""
    result = load(source, layout.yaml)
    entries = entries_of(result, layout.yaml) if result.ok else None
    if entries is None:
        before = len(found)
        entries = tuple(_entries(source, layout.yaml, found))
        if len(found) == before:
            cause = next(iter(result.diagnostics), None)
            problem = cause.args.get("problem", cause.code.slug) if cause else "not a mapping"
            at = layout.yaml.start
            if cause is not None and cause.line:
                at = source.line_starts[cause.line - 1] + cause.column - 1
            found.append(report(codes.YAML_RECOVERED, source, at, problem=problem))
    front = FrontMatter(entries, Span(layout.start, layout.body_start), recovered=True)
    return _lifted(source, front, layout.body_start, found)


def _lifted(
    source: Source, front: FrontMatter, body_start: int, found: list[Diagnostic]
) -> FrontMatterResult:
    entries, comments = lift_comments(source, front.entries)
    recovered = front.recovered or bool(comments)
    found = sorted([*found, *comments], key=Diagnostic.sort_key)
    front = FrontMatter(entries, front.span, recovered)
    return FrontMatterResult(front, body_start, tuple(found))


def _entries(source: Source, span: Span, found: list[Diagnostic], nesting: int = 0) -> list[Entry]:
    """Read the mapping in ``span`` key by key."""
    chunks, stray = chunks_of(source, span)
    for line in stray[:_MAX_STRAY]:
        place = Span(line.start + line.indent, line.end)
        found.append(report(codes.STRAY_LINE, source, place, text=line.text.strip()[:60]))
    entries: list[Entry] = []
    below_block = False
    for chunk, values, causes in read_alone(source, chunks):
        if below_block and not _USUAL_KEY.fullmatch(chunk.key):
            place = Span(chunk.start, chunk.start + len(chunk.key))
            found.append(report(codes.DEDENTED_KEY, source, place, key=chunk.key))
        elif nesting == 0:
            below_block = chunk.value_text(source).lstrip(" \t")[:1] in (">", "|")
        if values is not None:
            ((key, value),) = values.items()
            found += causes
        else:
            key, (value, findings) = chunk.key, _value(source, chunk, causes, nesting)
            found += findings
        place = Span(chunk.start, chunk.end)
        entries.append(Entry(key, value, place, source.slice(place)))
    kept, dropped = drop_duplicates(source, entries)
    found += dropped
    return kept


def _value(
    source: Source, chunk: Chunk, causes: tuple[Diagnostic, ...], nesting: int
) -> tuple[Any, list[Diagnostic]]:
    """Read the value of a broken chunk: a nested mapping key by key, anything else by rules."""
    if (
        not chunk.lines[0].text[chunk.value_start - chunk.start :].strip()
        and nesting < _MAX_NESTING
    ):
        inner = Span(chunk.lines[0].next, chunk.end)
        chunks, stray = chunks_of(source, inner)
        if chunks and not stray and chunks[0].lines[0].indent > chunk.lines[0].indent:
            nested: list[Diagnostic] = []
            entries = _entries(source, inner, nested, nesting + 1)
            return {entry.key: entry.value for entry in entries}, nested
    recovered = recover_value(source, chunk, causes)
    return recovered.value, list(recovered.findings)
