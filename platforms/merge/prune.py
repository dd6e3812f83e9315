"""Taking members out of a JSON text: which characters go, and which container goes with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyskill.compiler.source import Edit, Span

from .json_tree import Item, Node, space_before
from .values import fingerprint, is_registry, same

__all__ = ["Pruner"]


@dataclass(slots=True)
class _Run:
    """Characters to remove, from the space before an item to the comma after the last one."""

    start: int
    end: int
    after_line_comment: bool


class Pruner:
    """Collects the removals from one file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.edits: list[Edit] = []

    def prune(self, node: Node, written: Mapping[str, Any]) -> bool:
        """Take ``written`` out of an object; ``True`` if the object itself is to go."""
        gone: list[bool] = []
        for item in node.items:
            gone.append(item.key in written and self._is_gone(item.value, written[item.key]))
        return self._drop(node, gone)

    def _is_gone(self, node: Node, value: Any) -> bool:
        if is_registry(value) and node.kind == "object":
            return self.prune(node, value)
        if isinstance(value, list) and value and node.kind == "array":
            unwanted = Counter(fingerprint(item) for item in value)
            gone = [False] * len(node.items)
            for index in range(len(node.items) - 1, -1, -1):
                mark = fingerprint(node.items[index].value.plain)
                gone[index] = unwanted[mark] > 0
                unwanted[mark] -= 1  # of equal items, the last ones are ours
            return self._drop(node, gone)
        return same(node.plain, value)

    def _drop(self, node: Node, gone: list[bool]) -> bool:
        """Remove the marked items; ``True`` if nothing is left of a container that we made."""
        if not any(gone):
            return False
        spans = self._spans(node.items, gone)
        if all(gone):
            newline = self._newline_of_ours(node)
            if newline and self._text.startswith(newline, spans[-1].end):
                bracket = node.end - 1
                rest = self._text[spans[-1].end + len(newline) : bracket]
                spans[-1].end += len(newline)
                if not rest.strip(" \t"):  # else what was there before we filled the container
                    spans[-1].end = bracket
            if newline and (spans[0].start, spans[0].end) == (node.start + 1, node.end - 1):
                return True
        elif gone[-1] and node.items[-1].comma < 0:
            kept = max(index for index, is_gone in enumerate(gone) if not is_gone)
            comma = node.items[kept].comma
            self.edits.append(Edit(Span(comma, comma + 1), ""))
        for span in spans:
            self.edits.append(Edit(Span(span.start, span.end), self._instead(span)))
        return False

    def _spans(self, items: list[Item], gone: list[bool]) -> list[_Run]:
        """Return what to remove: each item with the space before it and the comma after it."""
        runs: list[_Run] = []
        for item, is_gone in zip(items, gone, strict=True):
            if not is_gone:
                continue
            start = space_before(self._text, item.start)
            if runs and runs[-1].end == start:
                runs[-1].end = item.end
            else:
                runs.append(_Run(start, item.end, item.after_line_comment))
        return runs

    def _newline_of_ours(self, node: Node) -> str:
        """Return the line ending of a container whose first member begins a line.

        It is empty where the first member follows the opening bracket on the same line: then the
        container was there, and empty, before we put something into it.
        """
        first = node.items[0].start
        start = space_before(self._text, first)
        gap = self._text[start:first]
        if start != node.start + 1 or "\n" not in gap:
            return ""
        return "\r\n" if "\r\n" in gap else "\n"

    def _instead(self, run: _Run) -> str:
        """Return what replaces a run: a line comment before it still needs a line ending."""
        followed = self._text.startswith(("\r", "\n"), run.end)
        return "\n" if run.after_line_comment and not followed else ""
