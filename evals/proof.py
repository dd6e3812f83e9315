"""Tests of the tests: does a case tell its good reference answers from its flawed ones?

Without a model. The deterministic checks run on each reference answer; what only a judge could
say is taken from the author's labels, whose evidence (quotes) is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from polyskill.compiler.codes.evaluation import (
    ANSWERS_ALIKE,
    CHECK_NOT_RUN,
    CHECK_TRIVIAL,
    CRITERION_UNPROVEN,
    EVIDENCE_IN_FLAWED,
    FLAWED_FAILS_OTHER,
    FLAWED_PASSES,
    GOOD_FAILS,
    NO_EVIDENCE,
    NO_REFERENCE,
)
from polyskill.compiler.diagnostics import Code, Diagnostic, Severity
from polyskill.compiler.evals import quoted
from polyskill.runtime.judge.checks import Answer, Finding, run_check

from .cases import CaseAnswer, CaseCheck, EvalCase

__all__ = ["AnswerProof", "Proof", "prove"]

#: Checks of what an agent did: an answer's text says nothing about it.
_OF_RUNS = frozenset({"tool", "skill"})
_LABELS = {"good": ("good", "好"), "flawed": ("flawed", "有缺陷")}
_PROBES = (
    ("an empty answer", "空答案"),
    ("the prompt itself", "提示语本身"),
)


@dataclass(frozen=True, slots=True)
class AnswerProof:
    """What the checks found on one reference answer; numbers count from 1.

    ``passed``, ``failed`` and ``not_run`` are checks. ``shown`` are the criteria with a quote,
    ``missing`` those that would need one: for a good answer every ``must``, for a flawed one every
    ``must_not`` that it violates.
    """

    name: str
    label: str
    by: str
    passed: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    not_run: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Proof:
    """Whether a case tells good from flawed, in one language.

    ``criteria`` and ``checks`` count what the case has in this language (checks of tools and skills
    apart: an answer cannot show them). ``trivial`` are the checks that pass on no answer at all,
    ``unproven`` the criteria and ``unproven_checks`` the checks that no flawed answer fails.
    """

    case: str
    lang: str
    answers: tuple[AnswerProof, ...]
    criteria: int = 0
    checks: int = 0
    trivial: tuple[int, ...] = ()
    unproven: tuple[int, ...] = ()
    unproven_checks: tuple[int, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def verdict(self) -> str:
        """How far the case tells good from flawed.

        "distinguishes"; "incomplete": something that should show it is missing; "contradicted": an
        answer does not do what its label says.
        """
        found = {finding.severity for finding in self.findings}
        if Severity.ERROR in found:
            return "contradicted"
        return "incomplete" if Severity.WARNING in found else "distinguishes"


def prove(case: EvalCase) -> Proof:
    """Test one case with its reference answers.

    Raises:
        MissingLibrary: a check needs a library that is not installed.
    """
    return _Prover(case).prove()


class _Prover:
    def __init__(self, case: EvalCase) -> None:
        self.case = case
        self.folder = Path(case.folder) if case.folder else None
        self.findings: list[Diagnostic] = []
        self.checks = tuple(check for check in case.checks if check.kind not in _OF_RUNS)

    def add(self, code: Code, at: int | None = None, /, **args: object) -> None:
        case = self.case
        place = f"{case.folder}/{case.path}" if _relative(case) else case.path
        args = {"case": case.id, "lang": case.lang, **args}
        self.findings.append(Diagnostic(code, place, at or case.line, args=args))

    def prove(self) -> Proof:
        results = {answer.name: self._run(answer.text) for answer in self.case.answers}
        self._not_run(results)
        answers = tuple(self._answer(one, results[one.name]) for one in self.case.answers)
        self._contradictions()
        for label, (name, name_zh) in _LABELS.items():
            if not any(answer.label == label for answer in answers):
                self.add(NO_REFERENCE, label=name, label_zh=name_zh)
        flawed = [answer for answer in answers if answer.label == "flawed"]
        failing = {number for answer in flawed for number in answer.failed}
        trivial = tuple(self._trivial(failing))
        noticed = {number for answer in self.case.answers for number in answer.fails}
        unproven = tuple(
            number for number, _ in enumerate(self.case.criteria, 1) if number not in noticed
        )
        unproven_checks = tuple(
            check.number for check in self.checks if check.number not in failing
        )
        if flawed:
            self._unproven(unproven, unproven_checks)
        return Proof(
            self.case.id,
            self.case.lang,
            answers,
            len(self.case.criteria),
            len(self.checks),
            trivial,
            unproven,
            unproven_checks,
            tuple(self.findings),
        )

    def _run(self, text: str) -> dict[int, Finding]:
        answer = Answer(text, lang=self.case.lang, prompt=self.case.prompt)
        return {check.number: run_check(check.spec, answer, self.folder) for check in self.checks}

    def _not_run(self, results: Mapping[str, Mapping[int, Finding]]) -> None:
        """Report each check that could not be run, once."""
        said: set[int] = set()
        for found in results.values():
            for number, finding in found.items():
                if finding.passed is None and number not in said:
                    said.add(number)
                    self.add(CHECK_NOT_RUN, number=number, **_detail(finding))

    def _answer(self, answer: CaseAnswer, found: Mapping[int, Finding]) -> AnswerProof:
        by_result: dict[bool | None, list[int]] = {True: [], False: [], None: []}
        for number, finding in found.items():
            by_result[finding.passed].append(number)
        for number in by_result[False]:
            if answer.label == "good":
                code = GOOD_FAILS
            elif number not in answer.fails_checks:
                code = FLAWED_FAILS_OTHER
            else:
                continue
            self.add(
                code,
                answer.line,
                answer=f"`{answer.name}`",
                number=number,
                **_detail(found[number]),
            )
        for number in answer.fails_checks:
            if number in by_result[True]:
                self.add(FLAWED_PASSES, answer.line, answer=f"`{answer.name}`", number=number)
        shown = tuple(sorted(quote.number for quote in answer.quotes))
        missing = tuple(number for number in self._evidence(answer) if number not in shown)
        label, label_zh = _LABELS[answer.label]
        for number in missing:
            self.add(
                NO_EVIDENCE,
                answer.line,
                answer=f"`{answer.name}`",
                label=label,
                label_zh=label_zh,
                number=number,
            )
        return AnswerProof(
            answer.name,
            answer.label,
            answer.by,
            passed=tuple(by_result[True]),
            failed=tuple(by_result[False]),
            not_run=tuple(by_result[None]),
            shown=shown,
            missing=missing,
        )

    def _evidence(self, answer: CaseAnswer) -> Iterator[int]:
        """Yield the criteria that an answer has to show with a quote."""
        for number, criterion in enumerate(self.case.criteria, 1):
            violated = criterion.kind == "must_not" and number in answer.fails
            if violated or (criterion.kind == "must" and answer.label == "good"):
                yield number

    def _contradictions(self) -> None:
        """Report answers whose labels their own words contradict."""
        answers = self.case.answers
        good = [answer for answer in answers if answer.label == "good"]
        for flawed in (answer for answer in answers if answer.label == "flawed"):
            for other in good:
                if " ".join(flawed.text.split()) == " ".join(other.text.split()):
                    self.add(
                        ANSWERS_ALIKE,
                        flawed.line,
                        answer=f"`{flawed.name}`",
                        other=f"`{other.name}`",
                    )
            for number in flawed.fails:
                if self.case.criteria[number - 1].kind == "must_not":
                    continue
                evidence = [
                    quote.text for one in good for quote in one.quotes if quote.number == number
                ]
                if any(quoted(words, flawed.text) for words in evidence):
                    self.add(
                        EVIDENCE_IN_FLAWED,
                        flawed.line,
                        answer=f"`{flawed.name}`",
                        number=number,
                    )

    def _trivial(self, failing: set[int]) -> Iterator[int]:
        """Yield the checks that an empty answer, or the prompt given back, would pass.

        One that a flawed answer fails has shown what it is for: ``not_contains`` is of that sort.
        """
        probes = [self._run(text) for text in ("", self.case.prompt)]
        for check in self.checks:
            passes = [_PROBES[at] for at, found in enumerate(probes) if found[check.number].passed]
            if passes and check.number not in failing and not _expected(check, passes):
                english, chinese = zip(*passes, strict=True)
                self.add(
                    CHECK_TRIVIAL,
                    number=check.number,
                    what=" and on ".join(english),
                    what_zh="和".join(chinese),
                )
                yield check.number

    def _unproven(self, criteria: Sequence[int], checks: Sequence[int]) -> None:
        parts = []
        if criteria:
            numbers = ", ".join(map(str, criteria))
            noun = "criterion" if len(criteria) == 1 else "criteria"
            parts.append((f"{noun} {numbers}", f"判据 {numbers}"))
        if checks:
            numbers = ", ".join(map(str, checks))
            noun = "check" if len(checks) == 1 else "checks"
            parts.append((f"{noun} {numbers}", f"检查 {numbers}"))
        if parts:
            english, chinese = zip(*parts, strict=True)
            self.add(CRITERION_UNPROVEN, what=" or ".join(english), what_zh="、".join(chinese))


def _expected(check: CaseCheck, passes: Sequence[tuple[str, str]]) -> bool:
    """Return whether a check cannot but pass: the prompt is in the language that is asked for."""
    return check.kind == "language" and passes == [_PROBES[1]]


def _relative(case: EvalCase) -> bool:
    """Return whether the case's path starts at the skill's folder (one of the body's does not)."""
    return bool(case.folder) and not case.path.startswith(case.folder)


def _detail(finding: Finding) -> dict[str, str]:
    detail = finding.detail or finding.label
    return {"detail": detail, "detail_zh": finding.detail_zh or detail}
