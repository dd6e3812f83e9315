"""From a run of blocks and headings to a tree of sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..document import Block, Heading, Role, Section, Variant
from ..localized import Text
from ..source import Span
from .blocks import Parts
from .directives import apply_directives
from .headings import read_heading
from .lines import Lines

__all__ = ["RoleOf", "nest"]

RoleOf = Callable[[Text, int, Role | None], Role]


@dataclass(slots=True)
class _Open:
    """A section whose end is not known yet."""

    heading: Heading | None
    start: int
    role: Role
    platforms: frozenset[str] | None
    blocks: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def close(self, end: int) -> Section:
        blocks, _ = apply_directives(self.blocks)
        return Section(
            self.heading,
            Span(self.start, end),
            self.role,
            blocks,
            tuple(self.sections),
            self.platforms,
        )


def _heading_start(parts: Parts, lines: Lines, text: str) -> int | None:
    """Return the offset of a heading's words (``None`` if they span several lines)."""
    if "\n" in text or not text:
        return None
    raw = lines.text(parts.lines[0])
    after = 0
    if not parts.setext and parts.heading:
        after = raw.find("#") + parts.heading[0]
    at = raw.find(text, after)
    return None if at < 0 else lines.start(parts.lines[0]) + at


def nest(
    parts: Sequence[Parts],
    lines: Lines,
    body: Span,
    role_of: RoleOf,
    platforms_of: Callable[[Text], frozenset[str] | None],
) -> tuple[Section, list[Variant]]:
    """Return the root section and the variants of its headings."""
    variants: list[Variant] = []
    stack = [_Open(None, body.start, Role.OTHER, None)]

    for part in parts:
        if part.heading is None:
            if part.block is not None:
                stack[-1].blocks.append(part.block)
            continue
        level, text = part.heading
        span = lines.span(*part.lines)
        _, scope = apply_directives(stack[-1].blocks)
        while stack[-1].heading is not None and stack[-1].heading.level >= level:
            done = stack.pop()
            stack[-1].sections.append(done.close(span.start))
        titled = read_heading(level, text, span, _heading_start(part, lines, text))
        if titled.variant is not None:
            variants.append(titled.variant)
        parent = stack[-1].role if stack[-1].heading is not None else None
        role = role_of(titled.spoken, level, parent)
        if scope is None and role is Role.PLATFORM:
            scope = platforms_of(titled.spoken)
        stack.append(_Open(titled.heading, span.start, role, scope))
    while len(stack) > 1:
        done = stack.pop()
        stack[-1].sections.append(done.close(body.end))
    return stack[0].close(body.end), variants
