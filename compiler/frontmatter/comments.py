"""HTML comments inside values: Chinese ones are translations, others are remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..codes import frontmatter as codes
from ..diagnostics import Diagnostic, report
from ..model import Entry
from ..source import Source, Span

__all__ = ["lift_comments"]

_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def lift_comments(
    source: Source, entries: Iterable[Entry]
) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """Take comments out of text values; Chinese ones come back as an entry ``<key>.zh``."""
    entries = tuple(entries)
    taken = {entry.key for entry in entries}
    lifted: list[Entry] = []
    findings: list[Diagnostic] = []
    for entry in entries:
        if not isinstance(entry.value, str) or "<!--" not in entry.value:
            lifted.append(entry)
            continue
        text, comments = _part(entry.value)
        spans = [Span(a, b) for a, b in _comments(entry.raw, entry.span.start)]
        chinese = [comment for comment in comments if _CHINESE.search(comment)]
        if not comments or not spans or (chinese and f"{entry.key}.zh" in taken):
            lifted.append(entry)
            continue
        lifted.append(Entry(entry.key, text, entry.span, entry.raw))
        for span in spans:
            zh = _CHINESE.search(source.slice(span)) is not None
            code = codes.HTML_COMMENT if zh else codes.HTML_COMMENT_DROPPED
            findings.append(report(code, source, span, key=entry.key))
        if chinese:
            span = Span(spans[0].start, spans[-1].end)
            value = "\n".join(chinese)
            lifted.append(Entry(f"{entry.key}.zh", value, span, source.slice(span)))
    return tuple(lifted), findings


def _comments(text: str, base: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the places of the closed comments in ``text``."""
    at = 0
    while (begin := text.find("<!--", at)) >= 0:
        end = text.find("-->", begin + 4)
        if end < 0:
            return
        at = end + 3
        yield base + begin, base + at


def _part(value: str) -> tuple[str, list[str]]:
    """Return ``value`` without its comments, and what the comments say."""
    comments = []
    text, at = "", 0
    for begin, end in _comments(value):
        text = _join(text, value[at:begin])
        comments.append(" ".join(value[begin + 4 : end - 3].split()))
        at = end
    text = _join(text, value[at:])
    return text.strip(), [comment for comment in comments if comment]


def _join(before: str, after: str) -> str:
    """Join two texts between which a comment stood: no blanks at the seam, no double line."""
    before = before.rstrip()
    if not before or not after.strip():
        return before or after
    seam = after[: len(after) - len(after.lstrip())]
    return before + ("\n" if "\n" in seam else " ") + after.lstrip()
