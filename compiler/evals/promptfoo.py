"""promptfoo's ``tests:`` lists, where they are simple: variables, and assertions on the output.

As of promptfoo 0.121 (promptfoo.dev/docs/configuration: test-cases, reference, expected-outputs;
read 2026-11-29): ``prompts``, ``defaultTest``, ``tests: [{description, vars, assert: [{type, value,
weight, threshold}], metadata}]``; ``not-`` before a type turns it round. Code (JavaScript, Python,
web hooks), similarity, cost and latency have no place here and are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..codes.evaluation import FOREIGN_LOST
from ..localized import Text
from ..model import Check, Criterion, TestCase
from .borrowed import (
    Collector,
    Texts,
    absent,
    borrowed_check,
    statement_of,
    unsupported,
)
from .ecmascript import from_javascript
from .fields import Fields, Path, plain_text

__all__ = ["FORM", "is_promptfoo", "read_promptfoo"]

FORM = "promptfoo"
_PROMPTS = ("prompt", "query", "input", "question", "user_prompt", "message")
_READ = ("description", "vars", "assert")
_RUBRICS = frozenset({"llm-rubric", "model-graded-closedqa", "g-eval"})
_VARIABLE = re.compile(r"\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*-?\}\}")
_NESTED = 3  # variables may hold variables
_LONGEST = 1 << 20
_RAW = re.compile(r"\{% raw %\}((?:(?!\{%-? *endraw)[\s\S])*)\{% endraw %\}")
_LISTED = re.compile(r"(i?)contains-(all|any)")


def is_promptfoo(value: object) -> bool:
    """Return whether a YAML value has promptfoo's shape."""
    if isinstance(value, Mapping) and ("prompts" in value or "providers" in value):
        return "tests" in value or "scenarios" in value
    tests = value.get("tests") if isinstance(value, Mapping) else value
    return isinstance(tests, list) and any(
        isinstance(test, Mapping) and ("assert" in test or "vars" in test) for test in tests
    )


def read_promptfoo(value: Mapping[str, Any] | list[Any], file: Collector, texts: Texts) -> None:
    """Read all tests into ``file``."""
    whole: Mapping[str, Any] = {"tests": value} if isinstance(value, list) else value
    tests = whole.get("tests")
    base: Path = () if isinstance(value, list) else ("tests",)
    if tests is not None and not isinstance(tests, list):
        _lost(file.fields, base, "tests", "they stand in another file", "用例写在别的文件中")
        tests = []
    for key in ("scenarios", "redteam"):
        if key in whole:
            _lost(file.fields, (key,), key, "cases made by a tool", "由工具生成的用例")
    reader = _Reader(whole, file, texts)
    for at, test in enumerate(tests or []):
        file.count += 1
        if isinstance(test, str):
            _lost(file.fields, (*base, at), test, "it stands in another file", "用例写在别的文件中")
        elif not isinstance(test, Mapping):
            file.skip((*base, at), "mapping")
        else:
            reader.test(test, (*base, at))


def _lost(fields: Fields, path: Path, part: str, reason: str, reason_zh: str) -> None:
    fields.add(FOREIGN_LOST, path, on_key=True, part=part, reason=reason, reason_zh=reason_zh)


def _filled(template: str, variables: Mapping[str, str]) -> str | None:
    """Return a template with its variables; ``None`` if it needs more than that, or is endless."""
    if raw := _RAW.fullmatch(template):
        return raw[1]
    longest = max(map(len, variables.values()), default=0)
    if len(template) + template.count("{{") * longest > _LONGEST:
        return None
    filled = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), template)
    return None if "{{" in filled or "{%" in filled else filled


class _Reader:
    def __init__(self, whole: Mapping[str, Any], file: Collector, texts: Texts) -> None:
        self.file = file
        self.fields = file.fields
        self.texts = texts
        self.template = self._template(whole.get("prompts"))
        default = whole.get("defaultTest")
        self.default: Mapping[str, Any] = default if isinstance(default, Mapping) else {}
        if default is not None and not self.default:
            _lost(
                self.fields,
                ("defaultTest",),
                "defaultTest",
                "it stands in another file",
                "内容写在别的文件中",
            )

    def _template(self, prompts: object) -> str:
        """Return the prompt if there is just one, in words or in a file that is here."""
        listed = prompts if isinstance(prompts, list) else [prompts]
        if len(listed) != 1:
            return ""
        (only,) = listed
        only = only.get("raw") if isinstance(only, Mapping) else only
        return self._text(only) or ""

    def _text(self, value: object) -> str | None:
        """Return a text, or that of the file which ``file://`` names; ``None`` if it is absent."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str):
            return None
        if value.startswith("file://"):
            return self.texts(value.removeprefix("file://").removeprefix("./"))
        return value

    def test(self, test: Mapping[str, Any], path: Path) -> None:
        """Read one test."""
        given = [part.get("vars") for part in (self.default, test)]
        raw = {key: one for part in given if isinstance(part, Mapping) for key, one in part.items()}
        variables = {
            str(key): words for key, one in raw.items() if (words := self._text(one)) is not None
        }
        if any(isinstance(one, list) for one in raw.values()):
            self.file.skip(path, "several")
            return
        plain = {key: one for key, one in variables.items() if not _RAW.fullmatch(one)}
        for _ in range(_NESTED):
            plain = {key: _filled(one, plain) or one for key, one in plain.items()}
        variables |= plain
        asked = self._asked(variables)
        if not asked:
            self.file.skip(path, "prompt" if asked is not None else "template")
            return
        meta = test.get("metadata")
        named = meta.get("id") if isinstance(meta, Mapping) else None
        title = test.get("description")
        name = self.file.name(named, title)
        parts: list[Criterion | Check] = []
        for source, place in ((self.default, ("defaultTest",)), (test, path)):
            listed = source.get("assert")
            for at, one in enumerate(listed if isinstance(listed, list) else []):
                parts += self._assertion(one, (*place, "assert", at), variables)
        extra = {key: one for key, one in test.items() if key not in _READ}
        if len(variables) > 1:
            extra["vars"] = dict(raw)
        case = TestCase(
            id=name,
            title=plain_text(title) if isinstance(title, str) and title != name else Text(),
            input=plain_text(asked),
            criteria=tuple(part for part in parts if isinstance(part, Criterion)),
            checks=tuple(part for part in parts if isinstance(part, Check)),
            form=FORM,
            path=self.file.path,
            line=self.fields.line(path),
            extra=extra,
        )
        self.file.kept(name, test, path, "options", "providers", "threshold", "provider")
        self.file.add(case, path)

    def _asked(self, variables: Mapping[str, str]) -> str | None:
        """Return the prompt; ``None`` if the template cannot be filled in."""
        only = _VARIABLE.fullmatch(self.template)
        named = [variables[key] for key in _PROMPTS if variables.get(key)]
        if only is not None:
            asked = variables.get(only[1], self.template)
        elif self.template:
            asked = self.template
        elif named:
            asked = named[0]
        else:
            asked = next(iter(variables.values())) if len(variables) == 1 else ""
        filled = _filled(asked, variables)
        return None if filled is None else filled.strip()

    def _assertion(
        self, one: object, path: Path, variables: Mapping[str, str]
    ) -> Iterator[Criterion | Check]:
        if not isinstance(one, Mapping):
            unsupported(self.fields, path, one)
            return
        name = str(one.get("type"))
        if name == "assert-set" and "threshold" not in one and isinstance(one.get("assert"), list):
            for at, inner in enumerate(one["assert"]):
                yield from self._assertion(inner, (*path, "assert", at), variables)
            return
        if one.get("weight") == 0:
            unsupported(self.fields, path, f"{name} (weight: 0)")
            return
        value = self._value(one.get("value"), variables)
        negative, kind = name.startswith("not-"), name.removeprefix("not-")
        if kind in _RUBRICS and isinstance(value, str) and value.strip():
            yield statement_of(value, one.get("weight"), negative=negative)
            return
        raw = _check(kind, value, negative=negative)
        if raw is None:
            unsupported(self.fields, path, name)
        else:
            yield from borrowed_check(raw, path, self.fields, name)

    def _value(self, value: object, variables: Mapping[str, str]) -> object:
        """Return a value with its variables; ``None`` if it needs a file or more of a template."""
        if isinstance(value, list):
            return [self._value(part, variables) for part in value]
        if isinstance(value, Mapping) or value is None:
            return value
        text = self._text(value)
        return None if text is None else _filled(text, variables)


def _check(kind: str, value: object, *, negative: bool) -> dict[str, Any] | None:
    """Return an assertion as a check of ours; ``None`` if there is none."""
    if listed := _LISTED.fullmatch(kind):
        texts = value.split(",") if isinstance(value, str) else value
        if isinstance(texts, list):
            texts = [part.strip() if isinstance(part, str) else part for part in texts]
        made: dict[str, Any] = {"kind": "contains", "value": texts}
        if listed[2] == "any":
            made |= {"kind": "not_contains"} if negative else {"any": True}
        elif negative:
            return None  # "not all of them" has no check
        return made | ({"case": False} if listed[1] else {})
    if kind in ("contains", "icontains"):
        made = {"kind": "not_contains" if negative else "contains", "value": value}
        return made | ({"case": False} if kind == "icontains" else {})
    if kind in ("is-json", "contains-json") and not negative:
        return {"kind": "json_schema", "value": {} if value is None else value}
    if not isinstance(value, str):
        return None
    patterns = {
        "regex": from_javascript(value),
        "equals": rf"\A\s*{re.escape(value.strip())}\s*\Z",
        "starts-with": rf"\A{re.escape(value)}",
    }
    if kind not in patterns:
        return None
    pattern = patterns[kind]
    return {"kind": "regex", "value": absent(pattern) if negative else pattern}
