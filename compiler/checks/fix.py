"""Repair what can be repaired without changing what a skill says.

Pure: findings go in, edits come out; the caller writes the files. Only findings whose code is
``fixable`` count, and only with the edits that their rule (or reader) made for them. A byte-order
mark is no part of a source's text, so its removal has an edit of its own, :data:`DROP_BOM`, which
changes no text and which :func:`apply` knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..codes.frontmatter import BOM
from ..diagnostics import Diagnostic
from ..source import Edit, Source, Span, apply_edits

__all__ = ["DROP_BOM", "apply", "fixable", "fixes"]

DROP_BOM = Edit(Span(0, 0), "")


def fixable(diagnostic: Diagnostic) -> bool:
    """Whether a finding can be repaired by :func:`fixes`."""
    return diagnostic.code is BOM or (diagnostic.code.fixable and bool(diagnostic.fix))


def fixes(diagnostics: Iterable[Diagnostic]) -> dict[str, list[Edit]]:
    """Return the edits that repair findings, by path, in the order of places.

    Where the edits of two findings overlap, the first finding's are taken; the other one is
    found again by the next check. A finding is repaired as a whole or not at all.
    """
    taken: dict[str, list[Edit]] = {}
    for diagnostic in sorted(diagnostics, key=Diagnostic.sort_key):
        if not fixable(diagnostic):
            continue
        own = taken.setdefault(diagnostic.path, [])
        wanted = [Edit(span, text) for span, text in diagnostic.fix]
        if diagnostic.code is BOM:
            wanted = [DROP_BOM]
        if any(edit in own for edit in wanted):
            continue
        if not any(_overlap(edit.span, other.span) for edit in wanted for other in own):
            own += wanted
    return {path: sorted(edits, key=_place) for path, edits in taken.items() if edits}


def _place(edit: Edit) -> tuple[int, int]:
    return edit.span.start, edit.span.end


def _overlap(one: Span, other: Span) -> bool:
    if one == other:
        return True
    return one.start < other.end and other.start < one.end


def apply(source: Source, edits: Iterable[Edit]) -> Source:
    """Return a source with its text repaired; its encoding stays as it is.

    Raises:
        ValueError: the edits overlap, or were made for another text.
    """
    wanted = list(edits)
    inside = [edit for edit in wanted if edit != DROP_BOM]
    bom = source.bom and len(inside) == len(wanted)
    return replace(source, text=apply_edits(source.text, inside), bom=bom)
