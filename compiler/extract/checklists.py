"""Lists of things to tick, in the four notations that authors use.

``- [ ]`` task lists; ``☐`` boxes, mostly in table cells beside a rubric dimension; ``☑``, ``[✓]``,
``✓`` and ``✗`` marks; and numbered lists under a heading or a label that says checklist. ``✅`` and
``❌`` pair good with bad examples, they tick nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..document import Block, BlockKind, Role, Section
from ..localized import Text
from ..model import Checklist, ChecklistItem
from ..source import Source
from .lines import lines_of
from .roles import plain
from .words import cells, clean, place, read_label

__all__ = ["checklists_of"]

_BOX = re.compile(r"^(?:[-*+]\s+)?(?P<mark>[☐□◻])\s*(?P<text>\S.*)$")
_MARK = re.compile(r"^(?:[-*+]\s+)?(?P<mark>\[[✓✔✗✘☑]\]|[☑☒]|[✓✔✗✘](?=\s))\s*(?P<text>\S.*)$")
_TASK = re.compile(r"^\[(?P<mark>[ xX])\]\s+(?P<text>\S.*)$", re.DOTALL)
_CHECKED = frozenset("☑✓✔xX")
_ORDERED = re.compile(r"^\d")
_NAMES = re.compile(r"(?:^| )(?:checklists?|self check(?:s|list)?)$|清单$|自检$")


def _item(text: str, mark: str, line: int, source: Source, dimension: str = "") -> ChecklistItem:
    checked = mark.strip("[]") in _CHECKED
    span = source.line_span(line - 1, line)
    return ChecklistItem(place(clean(text)), checked, span, clean(dimension))


def _marked(text: str) -> tuple[str, re.Match[str]] | None:
    """Return the notation of a line and its match."""
    for notation, pattern in (("box", _BOX), ("mark", _MARK)):
        if match := pattern.match(text.strip()):
            return notation, match
    return None


def _list(block: Block, source: Source, numbered: bool) -> tuple[str, list[ChecklistItem]]:
    """Return the items of a Markdown list that is a checklist."""
    items: list[ChecklistItem] = []
    notation = ""
    for item in block.children:
        line = source.position(item.span.start).line
        text = _first_words(item)
        if item.checked is not None or _TASK.match(text):
            match = _TASK.match(text)
            found = _marked(text)
            words = match["text"] if match else found[1]["text"] if found else text
            notation = notation or (found[0] if found else "task-list")
            span = source.line_span(line - 1, line)
            checked = item.checked if item.checked is not None else text[1:2] in _CHECKED
            items.append(ChecklistItem(place(clean(words.split("\n")[0])), checked, span))
        elif found := _marked(text.split("\n")[0]):
            notation = notation or found[0]
            items.append(_item(found[1]["text"], found[1]["mark"], line, source))
        elif numbered and _ORDERED.match(item.info):
            notation = notation or "numbered"
            span = source.line_span(line - 1, line)
            items.append(ChecklistItem(place(clean(text.split("\n")[0])), None, span))
    # A tick in one item of a long list is an ornament, not a checklist.
    return (notation, items) if 2 * len(items) > len(block.children) else ("", [])


def _first_words(item: Block) -> str:
    if item.children:
        return item.children[0].content
    return item.content


def _table(block: Block, source: Source) -> tuple[str, list[ChecklistItem]]:
    items: list[ChecklistItem] = []
    notation = ""
    for line in lines_of([block], source):
        row = cells(line.text)
        at = next((at for at, cell in enumerate(row) if _marked(cell)), None)
        if at is None or (found := _marked(row[at])) is None:
            continue
        notation = notation or found[0]
        others = [cell for column, cell in enumerate(row) if column != at and cell]
        dimension = others[0] if others else ""
        items.append(_item(found[1]["text"], found[1]["mark"], line.number, source, dimension))
    # Tables that compare with ✓ and ✗ have a mark alone in a cell, or in few of the rows.
    return (notation, items) if notation == "box" or len(items) > 1 else ("", [])


def _text(block: Block, source: Source) -> tuple[str, list[ChecklistItem]]:
    """Return the items of a fence or paragraph whose lines all begin with a box or a mark."""
    items: list[ChecklistItem] = []
    notation = ""
    for line in lines_of([block], source):
        if not line.text.strip():
            continue
        found = _marked(line.text)
        if found is None:
            return "", []
        notation = notation or found[0]
        items.append(_item(found[1]["text"], found[1]["mark"], line.number, source))
    return (notation, items) if len(items) > 1 else ("", [])


def _title(block: Block) -> tuple[Text, bool] | None:
    """Return the title that a label paragraph gives, and whether it says checklist."""
    if block.kind is not BlockKind.PARAGRAPH or "\n" in block.content:
        return None
    label = read_label(block.content)
    if label is None or not label.colon or len(label.rest) > 1:
        return None
    return place(label.name, gloss=True), any(_NAMES.search(name) for name in label.names)


def _says_checklist(section: Section) -> bool:
    words = (plain(text) for text in (section.title.en, section.title.zh) if text)
    return section.role is Role.QUALITY and any(_NAMES.search(title) for title in words)


def _section(section: Section, source: Source) -> Iterator[Checklist]:
    blocks: Sequence[Block] = section.blocks
    title, numbered = section.title, _says_checklist(section)
    for block in blocks:
        found: tuple[str, list[ChecklistItem]] = ("", [])
        match block.kind:
            case BlockKind.LIST:
                found = _list(block, source, numbered)
            case BlockKind.TABLE:
                found = _table(block, source)
            case BlockKind.FENCE | BlockKind.PARAGRAPH:
                found = _text(block, source)
            case _:
                pass
        notation, items = found
        if items:
            yield Checklist(title, tuple(items), notation)
        elif label := _title(block):
            title, numbered = label


def checklists_of(sections: Iterable[Section], source: Source) -> tuple[Checklist, ...]:
    """Return the checklists of some sections, in source order."""
    withheld = (Role.TESTS, Role.HISTORY, Role.LICENSE)
    return tuple(
        checklist
        for section in sections
        if section.role not in withheld
        for checklist in _section(section, source)
    )
