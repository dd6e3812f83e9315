"""Size, blank, depth and disguise: what makes a file dangerous before anybody reads it."""

from __future__ import annotations

from collections.abc import Iterator

from ..codes import content, safety
from ..diagnostics import Diagnostic, report
from ..source import Source, Span
from .kinds import BINARY_SUFFIXES, IMAGE_SUFFIXES, OPAQUE_SUFFIXES, magic, runs, suffix
from .registry import rule
from .subject import Subject

__all__ = ["disguises", "final_newline", "nesting", "shape", "sizes"]

LONGEST_LINE = 20_000
MOST_BLANK_LINES = 500
MOST_BYTES = 1024 * 1024
DEEPEST = 100

# A smaller file cannot hide anything by being long, so it is not looked at.
_WORTH_A_LOOK = 20_000
_PROSE = frozenset({"", ".md", ".mdc", ".mdx", ".ps1", ".py", ".rb", ".rst", ".sh", ".txt"})
# Neither a rule of hyphens nor a row of arrows has so many of these on one line.
_OPENERS = (">" * DEEPEST, "> " * DEEPEST, "[" * DEEPEST)


def _sources(subject: Subject) -> Iterator[tuple[Source, str]]:
    """Yield the texts that are long enough to matter, with their extensions."""
    for document in subject.documents:
        if len(document.source.text) > _WORTH_A_LOOK:
            yield document.source, ".md"
    for resource in subject.text_resources:
        if len(resource.data) > _WORTH_A_LOOK:
            yield subject.source(resource), suffix(resource.path)


@rule(safety.BLANK_RUN, safety.LONG_LINE, gate=True)
def shape(subject: Subject) -> Iterator[Diagnostic]:
    """Report gaps and lines that nobody scrolls through."""
    for source, extension in _sources(subject):
        starts = source.line_starts
        blank, begin = 0, 0
        for start, end in zip(starts, (*starts[1:], len(source.text)), strict=True):
            if end - start > LONGEST_LINE and extension in _PROSE:
                count = end - start
                yield report(safety.LONG_LINE, source, start, count=count, limit=LONGEST_LINE)
            if source.text[start:end].strip():
                blank = 0
                continue
            begin = begin if blank else start
            blank += 1
            if blank == MOST_BLANK_LINES:
                yield _gap(source, begin)


def _gap(source: Source, begin: int) -> Diagnostic:
    rest = source.text[begin:]
    gap = rest[: len(rest) - len(rest.lstrip())]
    return report(safety.BLANK_RUN, source, Span(begin, begin + len(gap)), count=gap.count("\n"))


@rule(safety.DEEP_NESTING, gate=True)
def nesting(subject: Subject) -> Iterator[Diagnostic]:
    """Report lines that open more containers than a parser can bear."""
    for document in subject.documents:
        text = document.source.text
        for opener in _OPENERS:
            at = text.find(opener)
            if at >= 0:
                rest = text[at : at + _WORTH_A_LOOK]
                opened = rest[: len(rest) - len(rest.lstrip(opener[:2]))]
                depth = opened.count(opener[0])
                yield report(safety.DEEP_NESTING, document.source, at, depth=depth)
                break


@rule(safety.FILE_HUGE, gate=True)
def sizes(subject: Subject) -> Iterator[Diagnostic]:
    """Report a skill's own text if no assistant can load it."""
    for document in subject.documents:
        source = document.source
        if len(source.text) * 4 > MOST_BYTES and (size := len(source.encode())) > MOST_BYTES:
            yield report(
                safety.FILE_HUGE, source.path, file=source.path, size=size, limit=MOST_BYTES
            )


@rule(safety.BINARY_AS_TEXT, safety.CODE_DISGUISED, safety.OPAQUE_CODE, gate=True)
def disguises(subject: Subject) -> Iterator[Diagnostic]:
    """Report files that are not what their names say, and code that cannot be read."""
    for resource in subject.skill.resources:
        extension = suffix(resource.path)
        kind = magic(resource.data)
        place = subject.located(resource)
        if extension in OPAQUE_SUFFIXES:
            yield report(
                safety.OPAQUE_CODE, place, file=resource.path, kind=OPAQUE_SUFFIXES[extension]
            )
        elif extension in IMAGE_SUFFIXES:
            if runs(kind) or resource.data.startswith(b"#!"):
                yield report(
                    safety.CODE_DISGUISED,
                    place,
                    file=resource.path,
                    claimed=extension,
                    kind=kind or "script",
                )
        elif extension in BINARY_SUFFIXES:
            continue
        elif kind or b"\0" in resource.data:
            code = safety.BINARY_AS_TEXT if extension else safety.OPAQUE_CODE
            yield report(code, place, file=resource.path, kind=kind or "NUL")


@rule(content.FINAL_NEWLINE)
def final_newline(subject: Subject) -> Iterator[Diagnostic]:
    """Report a skill's own files that end within a line."""
    for document in subject.documents:
        source = document.source
        end = len(source.text)
        if end and source.text[-1] not in "\r\n":
            fix = [(Span(end, end), source.newline)]
            yield report(content.FINAL_NEWLINE, source, end, fix=fix)
