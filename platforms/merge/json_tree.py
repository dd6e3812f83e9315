"""JSON with comments and trailing commas, parsed into nodes that know where they stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.source import Source

from .errors import MergeError

__all__ = ["Item", "Node", "indent_of", "parse", "space_before"]

MAX_DEPTH = 100
_SPACE = re.compile(r"[ \t\r\n]*")
_LINE_COMMENT = re.compile(r"//[^\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z0-9_.+-]+")
_WORDS = {"true": True, "false": False, "null": None}
_LONGEST_INT = 400  # digits; int() refuses more than 4,300


@dataclass(slots=True)
class Item:
    """A member of an object (with a key) or of an array; ``comma`` is -1 where none follows it."""

    start: int
    value: Node
    key: str = ""
    comma: int = -1
    after_line_comment: bool = False

    @property
    def end(self) -> int:
        """The offset behind the value and, where there is one, its comma."""
        return self.value.end if self.comma < 0 else self.comma + 1


@dataclass(slots=True)
class Node:
    """A value. ``tail`` is the end of the last token or comment inside the brackets."""

    start: int
    end: int
    kind: str  # "object", "array", "scalar"
    scalar: Any = None
    items: list[Item] = field(default_factory=list)
    tail: int = 0
    tail_is_line_comment: bool = False

    @property
    def plain(self) -> Any:
        """The value as Python data."""
        if self.kind == "object":
            return {item.key: item.value.plain for item in self.items}
        if self.kind == "array":
            return [item.value.plain for item in self.items]
        return self.scalar


def space_before(text: str, at: int) -> int:
    """Return where the white space begins that ends at ``at``."""
    while at > 0 and text[at - 1] in " \t\r\n":
        at -= 1
    return at


def indent_of(text: str, at: int) -> str:
    """Return the white space that begins the line in which ``at`` lies."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def parse(source: Source) -> Node | None:
    """Parse a whole file; ``None`` for one that holds nothing but white space.

    Raises:
        MergeError: it is not JSON, or nested too deeply.
    """
    if source.encoding != "utf-8":
        raise MergeError(codes.NOT_UTF8, 1, 1)
    if not source.text.strip(" \t\r\n"):
        return None
    parser = _Parser(source)
    at = parser.trivia(0).next
    node = parser.value(at, 0)
    at = parser.trivia(node.end).next
    if at < len(source.text):
        parser.fail(at, "EOF")
    return node


@dataclass(slots=True)
class _Trivia:
    """White space and comments: where the next token is, and where the last comment ends."""

    next: int
    end: int
    line_comment: bool = False


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text

    def fail(self, at: int, expected: str) -> NoReturn:
        place = self._source.position(at)
        word = _WORD.match(self._text, at)
        found = word[0][:40] if word else self._text[at : at + 1] or "EOF"
        raise MergeError(
            codes.JSON_INVALID, place.line, place.column, expected=expected, found=found
        )

    def trivia(self, at: int) -> _Trivia:
        found = _Trivia(at, at)
        text = self._text
        while True:
            space = _SPACE.match(text, found.next)
            found.next = space.end() if space else found.next
            if text.startswith("//", found.next):
                comment = _LINE_COMMENT.match(text, found.next)
                found.next = comment.end() if comment else found.next
                found.line_comment = True
            elif text.startswith("/*", found.next):
                end = text.find("*/", found.next + 2)
                if end < 0:
                    self.fail(len(text), "*/")
                found.next = end + 2
                found.line_comment = False
            else:
                return found
            found.end = found.next

    def value(self, at: int, depth: int) -> Node:
        char = self._text[at : at + 1]
        if char in ("{", "["):
            return self._container(at, depth)
        if char == '"':
            text, end = self._string(at)
            return Node(at, end, "scalar", text)
        word = _WORD.match(self._text, at)
        if word is None:
            self.fail(at, "value")
        raw = word[0]
        if raw in _WORDS:
            return Node(at, word.end(), "scalar", _WORDS[raw])
        if not _NUMBER.fullmatch(raw):
            self.fail(at, "value")
        whole = raw.removeprefix("-").isdigit() and len(raw) < _LONGEST_INT
        return Node(at, word.end(), "scalar", int(raw) if whole else float(raw))

    def _string(self, at: int) -> tuple[str, int]:
        match = _STRING.match(self._text, at)
        if match is None:
            self.fail(at, "string")
        return str(json.loads(match[0])), match.end()

    def _container(self, at: int, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            place = self._source.position(at)
            raise MergeError(codes.JSON_TOO_DEEP, place.line, place.column, maximum=MAX_DEPTH)
        is_object = self._text[at] == "{"
        close = "}" if is_object else "]"
        node = Node(at, at, "object" if is_object else "array", tail=at + 1)
        here = self._inside(node, at + 1)
        while not self._text.startswith(close, here.next):
            if node.items and node.items[-1].comma < 0:
                self.fail(here.next, f", {close}")
            item = self._item(here.next, is_object, depth)
            item.after_line_comment = here.line_comment
            node.items.append(item)
            here = self._inside(node, item.value.end)
            if self._text.startswith(",", here.next):
                item.comma = here.next
                here = self._inside(node, here.next + 1)
        node.end = here.next + 1
        return node

    def _inside(self, node: Node, at: int) -> _Trivia:
        """Skip what stands behind a token at ``at``, and note where the last of it ends."""
        found = self.trivia(at)
        node.tail, node.tail_is_line_comment = found.end, found.line_comment
        return found

    def _item(self, at: int, is_object: bool, depth: int) -> Item:
        if not is_object:
            return Item(at, self.value(at, depth + 1))
        key, end = self._string(at)
        colon = self.trivia(end).next
        if not self._text.startswith(":", colon):
            self.fail(colon, ":")
        value = self.value(self.trivia(colon + 1).next, depth + 1)
        return Item(at, value, key)
