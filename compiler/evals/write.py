"""Test cases as files: our ``cases.yaml``, and ``evals.json`` for other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..extract.criteria import is_negative
from ..frontmatter.emit import emit
from ..localized import Lang, Text
from ..model import Check, Criterion, CriterionKind, ReferenceAnswer, TestCase
from .fields import plain_text

__all__ = ["check_statement", "statement", "write_cases", "write_evals_json"]

VERSION = 1


def _text(text: Text) -> Any:
    """Return a text as it is written: plain where it is read back as what it is."""
    if text.en is not None and text.zh is None and plain_text(text.en) == text:
        return text.en
    if text.zh is not None and text.en is None and plain_text(text.zh) == text:
        return text.zh
    return {lang: words for lang, words in (("en", text.en), ("zh", text.zh)) if words is not None}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    made: dict[str, Any] = {"text": _text(criterion.text), "kind": criterion.kind.value}
    if criterion.weight != 1.0:
        made["weight"] = _number(criterion.weight)
    return made


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _check(check: Check) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": check.kind}
    if check.value is not None:
        made["value"] = check.value
    if check.lang is not None:
        made["lang"] = check.lang.value
    return {**made, **check.options}


def _answer(answer: ReferenceAnswer) -> dict[str, Any]:
    made: dict[str, Any] = {"id": answer.id} if answer.id else {}
    made |= {"label": answer.label, "by": answer.by, "text": _text(answer.text)}
    if answer.fails or answer.fails_checks:
        made["fails"] = [*answer.fails, *(f"check:{number}" for number in answer.fails_checks)]
    if answer.quotes:
        made["quotes"] = {str(number): _text(quote) for number, quote in answer.quotes.items()}
    return made


def _case(case: TestCase) -> dict[str, Any]:
    made: dict[str, Any] = {"id": case.id}
    if case.title:
        made["title"] = _text(case.title)
    made["input"] = _text(case.input)
    if case.files:
        made["files"] = list(case.files)
    if case.trigger:
        made["trigger"] = case.trigger
    if case.criteria:
        made["criteria"] = [_criterion(criterion) for criterion in case.criteria]
    if case.checks:
        made["checks"] = [_check(check) for check in case.checks]
    if case.answers:
        made["answers"] = [_answer(answer) for answer in case.answers]
    if case.expected:
        made["expected"] = case.expected
    return {**made, **{key: value for key, value in case.extra.items() if key not in made}}


def write_cases(tests: Sequence[TestCase]) -> str:
    """Return test cases as the text of an ``evals/cases.yaml``; equal cases give equal bytes."""
    values = {"version": VERSION, "cases": [_case(case) for case in tests]}
    return emit(values).removeprefix("---\n").removesuffix("---\n")


def statement(criterion: Criterion, lang: Lang) -> str:
    """Return a criterion as a statement that is true of a good answer.

    The words of a ``MUST_NOT`` may name what is wrong ("Claims that …") or forbid it already
    ("Does not claim that …"); the first sort is turned round.
    """
    words = criterion.text.pick(lang)
    if criterion.kind is not CriterionKind.MUST_NOT or is_negative(words):
        return words
    chinese = plain_text(words).zh is not None
    return f"回答中不得出现：{words}" if chinese else f"The answer must not do this: {words}"


def check_statement(check: Check) -> str | None:
    """Return a check as a statement that is true of a good answer, ``None`` if it takes more."""
    values = check.value if isinstance(check.value, list) else [check.value]
    listed = ", ".join(f"`{value}`" for value in values)
    match check.kind:
        case "contains" if check.options.get("any"):
            return f"The answer contains at least one of {listed}"
        case "contains":
            return f"The answer contains {listed}"
        case "not_contains":
            return f"The answer does not contain {listed}"
        case "regex":
            flags = check.options.get("flags")
            more = f" (flags: {flags})" if flags else ""
            return f"The answer matches the regular expression {listed}{more}"
        case "language":
            name = "Chinese" if check.value == "zh" else "English"
            return f"The answer is written in {name}"
    return None


def _evals_case(case: TestCase, number: int, lang: Lang) -> dict[str, Any]:
    said = [statement(criterion, lang) for criterion in case.criteria]
    said += [
        words
        for check in case.checks
        if check.lang in (None, lang) and (words := check_statement(check)) is not None
    ]
    expected = case.expected or "; ".join(words.rstrip(".。") for words in said)
    return {
        "id": number,
        "name": case.id,
        "prompt": case.input.pick(lang),
        "expected_output": expected,
        "files": list(case.files),
        "expectations": said,
        "assertions": said,
    }


def write_evals_json(skill_name: str, tests: Sequence[TestCase], lang: Lang = Lang.EN) -> str:
    """Return test cases as ``evals.json``, as skill-creator and agentskills.io read it.

    One tool reads ``expectations``, the other one ``assertions``: both are there. Cases that only
    test triggering have no place in this format.
    """
    graded = [case for case in tests if case.criteria or case.checks]
    value: Mapping[str, Any] = {
        "skill_name": skill_name,
        "evals": [_evals_case(case, at, lang) for at, case in enumerate(graded, start=1)],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
