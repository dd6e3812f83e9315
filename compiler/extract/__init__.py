"""What the body of a skill says: persona, triggers, scenarios, checklists, tests, links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..codes.evals import PROSE_CASE
from ..diagnostics import Diagnostic, report
from ..document import Document, Role, Section
from ..model import Content, Skill, TestCase
from .cases import Found, read_cases
from .checklists import checklists_of
from .lines import section_lines
from .links import links_of
from .persona import persona_of
from .scenarios import dialogues_in, scenarios_of
from .triggers import skill_triggers

__all__ = ["analyse"]

# Cases without a heading of their own follow the checklist of a quality section, or stand in
# a section that the vocabulary does not know.
_MAY_HOLD_TESTS = frozenset({Role.QUALITY, Role.OTHER})


def _test_sections(section: Section) -> Iterator[tuple[Section, bool]]:
    """Yield what may hold cases: whole sections about tests, and others without subsections."""
    if section.role is Role.TESTS:
        yield section, True
        return
    if section.role in _MAY_HOLD_TESTS and section.heading is not None:
        alone = Section(None, section.span, section.role, section.blocks)
        yield alone, False
    for child in section.sections:
        yield from _test_sections(child)


def _tests(document: Document) -> Found:
    source = document.source
    cases: list[TestCase] = []
    missing: list[tuple[int, str, str]] = []
    for section, started in _test_sections(document.tree.root):
        found = read_cases(section_lines(section, source), source.path, started=started)
        cases += found.cases
        missing += found.incomplete
    return Found(tuple(_distinct(cases)), tuple(missing))


def _distinct(cases: list[TestCase]) -> Iterator[TestCase]:
    """Yield the cases with ids of which none occurs twice."""
    seen: set[str] = set()
    for at, case in enumerate(cases, start=1):
        wanted = case.id or f"case-{at}"
        name, count = wanted, 2
        while name in seen:
            name, count = f"{wanted}-{count}", count + 1
        seen.add(name)
        yield case if name == case.id else replace(case, id=name)


def _incomplete(document: Document, found: Found) -> Iterator[Diagnostic]:
    words = {"input": "输入", "criteria": "期望"}
    for line, title, missing in found.incomplete:
        span = document.source.line_span(line - 1, line)
        yield report(
            PROSE_CASE,
            document.source,
            span,
            case=title,
            missing=missing,
            missing_zh=words[missing],
        )


def analyse(skill: Skill) -> Content:
    """Return what the body of ``skill`` says beyond its text.

    ``triggers`` has all of them, those of scenarios too (``scope`` names the scenario), and
    ``dialogues`` has those of scenarios too. A module-level function, so that a skill that
    carries it can be pickled.
    """
    document = skill.main
    if document is None:
        return Content(persona=persona_of(skill), triggers=skill_triggers(skill))
    root, source = document.tree.root, document.source
    found = _tests(document)
    return Content(
        persona=persona_of(skill),
        triggers=skill_triggers(skill),
        scenarios=tuple(scenarios_of(root, source)),
        dialogues=tuple(dialogues_in(root, source)),
        checklists=checklists_of(root.walk(), source),
        tests=found.cases,
        links=links_of(skill),
        diagnostics=tuple(_incomplete(document, found)),
    )
