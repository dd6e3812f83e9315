"""Cases as pytest items: reference answers are proved, recorded answers graded, all offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.diagnostics import Diagnostic, Severity
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.runtime.judge.missing import MissingLibrary

from .cases import EvalCase, cases_of
from .errors import EvalError
from .proof import prove
from .pytest_case import detail_of, read
from .recording import find_recordings, read_recording
from .replay import replay
from .results import CriterionResult, Run, Sample

__all__ = ["CaseItem", "CasesFile"]

_LANGUAGES = ("en", "zh")
_LONGEST = 2000  # characters of an answer that a failure repeats


class CaseFailure(Exception):
    """What is wrong with a case, or with the answers that were recorded for it."""


@dataclass(frozen=True)
class _Replay:
    """A recording, replayed."""

    path: Path
    run: Run

    @property
    def current(self) -> frozenset[str]:
        """The arms that are the skill as it is."""
        return frozenset(arm.name for arm in self.run.arms if arm.kind == "current")

    @property
    def stale(self) -> bool:
        """Whether the skill has changed since."""
        return not self.current.isdisjoint(self.run.stale)

    def samples(self, case: EvalCase) -> list[Sample]:
        """Return what was answered to a case with the skill as it is."""
        return [
            one
            for one in self.run.samples
            if (one.case, one.lang) == (case.id, case.lang) and one.arm in self.current
        ]


class CasesFile(pytest.File):
    """The ``evals/cases.yaml`` of a skill."""

    _replays: list[_Replay] | None = None

    def collect(self) -> Iterator[CaseItem]:
        """Yield an item for each case and language."""
        self.skills = read(self.path.parent.parent)
        for skill in self.skills:
            cases, _ = cases_of(skill, _LANGUAGES)
            for case in cases:
                if self._is_here(case):
                    yield CaseItem.from_parent(self, name=f"{case.id}[{case.lang}]", case=case)

    def _is_here(self, case: EvalCase) -> bool:
        return (Path(case.folder) / case.path).resolve() == self.path.resolve()

    def replays(self) -> list[_Replay]:
        """Return the recordings of the skill, replayed once for all cases.

        Raises:
            EvalError: a recording cannot be read.
        """
        if self._replays is None:
            self._replays = list(_replays(self.path.parent.parent, self.skills))
        return self._replays


def _replays(folder: Path, skills: Iterable[Skill]) -> Iterator[_Replay]:
    for skill in skills:
        for path in find_recordings(folder):
            # no arm has to be fetched for a replay, so nothing is put into this folder
            yield _Replay(path, replay(skill, read_recording(path), folder))


class CaseItem(pytest.Item):
    """One case in one language."""

    def __init__(self, *, case: EvalCase, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        """Prove the case, then grade what was recorded for it.

        Raises:
            CaseFailure: a reference answer contradicts its label, or a recorded one fails.
            EvalError: a recording cannot be read.
            MissingLibrary: a check needs a library that is not installed.
        """
        findings = prove(self.case).findings
        self._told([found for found in findings if found.severity is not Severity.ERROR])
        errors = [found for found in findings if found.severity is Severity.ERROR]
        if errors:
            raise CaseFailure("\n".join(map(self._said, errors)))
        assert isinstance(self.parent, CasesFile)
        replays = self.parent.replays()
        failed = [
            text
            for one in replays
            if not one.stale
            for sample in one.samples(self.case)
            if sample.passed is False
            for text in self._failure(one, sample)
        ]
        if failed:
            raise CaseFailure("\n".join(failed))
        stale = [one.path.name for one in replays if one.stale and one.samples(self.case)]
        if stale:
            names = ", ".join(stale)
            pytest.skip(
                f"the case holds; {names}: the skill has changed since it was recorded"
                if self.case.lang == "en"
                else f"用例本身通过；{names}：录制之后技能已有改动"
            )

    def _told(self, findings: list[Diagnostic]) -> None:
        if findings:
            self.add_report_section("call", "polyskill", "\n".join(map(self._said, findings)))

    def _said(self, found: Diagnostic) -> str:
        lang = Lang(self.case.lang)
        return (
            f"{_near(found.path)}:{found.line}: {found.code.id} {found.message(lang)}\n"
            f"    {found.why(lang)}\n    → {found.help(lang)}"
        )

    def _failure(self, one: _Replay, sample: Sample) -> Iterator[str]:
        english = self.case.lang == "en"
        yield (
            f"{self._place}: an answer that was recorded does not pass"
            if english
            else f"{self._place}：录制的答案未通过"
        )
        yield f"  {one.path.name}: {one.run.recorded_by}"
        yield f"  {sample.arm} · {sample.model} · {sample.repeat + 1}"
        for check in sample.checks:
            if check.passed is False:
                detail = detail_of(check, self.case.lang)
                yield f"  ✗ {check.label}{detail}"
        for criterion in sample.criteria:
            if criterion.passed is False:
                yield from _criterion(criterion)
        text = sample.answer or sample.detail
        yield "  " + text[:_LONGEST].replace("\n", "\n  ")

    @property
    def _place(self) -> str:
        return f"{_near(str(self.path))}:{self.case.line}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is wrong, without a traceback where it would say nothing."""
        error = excinfo.value
        if isinstance(error, EvalError):
            said = error.en if self.case.lang == "en" else error.zh
            return f"{error.where}: {said}"
        if isinstance(error, CaseFailure | MissingLibrary):
            return str(error)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands."""
        return self.path, max(self.case.line - 1, 0), self.name


def _criterion(one: CriterionResult) -> Iterator[str]:
    yield f"  ✗ {one.kind}: {one.text}"
    for opinion in one.opinions:
        yield f"    {opinion.judge}: {opinion.reason}"
        if opinion.quote:
            yield f"      “{opinion.quote}”"


def _near(path: str) -> str:
    """Return a path from the current folder, where it is below it."""
    place, here = Path(path), Path.cwd()
    return str(place.relative_to(here)) if place.is_relative_to(here) else path
