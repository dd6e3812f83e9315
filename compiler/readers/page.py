"""A Markdown file taken apart: its front matter, where its body begins, and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..diagnostics import Diagnostic, Severity, worst
from ..document import Document
from ..frontmatter import read_recovering, read_strict
from ..localized import Lang
from ..model import FrontMatter
from ..source import Source, Span, decode
from .lazy import parse
from .values import as_string

__all__ = ["Page", "open_page"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file; ``values`` are the keys of its front matter."""

    source: Source
    front: FrontMatter | None
    body_start: int
    diagnostics: tuple[Diagnostic, ...] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def body(self) -> str:
        """The exact text after the front matter."""
        return self.source.text[self.body_start :]

    @property
    def unreadable(self) -> bool:
        """Whether there is a front matter that nobody can read, which has been said."""
        return self.front is None and worst(self.diagnostics) is Severity.ERROR

    @property
    def prose(self) -> str:
        """The body with LF endings, without blank lines around it, ending in one newline."""
        text = self.body
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.strip("\n")
        return f"{text}\n" if text.strip() else ""

    def text(self, *keys: str) -> str:
        """Return the first of ``keys`` that has a value, as text."""
        for key in keys:
            value = self.values.get(key)
            if value is not None and value != "":
                return as_string(value).strip()
        return ""

    def span(self, key: str) -> Span | None:
        """Return where ``key`` stands."""
        entry = self.front.entry(key) if self.front else None
        return entry.span if entry else None

    def document(self, lang: Lang | None = None) -> Document:
        """Return the file as a document, to be parsed when somebody asks for its tree."""
        return Document(self.source, self.body_start, lang, parse)


def _may_have_front_matter(text: str) -> bool:
    head = text[:4096].lstrip("\ufeff \t\r\n")
    return head.startswith("---")


def open_page(path: str, data: bytes, *, strict: bool = False, expected: bool = True) -> Page:
    """Take the bytes of a Markdown file apart.

    Args:
        path: how to name the file in findings.
        data: its bytes.
        strict: whether anything but well-formed YAML is an error.
        expected: whether the kind of file always has a front matter. Where it need not (rules,
            commands), a file that does not begin with one is all body.
    """
    source = decode(data, path)
    if not expected and not _may_have_front_matter(source.text):
        return Page(source, None, 0)
    found = (read_strict if strict else read_recovering)(source)
    front = found.front
    values = front.values if front is not None else _NOTHING
    return Page(source, front, found.body_start, tuple(found.diagnostics), values)
