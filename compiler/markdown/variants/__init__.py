"""The regions of a document that say the same thing in two languages."""

from __future__ import annotations

from collections.abc import Sequence

from ...document import Section, Variant
from ...language import has_cjk
from ...source import Edit, Source, Span, apply_edits
from .comments import comment_variants
from .inline import inline_variants
from .parallel import parallel_variants

__all__ = ["find_variants"]

_ENOUGH = 2  # one slash in a whole document may part anything


def _ordered(variants: list[Variant]) -> tuple[Variant, ...]:
    """Return variants in document order, without any that overlaps an earlier one."""
    kept: list[Variant] = []
    for variant in sorted(variants, key=lambda variant: (variant.span.start, -variant.span.end)):
        if not kept or variant.span.start >= kept[-1].span.end:
            kept.append(variant)
    return tuple(kept)


def _in_english(variant: Variant, inside: Sequence[Variant], source: Source) -> Variant:
    """Choose the English side of the pairs within the English text of a larger variant.

    A pair whose Chinese side the larger translation lacks stays whole, so that nothing is lost.
    """
    start, length = variant.span.start, len(variant.en)
    if source.text[start : start + length] != variant.en:
        return variant
    edits = [
        Edit(Span(found.span.start - start, found.span.end - start), found.en)
        for found in inside
        if found.span.end - start <= length and found.zh.strip(":： ") in variant.zh
    ]
    return Variant(variant.span, apply_edits(variant.en, edits), variant.zh, variant.origin)


def find_variants(
    root: Section, headings: Sequence[Variant], source: Source
) -> tuple[Variant, ...]:
    """Return all variants of a tree, in document order and without overlap."""
    if not has_cjk(source.text):
        return ()
    whole = _ordered([*comment_variants(root, source), *parallel_variants(root, source)])
    small = _ordered([*headings, *inline_variants(root, source)])
    if not whole and len(headings) + len(small) < _ENOUGH:
        small = _ordered(list(headings))
    done: list[Variant] = []
    at = 0
    for variant in whole:
        inside: list[Variant] = []
        while at < len(small) and small[at].span.start < variant.span.end:
            if small[at].span.start >= variant.span.start:
                inside.append(small[at])
            else:
                done.append(small[at])
            at += 1
        done.append(_in_english(variant, inside, source) if inside else variant)
    done.extend(small[at:])
    return _ordered(done)
