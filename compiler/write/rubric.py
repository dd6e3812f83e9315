"""Test cases that stand in the middle of other sections: which blocks of the body they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..document import Block, BlockKind, Section
from ..select.install import is_label
from ..source import Span

__all__ = ["case_spans"]

_BODIES = (BlockKind.FENCE, BlockKind.LIST, BlockKind.QUOTE, BlockKind.TABLE)
_ENDS = (BlockKind.RULE, BlockKind.HEADING)


def _last(blocks: Sequence[Block], start: int, usual: int) -> int:
    """Return the block after the last case: as long as the one before it, or title and body."""
    end = start + 1
    while end < len(blocks) and end < start + usual and blocks[end].kind not in _ENDS:
        end += 1
    if usual == 1 and end < len(blocks) and is_label(blocks[start]):
        end += blocks[end].kind in _BODIES
    return end


def _regions(blocks: Sequence[Block], offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of blocks, as indices, in which cases stand."""
    starts = sorted(
        {
            at
            for at, block in enumerate(blocks)
            for offset in offsets
            if block.span.start <= offset < block.span.end
        }
    )
    usual = 1
    for first, second in pairwise(starts):
        end = first + 1
        while end < second and blocks[end].kind not in _ENDS:
            end += 1
        usual = end - first
        yield first, end
    if starts:
        yield starts[-1], _last(blocks, starts[-1], usual)


def case_spans(root: Section, offsets: Sequence[int]) -> Iterator[Span]:
    """Yield the spans of the blocks in which test cases stand, with the line that announces them.

    Args:
        root: the document.
        offsets: where the cases begin.
    """
    for section in root.walk():
        blocks = section.blocks
        if not blocks:
            continue
        low, high = blocks[0].span.start, blocks[-1].span.end
        inside = [offset for offset in offsets if low <= offset < high]
        for number, (first, end) in enumerate(_regions(blocks, inside)):
            announced = number == 0 and first > 0 and is_label(blocks[first - 1])
            for block in blocks[first - announced : end]:
                yield block.span
