"""What a skill costs: its description always, its body when used, its files when read."""

from __future__ import annotations

from collections.abc import Iterator

from ..codes import budget
from ..diagnostics import Diagnostic, report
from ..localized import Lang
from ..model import Kind
from ..source import Source
from ..tokens import estimate
from .kinds import suffix
from .registry import rule
from .subject import Subject

__all__ = ["body_budget", "description_cost", "resource_sizes"]

MAX_LINES = 500
MAX_TOKENS = 5_000
DESCRIPTION_TOKENS = 200
RESOURCE_TOKENS = 10_000
RESOURCE_BYTES = 5 * 1024 * 1024


@rule(budget.BODY_LONG)
def body_budget(subject: Subject) -> Iterator[Diagnostic]:
    """Report bodies over the specification's recommendation; the build splits them."""
    if subject.skill.kind is not Kind.SKILL:
        return
    for document in subject.documents:
        body = document.body
        lines = body.count("\n")
        tokens = estimate(body)
        if lines > MAX_LINES or tokens > MAX_TOKENS:
            yield report(
                budget.BODY_LONG,
                document.source,
                document.body_start,
                lines=lines,
                tokens=tokens,
                max_lines=MAX_LINES,
                max_tokens=MAX_TOKENS,
            )


@rule(budget.DESCRIPTION_COSTLY)
def description_cost(subject: Subject) -> Iterator[Diagnostic]:
    """Report descriptions that cost several times what the specification reckons with."""
    skill = subject.skill
    if skill.kind is not Kind.SKILL:
        return
    for lang, text in ((Lang.EN, skill.description.en), (Lang.ZH, skill.description.zh)):
        tokens = estimate(text or "")
        if tokens <= DESCRIPTION_TOKENS:
            continue
        where: Source | str = subject.place
        if lang is Lang.ZH and skill.translation is not None:
            where = skill.translation.source
        yield report(
            budget.DESCRIPTION_COSTLY, where, name=skill.name, language=lang.value, tokens=tokens
        )


@rule(budget.RESOURCE_LONG, budget.RESOURCE_HEAVY)
def resource_sizes(subject: Subject) -> Iterator[Diagnostic]:
    """Report files that are too long to be read at once, or too heavy to be copied around."""
    for resource in subject.skill.resources:
        size = len(resource.data)
        place = subject.located(resource)
        if size > RESOURCE_BYTES:
            yield report(
                budget.RESOURCE_HEAVY, place, file=resource.path, size=size, limit=RESOURCE_BYTES
            )
        # Fewer bytes than tokens cannot be: most files are not even counted.
        elif size > RESOURCE_TOKENS and suffix(resource.path) == ".md" and not resource.binary:
            tokens = estimate(subject.source(resource).text)
            if tokens > RESOURCE_TOKENS:
                yield report(budget.RESOURCE_LONG, place, file=resource.path, tokens=tokens)
