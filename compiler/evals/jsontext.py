"""JSON with the place of every value: what ``json`` reads, but told where, and within bounds.

Built by a loop, so that no nesting exhausts the stack. ``NaN`` and ``Infinity`` are refused, and
of a key that occurs twice the first one counts and the second one is reported.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from ..codes.evals import DUPLICATE_KEY, MALFORMED_JSON, TOO_DEEP
from ..diagnostics import Diagnostic, report
from ..source import Source, Span

__all__ = ["JsonResult", "load_json"]

MAX_DEPTH = 32
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
_LONGEST_INTEGER = 1000


@dataclass(slots=True)
class _Node:
    start: int
    value: Any
    end: int = 0
    keys: dict[str, Span] = field(default_factory=dict)
    children: dict[str | int, _Node] = field(default_factory=dict)


@dataclass(frozen=True)
class JsonResult:
    """What :func:`load_json` found; ``ok`` is false where the text is no JSON at all."""

    value: Any
    diagnostics: tuple[Diagnostic, ...]
    ok: bool
    root: _Node | None = field(default=None, repr=False)

    def locate(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """Return the span of the value at ``path`` (of its key), or of the deepest one on it."""
        node, span = self.root, Span(0, 0)
        if node is not None:
            span = Span(node.start, node.end)
        for at, part in enumerate(path):
            child = node.children.get(part) if node is not None else None
            if child is None:
                break
            span = Span(child.start, child.end)
            if key and at == len(path) - 1 and isinstance(part, str) and node is not None:
                span = node.keys[part]
            node = child
        return span


class _Malformed(Exception):
    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class _TooDeep(_Malformed):
    pass


class _Reader:
    """Reads one value, however deep."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.diagnostics: list[Diagnostic] = []

    def peek(self) -> str:
        """Skip white space and return the next character, empty at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def expect(self, char: str) -> None:
        """Step over ``char``."""
        if self.peek() != char:
            raise _Malformed(f"expected {char!r}", self.at)
        self.at += 1

    def string(self) -> str:
        """Read a string that begins here."""
        if self.peek() != '"':
            raise _Malformed("expected a string", self.at)
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise _Malformed(error.msg, error.pos) from error
        return str(value)

    def scalar(self, char: str) -> Any:
        """Read a value that holds no others."""
        if char == '"':
            return self.string()
        if char in _LITERALS:
            word, value = _LITERALS[char]
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        match = _NUMBER.match(self.text, self.at)
        if match is None or match.end() - match.start() > _LONGEST_INTEGER:
            raise _Malformed("expected a value", self.at)
        self.at = match.end()
        return float(match[0]) if match[1] or match[2] else int(match[0])

    def document(self) -> _Node:
        """Read the whole text."""
        stack: list[_Node] = []
        root: _Node | None = None
        while root is None or stack:
            key = self._before_value(stack[-1]) if stack else None
            if stack and key is None:
                stack.pop().end = self.at
                continue
            char = self.peek()
            node = _Node(self.at, None)
            if char in ("{", "["):
                if len(stack) >= MAX_DEPTH:
                    raise _TooDeep("too deep", self.at)
                node.value = {} if char == "{" else []
                self.at += 1
            else:
                node.value = self.scalar(char)
                node.end = self.at
            if stack and key is not None:
                self._attach(stack[-1], key, node)
            root = root or node
            if char in ("{", "["):
                stack.append(node)
        if self.peek():
            raise _Malformed("extra data after the value", self.at)
        return root

    def _before_value(self, parent: _Node) -> str | int | None:
        """Read up to the next value in ``parent``; ``None`` if it ends here."""
        is_object = isinstance(parent.value, dict)
        char = self.peek()
        if char == ("}" if is_object else "]"):
            self.at += 1
            return None
        started = bool(parent.keys) if is_object else bool(parent.value)
        if started:
            if char != ",":
                raise _Malformed("expected ',' or the end of the list", self.at)
            self.at += 1
        if not is_object:
            return len(parent.value)
        self.peek()
        start = self.at
        key = self.string()
        span = Span(start, self.at)
        if key in parent.keys:
            self.diagnostics.append(report(DUPLICATE_KEY, self.source, span, key=key))
        else:
            parent.keys[key] = span
        self.expect(":")
        return key

    @staticmethod
    def _attach(parent: _Node, key: str | int, node: _Node) -> None:
        if isinstance(parent.value, list):
            parent.value.append(node.value)
        elif key in parent.value:
            return
        else:
            parent.value[key] = node.value
        parent.children[key] = node


def load_json(source: Source) -> JsonResult:
    """Read the JSON in ``source``; never raises."""
    reader = _Reader(source)
    try:
        root = reader.document()
    except _TooDeep as error:
        found = report(TOO_DEEP, source, error.at, limit=MAX_DEPTH)
        return JsonResult(None, (*reader.diagnostics, found), False)
    except _Malformed as error:
        found = report(MALFORMED_JSON, source, error.at, reason=error.reason)
        return JsonResult(None, (*reader.diagnostics, found), False)
    return JsonResult(root.value, tuple(reader.diagnostics), True, root)
