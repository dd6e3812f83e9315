"""The strict reader, for canonical sources: two fences, valid YAML, no second guess."""

from __future__ import annotations

import re

from ..codes import frontmatter as codes
from ..diagnostics import Diagnostic, report
from ..model import Entry, FrontMatter
from ..source import Source, Span
from ..yamlsafe import YamlResult, load
from .result import FrontMatterResult

__all__ = ["encoding_findings", "entries_of", "read_strict"]

_OPEN = re.compile(r"---[ \t]*(?:\r\n?|\n)")
_CLOSE = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)")


def read_strict(source: Source) -> FrontMatterResult:
    """Read the front matter between a first line ``---`` and the next line ``---`` or ``...``.

    Whatever is wrong is an error at its place; ``front`` is then what could be read, or ``None``.
    """
    found = encoding_findings(source)
    opened = _OPEN.match(source.text)
    if opened is None:
        return FrontMatterResult(None, 0, tuple(found))
    closed = _CLOSE.search(source.text, opened.end())
    if closed is None:
        found.append(report(codes.FENCE_UNCLOSED, source, Span(0, 3)))
        return FrontMatterResult(None, 0, tuple(found))
    span = Span(opened.end(), closed.start())
    result = load(source, span)
    found += result.diagnostics
    entries = None if result.fatal else entries_of(result, span)
    if entries is None:
        if not result.fatal:
            found.append(report(codes.NOT_MAPPING, source, result.locate(())))
        return FrontMatterResult(None, closed.end(), tuple(found))
    front = FrontMatter(entries, Span(0, closed.end()))
    return FrontMatterResult(front, closed.end(), tuple(found))


def entries_of(result: YamlResult, span: Span) -> tuple[Entry, ...] | None:
    """Return the top-level keys of ``result``, or ``None`` if it is no mapping.

    An entry runs from its key to the next key, so comments belong to the key above them.
    """
    values = result.value
    if values is None:
        return ()
    if not isinstance(values, dict):
        return None
    source = result.source
    starts = [result.locate((key,), key=True).start for key in values]
    ends = [*starts[1:], span.end]
    return tuple(
        Entry(key, value, Span(start, end), source.text[start:end])
        for (key, value), start, end in zip(values.items(), starts, ends, strict=True)
    )


def encoding_findings(source: Source) -> list[Diagnostic]:
    """Return what is wrong with the bytes of the file: not UTF-8, byte-order mark, CR LF."""
    found = []
    if source.invalid_at is not None:
        found.append(report(codes.NOT_UTF8, source, source.invalid_at))
    if source.bom:
        found.append(report(codes.BOM, source, 0))
    at = source.text.find("\r")
    if at >= 0:
        found.append(report(codes.CRLF, source, at))
    return found
