"""A broken mapping, key by key: whatever stands alone as YAML is read as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..codes import frontmatter as codes
from ..diagnostics import Diagnostic, report
from ..model import Entry
from ..source import Source, Span
from ..yamlsafe import load
from .lines import Line, key_of, read_lines

__all__ = ["Chunk", "chunks_of", "drop_duplicates", "read_alone"]

# A quoted text or a flow list may run over lines that look like keys, but not over many.
_MAX_JOINED = 8
_MAX_TRIES = 200  # in one front matter; a file of nothing but open brackets is not worth more


@dataclass(frozen=True, slots=True)
class Chunk:
    """A key with the lines up to the next key. ``value_start`` is the offset behind the colon."""

    key: str
    start: int
    value_start: int
    end: int
    lines: tuple[Line, ...]

    def value_text(self, source: Source) -> str:
        """Return what stands behind the colon, as it is."""
        return source.text[self.value_start : self.end]


def chunks_of(source: Source, span: Span) -> tuple[list[Chunk], list[Line]]:
    """Cut ``span`` at its keys; also return the lines before the first one that belong to none."""
    lines = read_lines(source, span.start, span.end)
    heads = [(i, found) for i, line in enumerate(lines) if (found := key_of(line)) is not None]
    if not heads:
        return [], [line for line in lines if _says_something(line)]
    # Keys of the mapping itself stand no further right than its first key.
    indent = lines[heads[0][0]].indent
    heads = [(i, found) for i, found in heads if lines[i].indent <= indent]
    stray = [line for line in lines[: heads[0][0]] if _says_something(line)]
    limits = [i for i, _ in heads[1:]] + [len(lines)]
    chunks = [
        Chunk(key, lines[i].start, value, lines[limit - 1].next, tuple(lines[i:limit]))
        for (i, (key, value)), limit in zip(heads, limits, strict=True)
    ]
    return chunks, stray


def _says_something(line: Line) -> bool:
    text = line.text.strip(" \t\ufeff")
    return bool(text) and not text.startswith("#")


def read_alone(
    source: Source, chunks: Sequence[Chunk]
) -> Iterator[tuple[Chunk, dict[str, Any] | None, tuple[Diagnostic, ...]]]:
    """Yield each chunk with the mapping that it is as YAML, or with ``None`` and the reasons.

    A chunk that opens a quote or a bracket takes in the next ones if that closes it.
    """
    index = tries = 0
    while index < len(chunks):
        chunk = chunks[index]
        index += 1
        values, found = _mapping(source, chunk)
        if values is None and chunk.value_text(source).lstrip()[:1] in ('"', "'", "[", "{"):
            reach = min(_MAX_JOINED, _MAX_TRIES - tries)
            for beyond in range(index, min(index + reach, len(chunks))):
                tries += 1
                last = chunks[beyond]
                lines = tuple(
                    line for part in chunks[index - 1 : beyond + 1] for line in part.lines
                )
                wider = Chunk(chunk.key, chunk.start, chunk.value_start, last.end, lines)
                joined, others = _mapping(source, wider)
                if joined is not None:
                    chunk, values, found, index = wider, joined, others, beyond + 1
                    break
        yield chunk, values, found


def _mapping(source: Source, chunk: Chunk) -> tuple[dict[str, Any] | None, tuple[Diagnostic, ...]]:
    result = load(source, Span(chunk.start, chunk.end))
    if result.ok and isinstance(result.value, dict) and len(result.value) == 1:
        return result.value, result.diagnostics
    return None, result.diagnostics


def drop_duplicates(
    source: Source, entries: Sequence[Entry]
) -> tuple[list[Entry], list[Diagnostic]]:
    """Keep the first entry of each key."""
    kept: dict[str, Entry] = {}
    found = []
    for entry in entries:
        first = kept.setdefault(entry.key, entry)
        if first is not entry:
            line = source.position(first.span.start).line
            span = Span(entry.span.start, entry.span.start + len(entry.key))
            found.append(report(codes.DUPLICATE_DROPPED, source, span, key=entry.key, line=line))
    return list(kept.values()), found
