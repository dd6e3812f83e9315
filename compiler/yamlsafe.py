"""YAML for untrusted files: plain data, small bounds, no surprises, and the place of every node.

The events of libyaml (or of PyYAML's Python parser, where libyaml is absent) are built into plain
values by a loop of our own: no tag is resolved, no alias is expanded, nothing recurses. Scalars
follow YAML 1.2 in spirit: only ``true``, ``false``, ``null``, decimal integers and floats are
anything else than text; ``yes``, ``0o17``, ``12:30`` and ``2024-01-01`` stay text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .codes import frontmatter as codes
from .diagnostics import Code, Diagnostic, Severity, report
from .source import Source, Span

__all__ = ["YamlFloat", "YamlResult", "load"]

MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_ANCHORS = 8
MAX_BYTES = 1 << 20
_MAX_FINDINGS = 100

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
# More than 18 digits fit no 64-bit integer: telephone numbers and hashes, which are text.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
)
_NUMERIC = frozenset("-+.0123456789")
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Bytes that are not UTF-8 are lone surrogates in a Source. libyaml refuses them, so they travel
# through it as private characters of plane 15, which are as long, and come back in the values.
_HIDE = {0xDC00 + byte: 0xF0000 + byte for byte in range(0x80, 0x100)}
_SHOW = {hidden: shown for shown, hidden in _HIDE.items()}


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    """Any event; only some kinds have what stands below the marks."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    implicit: tuple[bool, bool]


class _Parser(Protocol):
    def get_event(self) -> _Event | None: ...


class _PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's pure Python parser, for builds without libyaml."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def _best_parser() -> Callable[[str], _Parser]:
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # noqa: PLC0415
    except ImportError:
        return cast("Callable[[str], _Parser]", _PythonParser)
    return cast("Callable[[str], _Parser]", CParser)


_parser = _best_parser()


class YamlFloat(float):
    """A float that prints as it was written: ``version: 1.10`` is 1.1, and its text is "1.10"."""

    __slots__ = ("raw",)
    raw: str

    def __new__(cls, raw: str) -> YamlFloat:
        """Make the float that ``raw`` spells."""
        made = super().__new__(cls, raw)
        made.raw = raw
        return made

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.raw,)

    def __str__(self) -> str:
        return self.raw


@dataclass(slots=True)
class _Node:
    """Where a value stands: offsets into the parsed text, and the nodes inside it."""

    start: int
    end: int
    value: Any
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    children: dict[str | int, _Node] = field(default_factory=dict)


Path = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlResult:
    """What :func:`load` found. ``value`` is ``None`` where the text cannot be read at all."""

    value: Any
    diagnostics: tuple[Diagnostic, ...]
    source: Source = field(repr=False)
    base: int = 0
    root: _Node | None = field(default=None, repr=False)

    @property
    def fatal(self) -> bool:
        """Whether there is no value at all because the text cannot be read."""
        return self.root is None and not self.ok

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return all(found.severity is not Severity.ERROR for found in self.diagnostics)

    def locate(self, path: Path, *, key: bool = False) -> Span:
        """Return the span of the node at ``path``, or of its key.

        A path that leads nowhere gives the deepest node that is on it.
        """
        node = self.root
        if node is None:
            return Span(self.base, self.base)
        begin, end = node.start, node.end
        for index, part in enumerate(path):
            child = node.children.get(part)
            if child is None:
                break
            begin, end = child.start, child.end
            if key and index == len(path) - 1 and isinstance(part, str):
                begin, end = node.keys[part]
            node = child
        written = self.source.text[self.base + begin : self.base + end].rstrip()
        return Span(self.base + begin, self.base + begin + len(written))

    def raw(self, path: Path) -> str:
        """Return the exact text of the node at ``path``."""
        return self.source.slice(self.locate(path))


def load(source: Source, span: Span | None = None) -> YamlResult:
    """Read the YAML in ``span`` of ``source`` (all of it by default); never raises."""
    text = source.text if span is None else source.text[span.start : span.end]
    base = 0 if span is None else span.start
    while text.startswith("\ufeff"):
        text, base = text[1:], base + 1
    if len(text) > MAX_BYTES // 4 and len(text.encode("utf-8", "surrogateescape")) > MAX_BYTES:
        found = report(codes.YAML_LARGE, source, base, limit=MAX_BYTES, unit="bytes")
        return YamlResult(None, (found,), source, base)
    builder = _Builder(source, base, text)
    builder.run()
    root = builder.root
    return YamlResult(root.value if root else None, tuple(builder.diagnostics), source, base, root)


class _Stop(Exception):
    """Reading ends here; the diagnostics say why."""


class _Builder:
    """Turns the stream of events into one value and its tree of places."""

    def __init__(self, source: Source, base: int, text: str) -> None:
        self.source = source
        self.base = base
        self.text = text
        self.diagnostics: list[Diagnostic] = []
        self.root: _Node | None = None
        self.hidden = False
        self._stack: list[_Node] = []
        # For each open mapping: its key that waits for a value (text, start, end, counts).
        self._pending: list[tuple[str, int, int, bool] | None] = []
        self._nodes = 0
        self._anchors = 0
        self._complex = False

    def run(self) -> None:
        """Read the whole text; on a fatal error ``root`` is ``None``."""
        text = self.text
        if not text.isascii() and self.source.invalid_at is not None:
            text = text.translate(_HIDE)
            self.hidden = text != self.text
        try:
            self._consume(_parser(text))
        except _Stop:
            self.root = None
        except yaml.YAMLError as error:
            self._syntax(error)
            self.root = None
        except UnicodeEncodeError as error:
            self._report(
                codes.YAML_SYNTAX, error.start, problem="special characters are not allowed"
            )
            self.root = None

    def _consume(self, parser: _Parser) -> None:
        documents = 0
        while (event := parser.get_event()) is not None:
            kind: object = event.__class__
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, {} if kind is MappingStartEvent else [])
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(event.end_mark.index)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._report(codes.YAML_DOCUMENTS, event.start_mark.index)
                    return
            elif kind is StreamEndEvent:
                return

    def _report(self, code: Code, at: int, end: int | None = None, **args: object) -> None:
        begin = self.base + min(at, len(self.text))
        until = begin if end is None else self.base + min(end, len(self.text))
        self.diagnostics.append(report(code, self.source, Span(begin, until), fix=(), **args))

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is not None:
            problem = getattr(error, "problem", None) or getattr(error, "context", None)
            self._report(codes.YAML_SYNTAX, mark.index, problem=problem or "syntax error")
            return
        # The readers complain about characters, libyaml with an offset in bytes: look ourselves.
        bad = _UNREADABLE.search(self.text)
        at = bad.start() if bad else 0
        self._report(codes.YAML_SYNTAX, at, problem="special characters are not allowed")

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._report(codes.YAML_LARGE, 0, limit=MAX_NODES, unit="nodes")
            raise _Stop
        if len(self.diagnostics) > _MAX_FINDINGS:
            raise _Stop

    def _properties(self, event: _Event) -> bool:
        """Check the anchor and the tag of a node; return whether it has a tag."""
        start = event.start_mark.index
        if event.anchor is not None:
            self._anchors += 1
            if self._anchors > MAX_ANCHORS:
                self._report(codes.YAML_ALIAS, start, name=f"&{event.anchor}")
                raise _Stop
        if event.tag is None:
            return False
        self._report(codes.YAML_TAG, start, event.end_mark.index, tag=event.tag)
        return True

    def _scalar(self, event: _Event) -> None:
        self._count()
        start, end = event.start_mark.index, event.end_mark.index
        text: str = event.value
        value: Any = text.translate(_SHOW) if self.hidden else text
        if (event.anchor is not None or event.tag is not None) and self._properties(event):
            value = self.text[start:end].rstrip()
        elif event.implicit[0]:
            value = _resolve(value)
        self._attach(_Node(start, end, value))

    def _alias(self, event: _Event) -> None:
        self._count()
        start, end = event.start_mark.index, event.end_mark.index
        self._report(codes.YAML_ALIAS, start, end, name=f"*{event.anchor}")
        self._attach(_Node(start, end, f"*{event.anchor}"))

    def _open(self, event: _Event, container: dict[str, Any] | list[Any]) -> None:
        self._count()
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
        if len(self._stack) >= MAX_DEPTH:
            self._report(codes.YAML_DEEP, event.start_mark.index, limit=MAX_DEPTH)
            raise _Stop
        self._stack.append(_Node(event.start_mark.index, event.start_mark.index, container))
        self._pending.append(None)

    def _close(self, end: int) -> None:
        node = self._stack.pop()
        self._pending.pop()
        node.end = end
        self._attach(node)

    def _attach(self, node: _Node) -> None:
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = node
            parent.value.append(node.value)
            return
        pending = self._pending[-1]
        if pending is None:
            self._pending[-1] = self._key(parent, node)
            return
        self._pending[-1] = None
        key, start, end, counts = pending
        if counts:
            parent.value[key] = node.value
            parent.children[key] = node
            parent.keys[key] = (start, end)

    def _key(self, parent: _Node, node: _Node) -> tuple[str, int, int, bool]:
        key = node.value
        if not isinstance(key, str):
            key = self.text[node.start : node.end].strip()
            self._report(codes.KEY_NOT_TEXT, node.start, node.end, key=key)
        first = parent.keys.get(key)
        if first is not None:
            line = self.source.position(self.base + first[0]).line
            self._report(codes.DUPLICATE_KEY, node.start, node.end, key=key, line=line)
        return key, node.start, node.end, first is None


def _resolve(text: str) -> str | int | float | bool | None:
    """Give a plain scalar its value."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    # `1e999` is infinite, which JSON cannot say: text, too.
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return YamlFloat(text)
    return text
