"""skillgrade's ``eval.yaml``: a task a case, a rubric a criterion.

See :mod:`.skillgrade` for the format. Its deterministic graders look at the files that an agent
left, so checks of the answer are written as rubrics where they can be said in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from ..frontmatter.emit import emit
from ..localized import Lang
from ..model import TestCase
from .losses import Losses
from .write import check_statement, statement

__all__ = ["as_skillgrade"]


def as_skillgrade(
    cases: Sequence[TestCase], lang: Lang, name: str, lost: Losses
) -> dict[str, bytes]:
    """Return the cases that have something to grade as ``eval.yaml``; ``name`` has no place."""
    del name
    tasks = []
    for case in cases:
        lost.usual(case)
        lost.trigger(case)
        graders: list[dict[str, Any]] = [
            _rubric(statement(criterion, lang), criterion.weight) for criterion in case.criteria
        ]
        for number, check in lost.checks(case, lang):
            if check.kind == "tool" and not check.options:
                names = check.value if isinstance(check.value, list) else [check.value]
                expected = [{"name": one} for one in names]
                graders.append({"type": "tool_usage", "expectedTools": expected, "weight": 1})
            elif (words := check_statement(check)) is not None:
                graders.append(_rubric(words, 1.0))
            else:
                lost.check(case, number)
        if not graders:
            continue
        task: dict[str, Any] = {"name": case.id, "instruction": case.input.pick(lang)}
        if case.files:
            task["workspace"] = [
                {"src": path, "dest": PurePosixPath(path).name} for path in case.files
            ]
        tasks.append({**task, "graders": graders})
    text = emit({"version": "1", "tasks": tasks}).removeprefix("---\n").removesuffix("---\n")
    return {"eval.yaml": text.encode("utf-8", "surrogateescape")}


def _rubric(words: str, weight: float) -> dict[str, Any]:
    return {"type": "llm_rubric", "rubric": words, "weight": weight}
