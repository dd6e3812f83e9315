"""The case folders of ``claude plugin eval``: a prompt, and graders, as files.

As of Claude Code 2.1.269 to 2.1.296 (code.claude.com/docs/en/plugin-evals, read 2026-11-29):

    evals/<case>/prompt.md        front matter: name, description, tags, runs …; body: the prompt
    evals/<case>/case.yaml        the same and `context.*`, or the whole case
    evals/<case>/graders/<n>.md   front matter: type, weight, arm and options; body: rubric

Graders: ``regex`` (pattern, flags, match, target), ``tool_used`` (tool, input_match, min, max),
``tool_order``, ``file_exists``, ``llm`` (criteria, focus) and ``baseline``. What looks at a final
answer or at the use of a tool is carried over; what looks at a work folder, at the order of calls
or at another transcript is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ..diagnostics import Diagnostic
from ..frontmatter.strict import read_strict
from ..localized import Text
from ..model import Check, Criterion, TestCase
from ..source import Source, Span
from ..yamlsafe import load
from .borrowed import (
    Collector,
    absent,
    borrowed_check,
    sound,
    statement_of,
    unsupported,
)
from .ecmascript import from_javascript
from .fields import Fields, Path, plain_text

__all__ = ["FORM", "folders_of", "read_case_folders"]

FORM = "claude plugin eval"
_UNUSED = ("context", "env", "append_system_prompt", "mocks")
_READ = frozenset({"name", "description", "tags", "graders", "execution", "schema_version"})
_FLAGS = {"i": "i", "m": "m", "s": "s", "g": "", "u": "", "v": "", "y": ""}


def folders_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the case folders among some paths, each with its files, in order.

    A folder is one by its ``prompt.md`` or ``case.yaml``; results of former runs are no cases.
    """
    listed = sorted(paths)
    marks = {"prompt.md", "case.yaml"}
    folders = sorted(
        {
            str(PurePosixPath(path).parent)
            for path in listed
            if PurePosixPath(path).name in marks
            and PurePosixPath(path).parts[0] == "evals"
            and len(PurePosixPath(path).parts) > 2
            and "results" not in PurePosixPath(path).parts[1:2]
        }
    )
    return {
        folder: [
            path
            for path in listed
            if path in (f"{folder}/prompt.md", f"{folder}/case.yaml")
            or (path.startswith(f"{folder}/graders/") and path.endswith(".md"))
        ]
        for folder in folders
    }


@dataclass
class _Part:
    """One file: its front matter (or YAML), its body, and where both are."""

    path: str
    fields: Fields
    values: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""


def _markdown(source: Source, path: str) -> _Part:
    end = read_strict(source).body_start
    lines = source.text[:end].splitlines(keepends=True) or [""]
    inside = Span(len(lines[0]), end - len(lines[-1])) if end else Span(0, 0)
    result = load(source, inside)
    fields = Fields(source, result)
    values = result.value if sound(source, result, fields) else None
    body = source.text[end:].strip()
    return _Part(path, fields, values if isinstance(values, dict) else {}, body)


def _yaml(source: Source, path: str) -> _Part:
    result = load(source)
    fields = Fields(source, result)
    values = result.value if sound(source, result, fields) else None
    return _Part(path, fields, values if isinstance(values, dict) else {})


def read_case_folders(
    sources: Mapping[str, Source],
) -> tuple[tuple[TestCase, ...], tuple[Diagnostic, ...]]:
    """Read the case folders among some files of a skill.

    Args:
        sources: the files by their paths from the skill's folder.
    """
    cases: dict[str, TestCase] = {}
    findings: list[Diagnostic] = []
    for number, (folder, paths) in enumerate(folders_of(sources).items(), 1):
        parts = [
            (_yaml if path.endswith(".yaml") else _markdown)(sources[path], path) for path in paths
        ]
        main = next((part for part in parts if part.path == f"{folder}/prompt.md"), parts[0])
        file = Collector(main.fields, FORM, main.path)
        file.cases, file.count = cases, number
        _case(file, folder, parts, main)
        for part in parts:
            findings += part.fields.findings
    return tuple(cases.values()), tuple(findings)


def _case(file: Collector, folder: str, parts: list[_Part], main: _Part) -> None:
    whole = next((part for part in parts if part.path.endswith("/case.yaml")), None)
    values: dict[str, Any] = {}
    if whole is not None:
        execution = whole.values.get("execution")
        values |= {**(execution if isinstance(execution, Mapping) else {}), **whole.values}
    prompt = main.body
    if main is not whole:
        values |= main.values
    elif isinstance(values.get("prompt"), str):
        prompt = values["prompt"].strip()
    if not prompt:
        file.skip((), "prompt")
        return
    name = file.name(values.get("name"), PurePosixPath(folder).name)
    graded = _Graded()
    listed = whole.values.get("graders") if whole is not None else None
    if whole is not None:
        for at, grader in enumerate(listed if isinstance(listed, list) else []):
            words = grader.get("criteria") if isinstance(grader, Mapping) else ""
            graded.add(grader, str(words or ""), whole.fields, ("graders", at))
    for part in parts:
        if "/graders/" in part.path:
            graded.add(part.values, part.body, part.fields, ())
    title = values.get("description")
    tags = values.get("tags")
    extra = {key: one for key, one in values.items() if key not in _READ and key != "prompt"}
    if isinstance(tags, list) and tags:
        extra["tags"] = list(tags)
    for used in {main.path: main, **({} if whole is None else {whole.path: whole})}.values():
        file.fields = used.fields
        file.kept(name, used.values, (), *_UNUSED)
    file.fields = main.fields
    case = TestCase(
        id=name,
        title=plain_text(title) if isinstance(title, str) and title.strip() else Text(),
        input=plain_text(prompt),
        criteria=tuple(graded.criteria),
        checks=tuple(graded.checks),
        trigger=graded.trigger,
        form=FORM,
        path=main.path,
        line=1,
        extra=extra,
    )
    file.add(case, ())


class _Graded:
    """What the graders of a case come to."""

    def __init__(self) -> None:
        self.criteria: list[Criterion] = []
        self.checks: list[Check] = []
        self.trigger: str | None = None

    def add(self, grader: object, words: str, fields: Fields, path: Path) -> None:
        """Take one grader; ``words`` are its rubric."""
        if not isinstance(grader, Mapping):
            unsupported(fields, path, grader)
            return
        kind = grader.get("type")
        if (
            kind == "llm"
            and words.strip()
            and grader.get("focus", "last_message") == "last_message"
        ):
            self.criteria.append(statement_of(words, grader.get("weight")))
        elif kind == "regex" and grader.get("target", "last_message") == "last_message":
            raw = _regex(grader, words)
            if raw is None:
                unsupported(fields, path, f"regex ({grader.get('match')})")
            else:
                self.checks += borrowed_check(raw, path, fields, kind)
        elif kind == "tool_used" and self._tool(grader, fields, path):
            pass
        else:
            unsupported(fields, path, kind)

    def _tool(self, grader: Mapping[str, Any], fields: Fields, path: Path) -> bool:
        """Take a grader of tools; return whether it says something that can be said here."""
        never = grader.get("max") == 0
        if grader.get("tool") == "Skill":
            # Which skill, stands in a pattern on the call's input: that of the plugin under test.
            self.trigger = "should_not" if never else "should"
            return True
        if never or "max" in grader or "input_match" in grader or grader.get("min", 1) != 1:
            return False
        raw = {"kind": "tool", "value": grader.get("tool")}
        self.checks += borrowed_check(raw, path, fields, "tool_used")
        return True


def _regex(grader: Mapping[str, Any], body: str) -> dict[str, Any] | None:
    pattern = grader.get("pattern", body)
    if not isinstance(pattern, str) or not pattern:
        return None
    pattern = from_javascript(pattern)
    match = grader.get("match", "contains")
    if match == "not_contains":
        pattern = absent(pattern)
    elif match != "contains":
        return None
    flags = "".join(_FLAGS.get(flag, "") for flag in str(grader.get("flags") or ""))
    return {"kind": "regex", "value": pattern, **({"flags": flags} if flags else {})}
