"""A skill's case in somebody's own test: its prompt, and its checks of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler import readers
from polyskill.compiler.diagnostics import Severity
from polyskill.compiler.model import Skill
from polyskill.runtime.judge.checks import Answer, Finding, run_check

from .cases import EvalCase, cases_of

__all__ = ["SkillCase", "detail_of", "parameters", "read"]

#: Checks of what an agent did: a text says nothing about it.
BY_USE = frozenset({"tool", "skill"})
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class SkillCase:
    """A case in one language, with the checks that need no model."""

    case: EvalCase

    def __repr__(self) -> str:
        return f"<case {self.case.id} [{self.case.lang}]>"

    @property
    def id(self) -> str:
        """The id of the case."""
        return self.case.id

    @property
    def lang(self) -> str:
        """The language of its prompt: "en" or "zh"."""
        return self.case.lang

    @property
    def prompt(self) -> str:
        """What to ask: the input, and behind it the files of the case."""
        return self.case.prompt

    def check(self, answer: str | Answer) -> tuple[Finding, ...]:
        """Run the checks on an answer, and return what each found.

        A text tells nothing of tools and skills: to have these checked, too, give an
        :class:`~polyskill.runtime.judge.checks.Answer`.

        Raises:
            MissingLibrary: a check needs a library that is not installed.
        """
        if isinstance(answer, str):
            answer = Answer(answer, lang=self.lang, prompt=self.prompt)
        folder = Path(self.case.folder) if self.case.folder else None
        return tuple(run_check(one.spec, answer, folder) for one in self.case.checks)

    def assert_passes(self, answer: str | Answer) -> None:
        """Fail the test if a check does not pass, or cannot be run.

        Checks of tools and skills are left out where nothing is known of them.

        Raises:
            AssertionError: with the checks that failed and why; also if nothing was checked.
            MissingLibrary: a check needs a library that is not installed.
        """
        found = list(zip(self.case.checks, self.check(answer), strict=True))
        counted = [
            (check, one)
            for check, one in found
            if one.passed is not None or check.kind not in BY_USE
        ]
        text = answer if isinstance(answer, str) else answer.text
        if not counted:
            pytest.fail(
                f"{self._place}: the case has no check that this answer could pass or fail; its "
                "criteria need a judge",
                pytrace=False,
            )
        wrong = [
            f"  {'failed' if one.passed is False else 'could not be run'}: "
            f"check {check.number}: {one.label}{detail_of(one, self.lang)}"
            for check, one in counted
            if not one.passed
        ]
        if wrong:
            lines = [f"{self._place}: the answer does not pass", *wrong, f"  answer: {text[:2000]}"]
            pytest.fail("\n".join(lines), pytrace=False)

    @property
    def _place(self) -> str:
        return f"{self.case.folder}/{self.case.path}:{self.case.line}: {self.id} [{self.lang}]"


def detail_of(found: Any, lang: str) -> str:
    """Return what a check found, behind a dash, in the language of the case."""
    detail = (found.detail_zh if lang == "zh" else "") or found.detail
    return f" — {detail}" if detail else ""


def read(path: Path) -> list[Skill]:
    """Return the skills at a path.

    Raises:
        pytest.Collector.CollectError: there is none, or one of them cannot be read.
    """
    candidates = readers.discover(path)
    results = [readers.read(candidate) for candidate in candidates]
    skills = [skill for result in results for skill in result.skills]
    findings = [found for result in results for found in result.diagnostics]
    findings += [found for skill in skills for found in skill.diagnostics]
    errors = [found for found in findings if found.severity is Severity.ERROR]
    if errors:
        lines = [
            f"{one.location}: {one.code.id} {one.message()}\n    {one.help()}" for one in errors
        ]
        raise pytest.Collector.CollectError("\n".join(lines))
    if not skills:
        msg = f"{path}: there is no skill here"
        raise pytest.Collector.CollectError(msg)
    return skills


def parameters(marker: pytest.Mark | None, root: Path) -> list[Any]:
    """Return the cases that a marker names, as parameters of a test.

    Raises:
        pytest.Collector.CollectError: the marker names no skill, or no case of it.
    """
    if marker is None or len(marker.args) != 1 or set(marker.kwargs) - {"lang", "only"}:
        msg = (
            "polyskill_case needs a skill: "
            '@pytest.mark.polyskill("path/to/skill", lang="en", only=["case-id"])'
        )
        raise pytest.Collector.CollectError(msg)
    langs = _listed(marker.kwargs.get("lang", _LANGUAGES))
    if not langs or set(langs) - set(_LANGUAGES):
        msg = f"lang: en, zh or both, not {marker.kwargs['lang']!r}"
        raise pytest.Collector.CollectError(msg)
    only = _listed(marker.kwargs.get("only", ()))
    skills = read(root / marker.args[0])
    cases = [case for skill in skills for case in cases_of(skill, langs, only)[0]]
    if not cases:
        msg = f"{marker.args[0]}: no case is chosen by {', '.join(only) or 'these languages'}"
        raise pytest.Collector.CollectError(msg)
    return [_parameter(case) for case in cases]


def _listed(value: str | Iterable[str]) -> Sequence[str]:
    listed = value.split(",") if isinstance(value, str) else list(value)
    return [part.strip() for part in listed]


def _parameter(case: EvalCase) -> Any:
    marks = (
        [pytest.mark.skip(reason="the case has no checks; its criteria need a judge")]
        if not case.checks
        else []
    )
    return pytest.param(SkillCase(case), id=f"{case.id}-{case.lang}", marks=marks)
