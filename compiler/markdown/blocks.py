"""From the flat token stream to a tree of blocks, without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..document import Block, BlockKind
from ..language import classify
from ..localized import Lang
from ..source import Span
from .directives import apply_directives
from .lines import Lines, blank

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["TASK", "Parts", "build", "combined"]

TASK = re.compile(r"(?:\[(?P<box>[ xX✓✔✗✘])\]|(?P<mark>[☐☑☒]))(?:\s+|$)")
_LIST_MARKER = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])(?=\s|$)")
_TABLE_INDENT = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")
_COMMENT_OPEN, _COMMENT_CLOSE = "<!--", "-->"
_CONTAINERS = {
    "blockquote_open": BlockKind.QUOTE,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "list_item_open": BlockKind.ITEM,
}


@dataclass(slots=True)
class _Frame:
    """A container that is still open."""

    kind: BlockKind
    lines: tuple[int, int]
    outer: str  # what stands before each line of the container
    inner: str  # what stands before each line of its content
    info: str
    children: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parts:
    """A top-level token range: a block, or a heading that opens a section."""

    lines: tuple[int, int]
    block: Block | None
    heading: tuple[int, str] | None = None  # level, text
    setext: bool = False


def combined(langs: Iterable[Lang]) -> Lang:
    """Return the language of a whole from those of its parts."""
    found = set(langs) - {Lang.NEUTRAL}
    if len(found) == 1:
        return found.pop()
    return Lang.MIXED if found else Lang.NEUTRAL


def _comment_text(html: str) -> str | None:
    """Return the words of an HTML block that holds only comments."""
    rest, parts = html.strip(), []
    while rest.startswith(_COMMENT_OPEN):
        end = rest.find(_COMMENT_CLOSE, len(_COMMENT_OPEN))
        if end < 0:
            return None
        parts.append(rest[len(_COMMENT_OPEN) : end])
        rest = rest[end + len(_COMMENT_CLOSE) :].lstrip()
    if rest or not parts:
        return None
    if len(parts) == 1 and "\n" in parts[0]:
        return _dedent(parts[0])
    return "\n".join(part.strip() for part in parts)


def _dedent(text: str) -> str:
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()]
    cut = min(indents, default=0)
    return "\n".join([lines[0].strip(), *(line[cut:].rstrip() for line in lines[1:])]).strip()


def _prefix(lines: Lines, number: int, text: str) -> str:
    """Return what stands before ``text``, which runs to the end of a line."""
    raw = lines.text(number).rstrip()
    return blank(raw[: max(0, len(raw) - len(text.strip()))])


def _leaf(kind: BlockKind, lines: Lines, at: tuple[int, int], content: str, prefix: str) -> Block:
    quiet = kind in (BlockKind.FENCE, BlockKind.CODE, BlockKind.RULE)
    task = TASK.match(content) if kind is BlockKind.PARAGRAPH else None
    return Block(
        kind,
        lines.span(*at),
        Lang.NEUTRAL if quiet else classify(content),
        content,
        prefix,
        checked=_state(task) if task else None,
    )


def _state(task: re.Match[str]) -> bool:
    return (task["box"] or task["mark"]) in "xX✓✔☑"


def _rows(lines: Lines, at: tuple[int, int]) -> Block:
    """Make a table and its rows; the line below the header is nobody's row."""
    rows = []
    for number in range(*at):
        if number == at[0] + 1:
            continue
        raw = lines.text(number)
        indent = _TABLE_INDENT.match(raw)
        prefix = raw[: indent.end()] if indent else ""
        row = raw[len(prefix) :].rstrip()
        mark = next((char for char in row if char in "☐☑☒"), None)
        rows.append(
            Block(
                BlockKind.ROW,
                lines.span(number, number + 1),
                classify(row),
                row,
                blank(prefix),
                checked=None if mark is None else mark == "☑",
            )
        )
    prefix = rows[0].prefix if rows else ""
    lang = combined(row.lang for row in rows)
    return Block(BlockKind.TABLE, lines.span(*at), lang, "", prefix, children=tuple(rows))


def _open(token: Token, kind: BlockKind, lines: Lines, parent: _Frame | None) -> _Frame:
    first, last = token.map or (0, 0)
    empty = " \t" if kind is BlockKind.QUOTE else "> \t"
    while last > first + 1 and not lines.text(last - 1).strip(empty):
        last -= 1  # the blank lines after a list are not its own
    outer = parent.inner if parent else ""
    inner = outer
    raw = lines.text(first) if kind in (BlockKind.QUOTE, BlockKind.ITEM) else ""
    if kind is BlockKind.QUOTE:
        at = raw.find(">", max(0, len(outer) - 1)) + 1 or raw.find(">") + 1
        inner = blank(raw[: at + (raw[at : at + 1] == " ")])
    elif kind is BlockKind.ITEM:
        match = _LIST_MARKER.match(raw, min(len(outer), len(raw))) or _LIST_MARKER.match(raw)
        at = match.end() if match else len(outer)
        spaces = len(raw[at:]) - len(raw[at:].lstrip(" "))
        inner = blank(raw[:at] + " " * (spaces if 0 < spaces < 5 else 1))
    info = token.info + token.markup if kind is BlockKind.ITEM else ""
    return _Frame(kind, (first, last), outer, inner, info)


def _quoted(lines: Lines, frame: _Frame) -> str:
    """Return the lines of a quote without the mark (and without what stands before it)."""
    found = []
    for number in range(*frame.lines):
        raw = lines.text(number)
        if raw.startswith(frame.inner):
            found.append(raw[len(frame.inner) :])
        elif raw.startswith(frame.inner.rstrip()):
            found.append(raw[len(frame.inner.rstrip()) :])
        else:
            found.append(raw.lstrip("> \t") if number == frame.lines[0] else raw.lstrip())
    return "\n".join(found).rstrip()


def _close(frame: _Frame, lines: Lines) -> Block:
    children, _ = apply_directives(frame.children)
    content, checked = "", None
    # A list or quote says nothing of its own; an item's words are its first paragraph's.
    lang = combined(child.lang for child in children if child.kind is not BlockKind.COMMENT)
    if frame.kind is BlockKind.QUOTE:
        content = _quoted(lines, frame)
    elif frame.kind is BlockKind.ITEM and children and children[0].kind is BlockKind.PARAGRAPH:
        content, checked = children[0].content, children[0].checked
        if task := TASK.match(content):
            content = content[task.end() :]
    span = lines.span(*frame.lines)
    if children and children[-1].span.end > span.end:  # a fence that nobody closed
        span = Span(span.start, children[-1].span.end)
    return Block(
        frame.kind,
        span,
        lang,
        content,
        frame.outer,
        frame.info,
        checked,
        children,
    )


def _simple(token: Token, lines: Lines, inner: str) -> Block | None:
    """Make a block from a token that stands alone."""
    at = (token.map[0], token.map[1]) if token.map else (0, 0)
    if token.type == "fence":
        raw = lines.text(at[0])
        prefix = blank(raw[: max(raw.find(token.markup), 0)])
        info = token.info.strip()
        content = token.content.removesuffix("\n")
        return Block(BlockKind.FENCE, lines.span(*at), Lang.NEUTRAL, content, prefix, info)
    if token.type == "code_block":
        return _leaf(BlockKind.CODE, lines, at, token.content.removesuffix("\n"), inner + "    ")
    if token.type == "hr":
        return _leaf(BlockKind.RULE, lines, at, "", inner)
    if token.type == "html_block":
        first = token.content.lstrip("\n").partition("\n")[0]
        prefix = _prefix(lines, at[0], first)
        comment = _comment_text(token.content)
        if comment is not None:
            return _leaf(BlockKind.COMMENT, lines, at, comment, prefix)
        return _leaf(BlockKind.HTML, lines, at, token.content.removesuffix("\n"), prefix)
    return None


def build(tokens: Sequence[Token], lines: Lines) -> list[Parts]:
    """Return the top-level blocks and headings of a token stream, in source order."""
    done: list[Parts] = []
    stack: list[_Frame] = []
    table_depth = 0

    def add(block: Block, at: tuple[int, int]) -> None:
        if stack:
            stack[-1].children.append(block)
        else:
            done.append(Parts(at, block))

    for index, token in enumerate(tokens):
        kind = _CONTAINERS.get(token.type)
        if table_depth:
            table_depth += token.nesting
        elif kind is not None:
            stack.append(_open(token, kind, lines, stack[-1] if stack else None))
        elif token.type == "table_open" and token.map:
            table_depth = 1
            add(_rows(lines, (token.map[0], token.map[1])), (token.map[0], token.map[1]))
        elif token.nesting == -1:
            if token.type.startswith(("blockquote", "bullet_list", "ordered_list", "list_item")):
                frame = stack.pop()
                add(_close(frame, lines), frame.lines)
        elif token.type in ("paragraph_open", "heading_open") and token.map:
            at = (token.map[0], token.map[1])
            content = tokens[index + 1].content
            if token.type == "heading_open" and not stack:
                setext = token.markup in ("=", "-")
                done.append(Parts(at, None, (int(token.tag[1:]), content), setext))
                continue
            first = content.partition("\n")[0]
            if token.type == "paragraph_open":
                add(
                    _leaf(BlockKind.PARAGRAPH, lines, at, content, _prefix(lines, at[0], first)), at
                )
            else:
                add(_leaf(BlockKind.HEADING, lines, at, content, stack[-1].inner), at)
        elif token.nesting == 0 and token.type != "inline":
            inner = stack[-1].inner if stack else ""
            if block := _simple(token, lines, inner):
                add(block, (token.map[0], token.map[1]) if token.map else (0, 0))
    return done
