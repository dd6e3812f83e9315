"""skillgrade's ``eval.yaml``: tasks with an instruction, a workspace and weighted graders.

As of skillgrade 0.1.4 (github.com/mgechev/skillgrade, ``src/core/config.ts`` and README, read
2026-11-29): ``tasks: [{name, instruction, workspace: [{src, dest, chmod} | path], graders: [{type:
deterministic | llm_rubric | tool_usage, run, rubric, weight, model, setup}], …}]``; an instruction
or rubric on one line may be the path of a file that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Check, Criterion, TestCase
from .borrowed import Collector, Texts, borrowed_check, statement_of, unsupported
from .fields import Fields, Path, plain_text

__all__ = ["FORM", "is_skillgrade", "read_skillgrade"]

FORM = "skillgrade eval.yaml"
_READ = ("name", "instruction", "workspace", "graders")
_UNUSED = ("solution", "trialConfig", "env", "environment", "docker")


def is_skillgrade(value: object) -> bool:
    """Return whether a YAML value has skillgrade's shape."""
    tasks = value.get("tasks") if isinstance(value, Mapping) else None
    return isinstance(tasks, list) and any(
        isinstance(task, Mapping) and {"instruction", "graders"} <= task.keys() for task in tasks
    )


def read_skillgrade(value: Mapping[str, Any], file: Collector, texts: Texts) -> None:
    """Read all tasks into ``file``."""
    for at, task in enumerate(value["tasks"]):
        path: Path = ("tasks", at)
        file.count += 1
        if not isinstance(task, Mapping):
            file.skip(path, "mapping")
            continue
        asked = _words(task.get("instruction"), texts)
        if not asked:
            file.skip(path, "prompt")
            continue
        title = task.get("name")
        name = file.name(title)
        criteria: list[Criterion] = []
        checks: list[Check] = []
        graders = task.get("graders")
        for number, grader in enumerate(graders if isinstance(graders, list) else []):
            place = (*path, "graders", number)
            for found in _grader(grader, place, file.fields, texts):
                (criteria if isinstance(found, Criterion) else checks).append(found)  # type: ignore[arg-type]
        words = plain_text(title) if isinstance(title, str) and title != name else plain_text("")
        case = TestCase(
            id=name,
            title=words,
            input=plain_text(asked),
            criteria=tuple(criteria),
            checks=tuple(checks),
            files=tuple(_files(task.get("workspace"))),
            form=FORM,
            path=file.path,
            line=file.fields.line(path),
            extra={key: part for key, part in task.items() if key not in _READ},
        )
        file.kept(name, task, path, *_UNUSED)
        file.add(case, path)


def _words(value: object, texts: Texts) -> str:
    """Return a text, or that of the file which a single line names."""
    if not isinstance(value, str):
        return ""
    words = value.strip()
    found = texts(words) if words and "\n" not in words else None
    return words if found is None else found.strip()


def _files(workspace: object) -> Iterator[str]:
    for part in workspace if isinstance(workspace, list) else []:
        source = part.get("src") if isinstance(part, Mapping) else part
        if isinstance(source, str) and source:
            yield source


def _grader(
    grader: object, path: Path, fields: Fields, texts: Texts
) -> Iterator[Criterion | Check]:
    kind = grader.get("type") if isinstance(grader, Mapping) else grader
    if isinstance(grader, Mapping) and kind == "llm_rubric":
        words = _words(grader.get("rubric"), texts)
        if words:
            yield statement_of(words, grader.get("weight"))
            return
    if isinstance(grader, Mapping) and kind == "tool_usage":
        expected = grader.get("expectedTools")
        names = [
            part.get("name", part.get("tool")) if isinstance(part, Mapping) else part
            for part in (expected if isinstance(expected, list) else [])
        ]
        if names:
            for name in names:
                yield from borrowed_check({"kind": "tool", "value": name}, path, fields, kind)
            return
    # A deterministic grader looks at the files that an agent left, not at the answer.
    unsupported(fields, path, kind)
