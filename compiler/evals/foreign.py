"""The JSON eval files of other tools, told apart by their shape.

    form                shape
    evals.json          {skill_name, evals: [{id, prompt, expected_output, files,
                        expectations | assertions}]}        (skill-creator, agentskills.io)
    evaluations.json    {name, skills, query, expected_behavior, success_criteria}, or a list
    smoke.json          {cases: [{input, verifiers: [{type, values}]}]}
    trigger_eval.json   [{query, should_trigger}], or {should_trigger, should_not_trigger}

What has no place in a test case stays in its ``extra``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from ..codes.evals import BAD_CASE, NO_CASES, UNKNOWN_SHAPE
from ..codes.evaluation import FOREIGN_OPTION
from ..diagnostics import Diagnostic
from ..extract.criteria import criteria_of, criterion
from ..extract.drafts import slug
from ..localized import Text
from ..model import Check, Criterion, CriterionKind, TestCase
from ..source import Source
from .borrowed import borrowed_check
from .checks import OPTIONS
from .fields import Fields, Path, plain_text
from .jsontext import load_json

__all__ = ["read_eval_json"]

_PROMPTS = ("prompt", "query", "input", "question", "user_prompt")
_LISTS = ("evals", "cases", "evaluations", "queries", "tests", "eval_set", "trigger_evals")
_RUBRICS = ("expectations", "assertions", "criteria", "rubric")
_KIND_ALIASES = {
    "not-contains": "not_contains",
    "excludes": "not_contains",
    "does_not_contain": "not_contains",
    "includes": "contains",
    "matches": "regex",
    "pattern": "regex",
    "schema": "json_schema",
    "script": "python",
}
_REASONS = {
    "prompt": ("it has no prompt", "缺少提示语"),
    "grade": ("there is nothing to grade the answer by", "没有评判依据"),
    "mapping": ("it is not an object", "不是 JSON 对象"),
}
_READ = {"id", "name", "title", "files", "expected_output", "trigger", "should_trigger"}


def _words(value: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, str]:
    """Return the first of some keys that holds words, and the words."""
    for key in keys:
        words = value.get(key)
        if isinstance(words, str) and words.strip():
            return key, words.strip()
    return "", ""


def _statements(value: object) -> Iterator[str]:
    """Yield the statements of a list; an object among them says it under one of these keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Mapping):
                yield _words(part, ("text", "description", "expectation", "assertion", "name"))[1]


def _rubric(value: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Return the criteria of a case, those that it says twice once."""
    found: dict[str, Criterion] = {}
    for key in (*_RUBRICS, "success_criteria"):
        for words in _statements(value.get(key)):
            if words.strip():
                found.setdefault(words.strip(), criterion(words))
    # The steps that an author expects are one way to a good answer, not the only one.
    kind = CriterionKind.SHOULD if found else None
    for words in _statements(value.get("expected_behavior") or value.get("expected_behaviour")):
        if words.strip():
            found.setdefault(words.strip(), criterion(words, kind))
    return tuple(found.values())


def _checks(value: Mapping[str, Any], path: Path, fields: Fields) -> Iterator[Check]:
    for key in ("verifiers", "checks"):
        listed = value.get(key)
        for at, part in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(part, Mapping):
                yield from _verifier(part, (*path, key, at), fields)


def _verifier(part: Mapping[str, Any], path: Path, fields: Fields) -> Iterator[Check]:
    """Yield a check for each value: all of a verifier's values have to hold."""
    name = str(part.get("type", part.get("kind", "")))
    kind = _KIND_ALIASES.get(name.lower(), name.lower())
    named = next((key for key in ("value", "values", "pattern", "schema") if key in part), "value")
    values = part.get(named)
    options = {key: one for key, one in part.items() if key not in ("type", "kind", named)}
    for key in [key for key in options if key not in {"lang", *OPTIONS.get(kind, options)}]:
        fields.add(FOREIGN_OPTION, (*path, key), on_key=True, kind=name, key=key)
        del options[key]
    for one in values if isinstance(values, list) and named == "values" else [values]:
        yield from borrowed_check({"kind": kind, "value": one, **options}, path, fields, name)


def _strings(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(part for part in listed if isinstance(part, str) and part)


def _trigger(value: Mapping[str, Any]) -> str | None:
    for key in ("should_trigger", "trigger", "expected_trigger"):
        wanted = value.get(key)
        if isinstance(wanted, bool):
            return "should" if wanted else "should_not"
        if wanted in ("should", "should_not"):
            return str(wanted)
    return None


class _File:
    """One eval file while it is being read."""

    def __init__(self, fields: Fields, path: str) -> None:
        self.fields = fields
        self.path = path
        self.cases: dict[str, TestCase] = {}
        self.count = 0

    def skip(self, path: Path, why: str) -> None:
        """Leave a case out."""
        reason, reason_zh = _REASONS[why]
        self.fields.add(BAD_CASE, path, number=self.count, reason=reason, reason_zh=reason_zh)

    def read(self, value: object, path: Path, form: str, trigger: str | None = None) -> None:
        """Read one case of any of the formats."""
        self.count += 1
        if isinstance(value, str):
            value = {"query": value}
        if not isinstance(value, Mapping):
            self.skip(path, "mapping")
            return
        asked_key, asked = _words(value, _PROMPTS)
        if not asked:
            self.skip(path, "prompt")
            return
        expected = _words(value, ("expected_output", "expected", "expected_response"))[1]
        criteria = _rubric(value) or criteria_of(expected)
        checks = tuple(_checks(value, path, self.fields))
        trigger = trigger or _trigger(value)
        if not (criteria or checks or trigger):
            self.skip(path, "grade")
            return
        title = _words(value, ("title", "name"))[1]
        used = {asked_key, *_READ, *_RUBRICS, "verifiers", "checks", "success_criteria"}
        used |= {"expected", "expected_response", "expected_behavior", "expected_behaviour"}
        name = self._name(value, title)
        self.cases[name] = TestCase(
            id=name,
            title=plain_text(title) if title and title != name else Text(),
            input=plain_text(asked),
            criteria=criteria,
            checks=checks,
            files=_strings(value.get("files")),
            trigger=trigger,
            expected=expected,
            form=form,
            path=self.path,
            line=self.fields.line(path),
            extra={key: part for key, part in value.items() if key not in used},
        )

    def _name(self, value: Mapping[str, Any], title: str) -> str:
        """Return an id that no other case of the file has."""
        given = value.get("id")
        stem = slug(Text(en=title)) if title else ""
        if isinstance(given, str) and given.strip():
            name = given.strip()
        elif stem:
            name = stem
        elif isinstance(given, int) and not isinstance(given, bool):
            name = f"case-{given}"
        else:
            name = f"case-{self.count}"
        wanted, at = name, 2
        while name in self.cases:
            name, at = f"{wanted}-{at}", at + 1
        return name


def _form(value: Mapping[str, Any]) -> str:
    """Return the format that one case is written in."""
    if "should_trigger" in value:
        return "trigger_eval.json"
    if "verifiers" in value:
        return "smoke.json"
    if "expected_behavior" in value or "success_criteria" in value:
        return "evaluations.json"
    return "evals.json"


def _is_case(value: object) -> bool:
    if not isinstance(value, Mapping) or not _words(value, _PROMPTS)[1]:
        return False
    return bool(
        {"should_trigger", "verifiers", "success_criteria", "expected_behavior"} & value.keys()
        or {"expected_output", "expected", *_RUBRICS, "checks"} & value.keys()
    )


def _shape(value: object) -> Callable[[_File], None] | None:
    """Return the reader for what a file holds, ``None`` if it is no eval file."""
    if isinstance(value, list):
        if not any(_is_case(part) for part in value):
            return None
        return partial(_read_list, value=value, path=())
    if not isinstance(value, Mapping):
        return None
    if _is_case(value):
        return partial(_File.read, value=value, path=(), form=_form(value))
    sides = [key for key in ("should_trigger", "should_not_trigger") if _is_list(value.get(key))]
    if sides:
        return partial(_read_sides, value=value, sides=sides)
    for key in _LISTS:
        listed = value.get(key)
        if isinstance(listed, list) and ("skill_name" in value or _holds_cases(listed)):
            return partial(_read_list, value=listed, path=(key,))
    return None


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _holds_cases(value: list[Any]) -> bool:
    return not value or any(_is_case(part) for part in value)


def _read_list(file: _File, value: list[Any], path: Path) -> None:
    for at, part in enumerate(value):
        file.read(part, (*path, at), _form(part) if isinstance(part, Mapping) else "evals.json")


def _read_sides(file: _File, value: Mapping[str, Any], sides: list[str]) -> None:
    for key in sides:
        trigger = "should" if key == "should_trigger" else "should_not"
        for at, part in enumerate(value[key]):
            file.read(part, (key, at), "trigger_eval.json", trigger)


def read_eval_json(
    source: Source, path: str = ""
) -> tuple[tuple[TestCase, ...], tuple[Diagnostic, ...]]:
    """Read the cases of a JSON eval file of another tool.

    Such a file never keeps a skill from being built: a case that cannot be run is left out with
    a warning, and a file that is none of the formats gives a note.

    Args:
        source: The file.
        path: The path that the cases carry; by default the source's own.
    """
    where = path or source.path
    result = load_json(source)
    fields = Fields(source, result)
    if not result.ok:
        return (), result.diagnostics
    read = _shape(result.value)
    if read is None:
        fields.add(UNKNOWN_SHAPE, (), file=where)
        return (), (*result.diagnostics, *fields.findings)
    file = _File(fields, where)
    read(file)
    if not file.count:
        fields.add(NO_CASES, (), file=where)
    cases = tuple(file.cases.values())
    if len(cases) == 1 and re.fullmatch(r"case-\d+", cases[0].id):
        # One case a file: the file's name tells more than a number.
        stem = slug(Text(en=PurePosixPath(where).stem))
        cases = (replace(cases[0], id=stem or cases[0].id),)
    return cases, (*result.diagnostics, *fields.findings)
