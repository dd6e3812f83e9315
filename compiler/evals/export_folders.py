"""The case folders of ``claude plugin eval``; see :mod:`.casefolder` for the format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..extract.drafts import slug
from ..frontmatter.emit import emit
from ..localized import Lang, Text
from ..model import Check, TestCase
from .ecmascript import to_javascript
from .losses import Losses
from .write import statement

__all__ = ["as_case_folders"]


def as_case_folders(
    cases: Sequence[TestCase], lang: Lang, name: str, lost: Losses
) -> dict[str, bytes]:
    """Return each case as a folder below ``evals/``; ``name`` is the skill's, for triggers."""
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    for number, case in enumerate(cases, 1):
        lost.usual(case, tags=False)
        if case.files:
            lost.add(case, "the files", "文件")
        graders = _graders(case, lang, name, lost)
        if not graders:
            continue
        folder = _folder(case, number, taken)
        front: dict[str, Any] = {"name": case.id}
        if title := case.title.pick(lang):
            front["description"] = title
        tags = case.extra.get("tags")
        if isinstance(tags, list) and tags:
            front["tags"] = [str(tag) for tag in tags]
        if case.trigger:
            front["allowed_tools"] = ["Skill"]
        files[f"{folder}/prompt.md"] = _page(front, case.input.pick(lang))
        for key, (values, body) in graders.items():
            files[f"{folder}/graders/{key}.md"] = _page(values, body)
    return files


def _folder(case: TestCase, number: int, taken: set[str]) -> str:
    stem = slug(Text(en=case.id)) or f"case-{number}"
    folder, at = stem, 2
    while folder in taken:
        folder, at = f"{stem}-{at}", at + 1
    taken.add(folder)
    return f"evals/{folder}"


def _page(front: dict[str, Any], body: str) -> bytes:
    return f"{emit(front)}\n{body}\n".encode("utf-8", "surrogateescape")


def _graders(
    case: TestCase, lang: Lang, name: str, lost: Losses
) -> dict[str, tuple[dict[str, Any], str]]:
    made: dict[str, tuple[dict[str, Any], str]] = {}
    for number, criterion in enumerate(case.criteria, 1):
        values: dict[str, Any] = {"type": "llm"}
        if criterion.weight != 1.0:
            values["weight"] = criterion.weight
        words = statement(criterion, lang)
        made[f"criterion-{number}"] = (values, f"PASS only if this is true of the answer: {words}")
    for number, check in lost.checks(case, lang):
        found = _check(check)
        if not found:
            lost.check(case, number)
        for at, one in enumerate(found, 1):
            made[f"check-{number}" if len(found) == 1 else f"check-{number}-{at}"] = (one, "")
    if case.trigger:
        never = {"min": 0, "max": 0, "arm": "both"} if case.trigger == "should_not" else {}
        match = rf'"skill"\s*:\s*"(?:[\w-]+:)?{_literal(name)}"' if name else None
        values = {"type": "tool_used", "tool": "Skill"}
        made["skill"] = ({**values, **({"input_match": match} if match else {}), **never}, "")
    return made


def _check(check: Check) -> list[dict[str, Any]]:
    """Return a check as graders that have to pass together; none if there are no such graders."""
    values = check.value if isinstance(check.value, list) else [check.value]
    flags = {} if check.options.get("case", True) else {"flags": "i"}
    match check.kind:
        case "contains" if check.options.get("any"):
            pattern = "|".join(_literal(one) for one in values)
            return [{"type": "regex", "pattern": pattern, **flags}]
        case "contains":
            return [{"type": "regex", "pattern": _literal(one), **flags} for one in values]
        case "not_contains":
            pattern = "|".join(_literal(one) for one in values)
            return [{"type": "regex", "pattern": pattern, "match": "not_contains", **flags}]
        case "regex":
            given = str(check.options.get("flags", ""))
            made = to_javascript(check.value, given)
            if made is None:
                return []
            return [{"type": "regex", "pattern": made, **({"flags": given} if given else {})}]
        case "tool" if not check.options and not any("*" in one or "?" in one for one in values):
            if len(values) == 1:
                return [{"type": "tool_used", "tool": values[0]}]
    return []


def _literal(text: str) -> str:
    """Return a pattern of JavaScript that is found where the text stands."""
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text)
