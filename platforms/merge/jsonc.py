"""Putting keys into a JSON file with comments, and taking them out again, by the character.

Comments, order, indentation, trailing commas, byte-order mark and line endings stay as they are:
only the inserted or removed characters change. ``unmerge(merge(file, data), missing(file, data))``
gives back the same bytes. No record of the layout is needed for that, because the layout itself
tells: the first member of a mapping that was empty is put right behind its brace, so a mapping that
is empty after a removal *and* began its members on a new line was made by us and goes as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.source import Edit, Source, Span, apply_edits, decode

from .errors import MergeError
from .json_tree import Item, Node, indent_of, parse, space_before
from .prune import Pruner
from .values import covers, fingerprint, is_registry, plain, same

__all__ = ["dumps", "merge", "missing", "unmerge"]

_SCHEMA = "$schema"  # a hint for editors: one that the user chose stays
_SHOWN = 60


def dumps(value: Any, indent: str | None = "  ") -> str:
    """Return JSON as polyskill writes it: in order, non-ASCII letters as they are."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair can only be written as an escape
        return json.dumps(value, indent=indent)
    return text


def merge(
    existing: bytes | None, data: Mapping[str, Any], *, ours: Mapping[str, Any] | None = None
) -> bytes:
    """Return the file with ``data`` in it.

    Registries (see :mod:`.values`) are merged, lists are united in order, all else is set. ``ours``
    is what an earlier run wrote: a value that still is what it says may be replaced.

    Raises:
        MergeError: the file is not JSON, holds a duplicate of a key of ours, or says otherwise.
    """
    wanted = plain(data)
    if existing is None:
        return (dumps(wanted) + "\n").encode()
    source = decode(existing, "")
    root = parse(source)
    if root is None:
        return source.encode(source.text + dumps(wanted))
    editor = _Editor(source, root)
    editor.put(root, wanted, plain(ours or {}), ())
    return source.encode(apply_edits(source.text, editor.edits))


def missing(existing: bytes | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of ``data`` that is not in the file yet: what :func:`merge` would add.

    Raises:
        MergeError: the file is not JSON.
    """
    wanted = plain(data)
    if existing is None:
        return wanted
    root = parse(decode(existing, ""))
    present = {} if root is None else root.plain
    return _absent(present, wanted) if isinstance(present, dict) else wanted


def unmerge(existing: bytes, data_written: Mapping[str, Any]) -> bytes | None:
    """Return the file without ``data_written``; ``None`` if nothing but ours was in it.

    What the user has changed since stays as it is.

    Raises:
        MergeError: the file is not JSON.
    """
    source = decode(existing, "")
    root = parse(source)
    if root is None or root.kind != "object":
        return existing
    pruner = Pruner(source.text)
    if not pruner.prune(root, plain(data_written)):
        return source.encode(apply_edits(source.text, pruner.edits))
    before, after = source.text[: root.start], source.text[root.end :]
    if not before and after in ("\n", "\r\n") and not source.bom:
        return None
    return source.encode(before + after)


def _absent(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        if key not in present:
            found[key] = value
        elif is_registry(value) and isinstance(present[key], dict):
            inner = _absent(present[key], value)
            if inner:
                found[key] = inner
        elif isinstance(value, list) and isinstance(present[key], list):
            there = {fingerprint(item) for item in present[key]}
            fresh = {fingerprint(item): item for item in value}
            items = [fresh[mark] for mark in fresh if mark not in there]
            if items:
                found[key] = items
        elif not covers(present[key], value) and key != _SCHEMA:
            found[key] = value
    return found


class _Editor:
    """Collects the insertions into one file."""

    def __init__(self, source: Source, root: Node) -> None:
        self._source = source
        self._text = source.text
        self._newline = "\r\n" if source.newline == "\r\n" else "\n"
        first = root.items[0].start if root.items else 0
        self._unit = indent_of(source.text, first) or "  "
        self.edits: list[Edit] = []

    def put(
        self, node: Node, wanted: Mapping[str, Any], ours: Mapping[str, Any], path: tuple[str, ...]
    ) -> None:
        """Merge a mapping into an object."""
        if node.kind != "object":
            raise self._conflict(node, path, wanted)
        by_key: dict[str, Item] = {}
        for item in node.items:
            if item.key in wanted and item.key in by_key:
                place = self._source.position(item.start)
                raise MergeError(codes.JSON_DUPLICATE_KEY, place.line, place.column, key=item.key)
            by_key[item.key] = item
        added: list[tuple[str | None, Any]] = []
        for key, value in wanted.items():
            if key not in by_key:
                added.append((key, value))
            elif path or key != _SCHEMA:
                self._change(by_key[key].value, value, ours.get(key), (*path, key))
        self._insert(node, added)

    def _change(self, node: Node, value: Any, ours: Any, path: tuple[str, ...]) -> None:
        if is_registry(value) and node.kind == "object":
            self.put(node, value, ours if isinstance(ours, dict) else {}, path)
            return
        present = node.plain
        if isinstance(value, list) and value and node.kind == "array":
            there = {fingerprint(item) for item in present}
            fresh = {fingerprint(item): item for item in value}
            self._insert(node, [(None, fresh[mark]) for mark in fresh if mark not in there])
        elif covers(present, value):
            return
        elif ours is not None and same(present, ours):
            text = self._render((None, value), indent_of(self._text, node.start))
            self.edits.append(Edit(Span(node.start, node.end), text))
        else:
            raise self._conflict(node, path, value)

    def _conflict(self, node: Node, path: Sequence[str], value: Any) -> MergeError:
        place = self._source.position(node.start)
        return MergeError(
            codes.JSON_CONFLICT,
            place.line,
            place.column,
            key=".".join(path) or "{}",
            present=self._text[node.start : node.end][:_SHOWN],
            wanted=dumps(value, None)[:_SHOWN],
        )

    def _render(self, member: tuple[str | None, Any], indent: str) -> str:
        """Return a member as text whose further lines begin with ``indent``."""
        key, value = member
        text = dumps(value, self._unit).replace("\n", self._newline + indent)
        return text if key is None else f"{dumps(key)}: {text}"

    def _insert(self, node: Node, members: Sequence[tuple[str | None, Any]]) -> None:
        if not members:
            return
        if not node.items:
            self._fill(node, members)
            return
        last = node.items[-1]
        gap = self._text[space_before(self._text, last.start) : last.start]
        over_lines = "\n" in gap
        indent = indent_of(self._text, last.start if over_lines else node.tail)
        lead = self._newline + indent if over_lines else " "
        texts = [lead + self._render(member, indent) for member in members]
        if node.tail_is_line_comment and not over_lines:
            texts[0] = self._newline + indent + texts[0].removeprefix(lead)
        if last.comma < 0:
            self.edits.append(Edit(Span(last.value.end, last.value.end), ","))
        else:
            texts[-1] += ","
        self.edits.append(Edit(Span(node.tail, node.tail), ",".join(texts)))

    def _fill(self, node: Node, members: Sequence[tuple[str | None, Any]]) -> None:
        """Put the first members into an empty mapping or list."""
        at = node.start + 1
        outer = indent_of(self._text, node.start)
        if not self._text[at : node.end - 1].strip(" \t"):
            text = ", ".join(self._render(member, outer) for member in members)
        else:
            inner = outer + self._unit
            lines = [self._newline + inner + self._render(member, inner) for member in members]
            text = ",".join(lines) + self._newline
        self.edits.append(Edit(Span(at, at), text))
