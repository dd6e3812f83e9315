"""Test cases that stand in a section about something else: found again, to be left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..document import Block, BlockKind
from ..extract.case_labels import HEAD, kind_of
from ..extract.words import read_label
from ..source import Source

__all__ = ["case_run"]


def _lines(block: Block, source: Source) -> range:
    first = source.position(block.span.start).line
    return range(first, source.position(max(block.span.start, block.span.end - 1)).line + 1)


def _holds(block: range, lines: Collection[int]) -> bool:
    return any(line in block for line in lines)


def _heads_tests(block: Block) -> bool:
    label = read_label(block.content)
    return block.kind is BlockKind.PARAGRAPH and label is not None and bool(label.names & HEAD)


def _ends_case(block: Block) -> bool:
    """Whether a block after a case's title no longer belongs to the case."""
    if block.kind in (BlockKind.RULE, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.HTML):
        return True
    if block.kind is BlockKind.LIST:  # a checklist, not what is expected of an answer
        return any(item.checked is not None for item in block.children)
    if block.kind is BlockKind.PARAGRAPH:
        label = read_label(block.content)
        return label is not None and label.marked and not kind_of(label)
    return False


def case_run(blocks: Sequence[Block], source: Source, lines: Collection[int]) -> range:
    """Return the run of blocks that holds the test cases which begin at the given lines.

    Args:
        blocks: The blocks of one section.
        source: Their source.
        lines: Source lines (from 1) at which test cases begin, in this section or elsewhere.
    """
    titles = [at for at, block in enumerate(blocks) if _holds(_lines(block, source), lines)]
    if not titles:
        return range(0)
    first, last = titles[0], titles[-1]
    if first > 0 and _heads_tests(blocks[first - 1]):
        first -= 1
    end = last + 1
    if blocks[last].kind not in (BlockKind.TABLE, BlockKind.FENCE):
        while end < len(blocks) and not _ends_case(blocks[end]):
            end += 1
    return range(first, end)
