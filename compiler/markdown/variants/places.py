"""Where the words of a block lie in the source."""

from __future__ import annotations

from ...document import Block
from ...source import Source, Span
from ..blocks import TASK
from ..lines import raw_lines

__all__ = ["line_spans", "words_span"]


def line_spans(block: Block, source: Source) -> list[Span]:
    """Return the span of each content line of a paragraph, without prefix and line ending.

    A paragraph's words run to the end of each line, so each is found from the right.
    """
    spans, at = [], block.span.start
    lines = raw_lines(source.slice(block.span))
    for raw, content in zip(lines, block.content.split("\n"), strict=False):
        words = content.strip()
        end = at + len(raw.rstrip())
        spans.append(Span(max(at, end - len(words)), end))
        at += len(raw)
    return spans


def words_span(block: Block, source: Source) -> Span:
    """Return the span of a paragraph's words, without a task list's box at their beginning."""
    spans = line_spans(block, source)
    if not spans:
        return Span(block.span.start, block.span.start)
    start, end = spans[0].start, spans[-1].end
    task = TASK.match(source.text, start, end)
    return Span(task.end() if task else start, end)
