"""The licence that a one-file skill states in a section of its own."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..document import BlockKind, Document, Role, Section
from .words import cells, clean

__all__ = ["Licence", "licence_of"]

_LONGEST = 120
_WORD = re.compile(
    r"licen[cs]e|许可|协议|\b(?:MIT|Apache|BSD|GPL|MPL|CC0|CC[ -]BY|Unlicense|proprietary)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"^(?:licen[cs]e|许可证?|协议)\b", re.IGNORECASE)


class Licence(NamedTuple):
    """``name`` is one line for the front matter, ``text`` the whole section for a notice file."""

    name: str
    text: str


def _name(section: Section) -> str:
    for block in section.blocks:
        rows = block.children if block.kind is BlockKind.TABLE else ()
        for row in rows:
            parts = [clean(cell) for cell in cells(row.content)]
            if len(parts) > 1 and _NAMES.match(parts[0]):
                return parts[1][:_LONGEST]
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE):
            line = clean(block.content.strip().splitlines()[0]) if block.content.strip() else ""
            if _WORD.search(line):
                return line[:_LONGEST]
    return ""


def licence_of(document: Document) -> Licence:
    """Return what the sections about the licence say; empty strings if there are none."""
    name, texts = "", []
    outer: list[Section] = [document.tree.root]
    while outer:
        section = outer.pop(0)
        if section.role is Role.LICENSE:
            texts.append(document.source.slice(section.span).strip())
            for part in section.walk():
                name = name or _name(part)
        else:
            outer += section.sections
    text = "\n\n".join(texts)
    return Licence(name, f"{text}\n" if text else "")
