"""What is not translated yet: blocks, files, and how much of a one-file skill."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..codes import content
from ..diagnostics import Diagnostic, report
from ..document import Block, BlockKind, Document, Role
from ..localized import Lang
from ..model import Dialect
from ..select.coverage import section_shares
from ..source import Span
from ..view import Share
from .registry import rule
from .subject import Subject, sectioned, twin_of
from .twins import twins_of

__all__ = ["copied_blocks", "coverage", "untranslated_files"]

_FEWEST_WORDS = 8
_WORD = re.compile(r"(?<![\w-])[A-Za-z]?[a-z]{2,}(?![\w-])")
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.ITEM})
_SHIPPED_APART = frozenset({Role.TESTS, Role.HISTORY, Role.LICENSE})


def _words(block: Block) -> str:
    return " ".join(block.content.split())


def _copyable(block: Block) -> bool:
    """Whether a block is English prose that is long enough to want a translation."""
    if block.kind not in _PROSE or block.lang is not Lang.EN:
        return False
    return len(_WORD.findall(block.content)) >= _FEWEST_WORDS


@rule(content.UNTRANSLATED)
def copied_blocks(subject: Subject) -> Iterator[Diagnostic]:
    """Report English blocks that stand word for word in the Chinese file."""
    for twins in twins_of(subject):
        known = {_words(block) for _, block in sectioned(twins.original) if _copyable(block)}
        if not known:
            continue
        for _, block in sectioned(twins.translation):
            if _copyable(block) and (words := _words(block)) in known:
                yield report(
                    content.UNTRANSLATED,
                    twins.translation.source,
                    _trimmed(twins.translation, block),
                    excerpt=words[:60],
                    other=twins.original.source.path,
                )


def _trimmed(document: Document, block: Block) -> Span:
    raw = document.source.slice(block.span)
    start = block.span.start + len(raw) - len(raw.lstrip())
    return Span(start, max(start, block.span.start + len(raw.rstrip())))


@rule(content.RESOURCE_UNTRANSLATED)
def untranslated_files(subject: Subject) -> Iterator[Diagnostic]:
    """Report references without a Chinese twin, if the body has one."""
    skill = subject.skill
    if not subject.canonical or skill.translation is None or not skill.translation.body.strip():
        return
    present = {resource.path for resource in skill.resources}
    for resource in skill.resources:
        twin = twin_of(resource.path)
        if twin and twin not in present and resource.role == "references":
            place = subject.located(resource)
            yield report(content.RESOURCE_UNTRANSLATED, place, resource=resource.path, twin=twin)


@rule(content.COVERAGE)
def coverage(subject: Subject) -> Iterator[Diagnostic]:
    """Report how much of a one-file bilingual skill exists in each language."""
    skill = subject.skill
    if skill.dialect is not Dialect.EXPERT or skill.main is None:
        return
    for lang in (Lang.EN, Lang.ZH):
        tree = skill.main.tree
        shares = section_shares(tree.root, skill.main.source, tree.variants, lang)
        shipped = (share for role, share in shares.items() if role not in _SHIPPED_APART)
        percent = int(100 * sum(shipped, Share()).fraction)
        if percent < 100:
            source = skill.main.source
            yield report(content.COVERAGE, source, percent=percent, language=lang.value)
