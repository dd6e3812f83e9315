"""``<!-- polyskill: only=claude,codex -->``: notes to the compiler inside a body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..document import Block, BlockKind

__all__ = ["apply_directives", "directive_of", "is_directive"]

_ONLY = re.compile(r"polyskill:\s*only\s*=\s*([\w.-]+(?:[\s,]+[\w.-]+)*)\s*,?$", re.IGNORECASE)


def is_directive(block: Block) -> bool:
    """Whether a block is a note to the compiler (known or not), which no view shows."""
    return block.kind is BlockKind.COMMENT and block.content.startswith("polyskill:")


def directive_of(block: Block) -> frozenset[str] | None:
    """Return the platforms that an ``only=`` directive names."""
    if not is_directive(block):
        return None
    match = _ONLY.match(block.content)
    return frozenset(re.split(r"[\s,]+", match[1].lower())) if match else None


def apply_directives(
    blocks: Sequence[Block],
) -> tuple[tuple[Block, ...], frozenset[str] | None]:
    """Scope each block that follows a directive; return also the platforms of a last directive."""
    pending: frozenset[str] | None = None
    done: list[Block] = []
    for block in blocks:
        platforms = directive_of(block)
        if platforms is not None:
            pending = platforms if pending is None else pending & platforms
            done.append(block)
            continue
        scoped = pending is not None and block.kind is not BlockKind.COMMENT
        done.append(replace(block, platforms=pending) if scoped else block)
        if scoped:
            pending = None
    return tuple(done), pending
