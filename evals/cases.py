"""A skill's test cases as a run needs them: in one language, with everything in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from polyskill.compiler.codes.evaluation import (
    CASE_BINARY_FILE,
    CASE_LANGUAGE,
    CASE_MISSING_FILE,
    NOTHING_SELECTED,
)
from polyskill.compiler.diagnostics import Code, Diagnostic
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import ReferenceAnswer, Resource, Skill, TestCase
from polyskill.runtime.judge.checks import CheckSpec

__all__ = [
    "CaseAnswer",
    "CaseCheck",
    "CaseCriterion",
    "EvalCase",
    "Quote",
    "cases_of",
    "folder_of",
    "selected",
]

_LANGUAGES = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}
_TAG = "tag:"


@dataclass(frozen=True, slots=True)
class CaseCriterion:
    """A criterion in the case's language; ``kind`` is "must", "should" or "must_not"."""

    text: str
    kind: str = "must"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """A check of answers in the case's language; ``number`` counts all checks of the source."""

    number: int
    kind: str
    value: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> CheckSpec:
        """What runs the check needs."""
        return CheckSpec(self.kind, self.value, self.options)


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of an answer that show criterion ``number`` to be met."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """A reference answer in the case's language; see :class:`ReferenceAnswer`.

    ``name`` is its id, or its number among the answers of the case.
    """

    name: str
    label: str
    by: str
    text: str
    fails: tuple[int, ...] = ()
    fails_checks: tuple[int, ...] = ()
    quotes: tuple[Quote, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class EvalCase:
    """One case in one language.

    ``prompt`` is what a model is asked: the input, and behind it the files, fenced and named.
    ``folder`` is the skill's folder, where checks find their files; ``path`` the file that the
    case stands in (relative to the folder), ``line`` its line.
    """

    id: str
    lang: str
    title: str
    prompt: str
    criteria: tuple[CaseCriterion, ...] = ()
    checks: tuple[CaseCheck, ...] = ()
    answers: tuple[CaseAnswer, ...] = ()
    trigger: str = ""
    tags: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    folder: str = ""


def selected(cases: Sequence[TestCase], select: Sequence[str]) -> tuple[list[TestCase], list[str]]:
    """Return the cases that one of the patterns names (all, without patterns).

    A pattern is an id, a tag, or a glob of either; with ``tag:`` before it, it is of tags alone.
    The second list has the patterns that name no case.
    """
    if not select:
        return list(cases), []
    hits = {pattern: [case for case in cases if _named(case, pattern)] for pattern in select}
    wanted = {id(case) for found in hits.values() for case in found}
    return (
        [case for case in cases if id(case) in wanted],
        [pattern for pattern, found in hits.items() if not found],
    )


def _named(case: TestCase, pattern: str) -> bool:
    names = list(_tags(case))
    if not pattern.startswith(_TAG):
        names.append(case.id)
    wanted = pattern.removeprefix(_TAG)
    return any(name == wanted or fnmatchcase(name, wanted) for name in names)


def _tags(case: TestCase) -> tuple[str, ...]:
    given = case.extra.get("tags")
    listed = given if isinstance(given, list) else [given]
    return tuple(str(tag) for tag in listed if isinstance(tag, str | int) and str(tag))


def cases_of(
    skill: Skill, langs: Sequence[str] = ("en", "zh"), select: Sequence[str] = ()
) -> tuple[list[EvalCase], list[Diagnostic]]:
    """Return what a quality run asks: the cases with something to grade, one a language.

    Cases that test nothing but triggering are left out; so is, with a finding, a case in a
    language that its input does not have. Two cases of different files may have the same id: the
    first one counts, as in a canonical folder.

    Args:
        skill: the skill, as it was read.
        langs: "en", "zh".
        select: ids, tags, globs of them (see :func:`selected`); nothing selects all.
    """
    graded = {case.id: case for case in reversed(skill.all_tests) if case.criteria or case.checks}
    chosen, unknown = selected(list(reversed(graded.values())), select)
    findings = [
        Diagnostic(NOTHING_SELECTED, skill.path, args={"pattern": pattern}, skill=skill.name)
        for pattern in unknown
    ]
    cases: list[EvalCase] = []
    for case in chosen:
        maker = _Maker(skill, case)
        cases += maker.make(langs)
        findings += maker.findings
    return cases, findings


def folder_of(skill: Skill) -> str:
    """Return the folder that a skill lives in, also of a skill in a single file."""
    single = skill.main is not None and skill.main.source.path == skill.path
    return str(Path(skill.path).parent) if single else skill.path


class _Maker:
    """Makes the language versions of one case."""

    def __init__(self, skill: Skill, case: TestCase) -> None:
        self.skill = skill
        self.case = case
        self.findings: list[Diagnostic] = []
        self.folder = folder_of(skill)

    def add(self, code: Code, **args: object) -> None:
        place = self.case.path
        if self.skill.resource(place) is not None:  # relative to the folder, as resources are
            place = f"{self.skill.path}/{place}"
        self.findings.append(
            Diagnostic(
                code,
                place or self.skill.path,
                self.case.line,
                args={"case": self.case.id, **args},
                skill=self.skill.name,
            )
        )

    def make(self, langs: Sequence[str]) -> Iterator[EvalCase]:
        files: list[tuple[str, Resource | None]] = []
        wanted = [lang for lang in dict.fromkeys(langs) if self._has_input(lang)]
        if wanted:
            files = self._files()
        for name in wanted:
            lang, case = Lang(name), self.case
            asked = case.input.get(lang) or ""
            yield EvalCase(
                id=case.id,
                lang=name,
                title=case.title.pick(lang),
                prompt=asked + "".join(_attached(path, found, lang) for path, found in files),
                criteria=tuple(
                    CaseCriterion(one.text.pick(lang), one.kind.value, one.weight)
                    for one in case.criteria
                ),
                checks=tuple(
                    CaseCheck(number, check.kind, check.value, dict(check.options))
                    for number, check in enumerate(case.checks, 1)
                    if check.lang in (None, lang)
                ),
                answers=tuple(
                    _answer(answer, number, lang)
                    for number, answer in enumerate(case.answers, 1)
                    if answer.text.get(lang)
                ),
                trigger=case.trigger or "",
                tags=_tags(case),
                path=case.path,
                line=case.line,
                folder=self.folder,
            )

    def _has_input(self, lang: str) -> bool:
        if self.case.input.get(Lang(lang)):
            return True
        name, name_zh = _LANGUAGES[lang]
        self.add(CASE_LANGUAGE, lang=name, lang_zh=name_zh, key=lang)
        return False

    def _files(self) -> list[tuple[str, Resource | None]]:
        """Return the case's files; one that cannot be shown has no resource."""
        found: list[tuple[str, Resource | None]] = []
        for name in self.case.files:
            resource = self._resource(name)
            if resource is None:
                self.add(CASE_MISSING_FILE, file=name)
                continue
            shown = PurePosixPath(resource.path).name
            if resource.binary:
                self.add(CASE_BINARY_FILE, file=name)
                found.append((shown, None))
            else:
                found.append((shown, resource))
        return found

    def _resource(self, name: str) -> Resource | None:
        """Find a file from the skill's folder, or from the folder of the case's own file."""
        plain = PurePosixPath(name.replace("\\", "/"))
        beside = PurePosixPath(self.case.path).parent / plain
        places = (str(plain), str(beside), str("evals" / plain))
        found = (self.skill.resource(place) for place in places)
        return next((resource for resource in found if resource is not None), None)


def _attached(name: str, resource: Resource | None, lang: Lang) -> str:
    """Return a file as it stands behind the input."""
    label = f"文件 `{name}`" if lang is Lang.ZH else f"File `{name}`"
    if resource is None:
        return f"\n\n{label}"
    text = resource.data.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    longest, run = 2, 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    colon = "：" if lang is Lang.ZH else ":"
    return f"\n\n{label}{colon}\n\n{fence}\n{text}\n{fence}"


def _answer(answer: ReferenceAnswer, number: int, lang: Lang) -> CaseAnswer:
    return CaseAnswer(
        name=answer.id or str(number),
        label=answer.label,
        by=answer.by,
        text=answer.text.get(lang) or "",
        fails=answer.fails,
        fails_checks=answer.fails_checks,
        quotes=tuple(Quote(at, quote.pick(lang)) for at, quote in answer.quotes.items()),
        line=answer.line,
    )
