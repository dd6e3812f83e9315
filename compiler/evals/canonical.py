"""``evals/cases.yaml``: the test cases of a canonical source, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..codes.evals import BAD_VALUE, DUPLICATE_ID, MISSING_INPUT, NO_CASES, NOTHING_TO_GRADE
from ..codes.frontmatter import KEY_NOT_TEXT
from ..diagnostics import Diagnostic
from ..extract.drafts import slug
from ..model import Check, Criterion, CriterionKind, TestCase
from ..source import Source
from ..yamlsafe import load
from .answers import AnswerReader
from .checks import read_check
from .fields import Fields, Path

__all__ = ["CASES_PATH", "read_cases"]

CASES_PATH = "evals/cases.yaml"
_TOP_KEYS = ("version", "skill", "description", "cases")
_READ_KEYS = (
    "id",
    "title",
    "input",
    "files",
    "criteria",
    "checks",
    "answers",
    "trigger",
    "expected",
)
# Kept in `extra` for whoever knows them: a note, what a report groups by.
_KEPT_KEYS = ("tags", "notes", "references", "difficulty", "source")
_CRITERION_KEYS = ("text", "kind", "weight")
_KINDS = tuple(kind.value for kind in CriterionKind)


def _criterion(value: object, path: Path, fields: Fields) -> Criterion | None:
    if not isinstance(value, Mapping):
        text = fields.text(value, path)
        return Criterion(text) if text else None
    if "text" not in value and ("en" in value or "zh" in value):
        text = fields.text(value, path)
        return Criterion(text) if text else None
    fields.unknown(value, _CRITERION_KEYS, path)
    text = fields.text(value.get("text"), (*path, "text"))
    kind = fields.choice(value.get("kind"), (*path, "kind"), _KINDS, CriterionKind.MUST.value)
    weight = fields.weight(value.get("weight"), (*path, "weight"))
    if not text:
        if not isinstance(value.get("text"), list | Mapping):
            fields.wrong((*path, "text"), value.get("text"), "a text", "文本")
        return None
    return Criterion(text, CriterionKind(kind), weight)


def _case(value: object, path: Path, fields: Fields, number: int) -> TestCase | None:
    if not isinstance(value, Mapping):
        fields.wrong(path, value, "a mapping with `id` and `input`", "含 `id` 与 `input` 的映射")
        return None
    fields.unknown(value, (*_READ_KEYS, *_KEPT_KEYS), path)
    title = fields.text(value.get("title"), (*path, "title"))
    name = fields.string(value.get("id"), (*path, "id")) or slug(title) or f"case-{number}"
    said = len(fields.findings)
    asked = fields.text(value.get("input"), (*path, "input"))
    said = len(fields.findings) - said
    criteria: list[Criterion] = []
    for place, part in fields.items(value.get("criteria"), (*path, "criteria")):
        if criterion := _criterion(part, place, fields):
            criteria.append(criterion)
    checks: list[Check] = []
    for place, part in fields.items(value.get("checks"), (*path, "checks")):
        if check := read_check(part, place, fields):
            checks.append(check)
    trigger = fields.choice(value.get("trigger"), (*path, "trigger"), ("should", "should_not"), "")
    if not asked:
        if not said:
            fields.add(MISSING_INPUT, path, case=name)
        return None
    if not (criteria or checks or trigger):
        fields.add(NOTHING_TO_GRADE, path, case=name)
        return None
    return TestCase(
        id=name,
        title=title,
        input=asked,
        criteria=tuple(criteria),
        checks=tuple(checks),
        answers=AnswerReader(fields, name, len(criteria), len(checks)).read(
            value.get("answers"), (*path, "answers")
        ),
        files=fields.strings(value.get("files"), (*path, "files")),
        trigger=trigger or None,
        expected=fields.string(value.get("expected"), (*path, "expected")),
        form="cases.yaml",
        line=fields.line(path),
        extra={key: part for key, part in value.items() if key not in _READ_KEYS},
    )


def _list(value: Any, fields: Fields) -> tuple[Any, Path]:
    """Return the list of cases and its place: below ``cases``, or the whole file."""
    if isinstance(value, list):
        return value, ()
    if not isinstance(value, Mapping):
        fields.wrong(
            (), value, "a mapping with `version` and `cases`", "含 `version` 与 `cases` 的映射"
        )
        return None, ()
    fields.unknown(value, _TOP_KEYS, ())
    version = value.get("version", 1)
    if version != 1 or isinstance(version, bool):
        fields.add(BAD_VALUE, ("version",), key="version", value=version, wanted="`1`")
    return value.get("cases"), ("cases",)


def read_cases(
    source: Source, path: str = ""
) -> tuple[tuple[TestCase, ...], tuple[Diagnostic, ...]]:
    """Read the cases of an ``evals/cases.yaml``.

    A case that cannot be run is reported and left out; so is a criterion or a check of it that
    says nothing. Of two cases with one id the second is left out. Texts are read without the
    white space around them.

    Args:
        source: The file.
        path: The path that the cases carry; by default the canonical one, if the file has it.
    """
    result = load(source)
    # Quotes stand behind the numbers of criteria, and those may be written as numbers.
    yaml_findings = tuple(
        found
        for found in result.diagnostics
        if found.code is not KEY_NOT_TEXT or not str(found.args["key"]).isdecimal()
    )
    fields = Fields(source, result)
    where = path or (CASES_PATH if source.path.endswith(CASES_PATH) else source.path)
    if result.value is None and not result.ok:
        return (), yaml_findings
    raw, base = (None, ()) if result.value is None else _list(result.value, fields)
    cases: dict[str, TestCase] = {}
    for place, part in fields.items(raw, base):
        case = _case(part, place, fields, len(cases) + 1)
        if case is None:
            continue
        if (first := cases.get(case.id)) is not None:
            fields.add(DUPLICATE_ID, (*place, "id"), case=case.id, line=first.line)
            continue
        cases[case.id] = replace(case, path=where)
    if not cases and not fields.findings:
        fields.add(NO_CASES, base, file=where)
    return tuple(cases.values()), (*yaml_findings, *fields.findings)
