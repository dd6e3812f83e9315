"""Tests: whether there are any, and whether the skill's text gives their answers away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..codes import content
from ..diagnostics import Diagnostic, report
from ..document import Document, Role
from ..language import has_cjk
from ..localized import Lang, Text
from ..model import Dialect, Kind, TestCase
from ..select.casework import case_run
from ..source import Span
from .registry import rule
from .subject import Subject, sectioned

__all__ = ["few_negative", "leaks", "missing_tests", "test_languages", "tests_in_body"]

_SHORTEST = 20
_SHORTEST_CJK = 8
_WANTED_NEGATIVE = 2
_NOT_WORDS = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    """Return the words of a text only, so that markup and punctuation make no difference."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


@rule(content.RUBRIC_LEAK)
def leaks(subject: Subject) -> Iterator[Diagnostic]:
    """Report criteria that stand, word for word, in what an assistant loads.

    Criteria shorter than 20 characters (8 with Chinese ones) say too little to be a leak. The test
    cases of a one-file skill are taken out by the build, so they are no leak.
    """
    skill = subject.skill
    expert = skill.dialect is Dialect.EXPERT
    ours = skill.dialect in {Dialect.CANONICAL, Dialect.EXPERT}
    # In other dialects what looks like a test case is part of what the skill teaches.
    wanted = list(_criteria(skill.all_tests if ours else skill.tests))
    if not wanted:
        return
    for document in subject.documents:
        body = _plain(document.body)
        here = [(case, text, plain) for case, text, plain in wanted if plain in body]
        if not here:
            continue
        told: set[str] = set()
        cases = _case_spans(document, skill.content.tests) if expert else []
        for section, block in sectioned(document):
            if section.role is Role.TESTS or any(block.span in span for span in cases):
                continue
            words = _plain(block.content or document.source.slice(block.span))
            for case, text, plain in here:
                # One finding a case and block is enough to find the others.
                key = f"{case.id}:{block.span.start}"
                if key not in told and plain in words:
                    told.add(key)
                    yield report(
                        content.RUBRIC_LEAK,
                        document.source,
                        _trimmed(document.source.text, block.span),
                        id=case.id,
                        excerpt=text[:80],
                    )


def _case_spans(document: Document, tests: tuple[TestCase, ...]) -> list[Span]:
    """Return where the test cases of a one-file skill stand in its text."""
    lines = {test.line for test in tests if test.path == document.source.path}
    return [
        section.blocks[at].span
        for section in document.tree.root.walk()
        for at in case_run(section.blocks, document.source, lines)
    ]


def _trimmed(text: str, span: Span) -> Span:
    """Return a span without the blanks around its text."""
    raw = text[span.start : span.end]
    start = span.start + len(raw) - len(raw.lstrip())
    return Span(start, max(start, span.start + len(raw.rstrip())))


def _criteria(cases: tuple[TestCase, ...]) -> Iterator[tuple[TestCase, str, str]]:
    for case in cases:
        for criterion in case.criteria:
            for text in (criterion.text.en, criterion.text.zh):
                plain = _plain(text or "")
                if text and len(plain) >= (_SHORTEST_CJK if has_cjk(plain) else _SHORTEST):
                    yield case, text, plain


@rule(content.TESTS_IN_BODY)
def tests_in_body(subject: Subject) -> Iterator[Diagnostic]:
    """Report sections of tests in a canonical body; other dialects keep them where they were."""
    if not subject.canonical:
        return
    for document in subject.documents:
        for section in document.tree.root.walk():
            if section.role is Role.TESTS and section.heading is not None:
                title = section.heading.text
                yield report(
                    content.TESTS_IN_BODY, document.source, section.heading.span, title=title
                )


@rule(content.TESTS_MISSING)
def missing_tests(subject: Subject) -> Iterator[Diagnostic]:
    """Report our own dialects without tests; the others have no place for them."""
    skill = subject.skill
    ours = skill.dialect in {Dialect.CANONICAL, Dialect.EXPERT}
    if ours and skill.kind is Kind.SKILL and not skill.all_tests:
        yield report(content.TESTS_MISSING, subject.place, name=skill.name)


@rule(content.FEW_NEGATIVE_TESTS)
def few_negative(subject: Subject) -> Iterator[Diagnostic]:
    """Report suites in which the skill is always the right one to use."""
    skill = subject.skill
    cases = skill.all_tests
    if not subject.canonical or not cases:
        return
    count = sum(case.trigger == "should_not" for case in cases)
    if count < _WANTED_NEGATIVE:
        path = _file(subject, cases[0])
        yield report(
            content.FEW_NEGATIVE_TESTS,
            path,
            name=skill.name,
            count=count,
            total=len(cases),
            wanted=_WANTED_NEGATIVE,
        )


@rule(content.TEST_LANGUAGE)
def test_languages(subject: Subject) -> Iterator[Diagnostic]:
    """Report cases of a bilingual canonical skill that exist in one language only."""
    if not subject.canonical or not subject.bilingual:
        return
    for case in subject.skill.tests:
        for part, text in _parts(case):
            missing = _missing(text)
            if missing is not None:
                yield Diagnostic(
                    content.TEST_LANGUAGE,
                    _file(subject, case),
                    case.line,
                    1 if case.line else 0,
                    args={"id": case.id, "language": missing.value, "part": part},
                )


def _parts(case: TestCase) -> Iterator[tuple[str, Text]]:
    yield "input", case.input
    for number, criterion in enumerate(case.criteria, 1):
        yield f"criteria[{number}]", criterion.text


def _missing(text: Text) -> Lang | None:
    """Return the language that a text lacks; text without any words needs none."""
    if text.complete or not text:
        return None
    if not any(char.isalpha() for char in text.pick(Lang.EN)):
        return None
    return Lang.ZH if text.en else Lang.EN


def _file(subject: Subject, case: TestCase) -> str:
    """Return the file that a case is in, as findings name it."""
    resource = subject.skill.resource(case.path)
    if resource is not None:
        return subject.located(resource)
    return case.path or subject.place
