"""Findings as SARIF 2.1.0, which code-scanning services and editors read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ..diagnostics import Code, Diagnostic, Severity
from ..localized import Lang
from .fix import fixable
from .printable import printable

__all__ = ["to_sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PAGES = "docs/rules"


def to_sarif(
    diagnostics: Iterable[Diagnostic], lang: Lang = Lang.EN, *, version: str = ""
) -> dict[str, Any]:
    """Return a SARIF log with one run.

    Args:
        diagnostics: the findings.
        lang: the language of messages; the rules' descriptions have the same.
        version: polyskill's version, if it shall be named.
    """
    found = list(diagnostics)
    codes = sorted({one.code.id: one.code for one in found}.values(), key=lambda code: code.id)
    index = {code.id: at for at, code in enumerate(codes)}
    driver: dict[str, Any] = {
        "name": "polyskill",
        "rules": [_rule(code, lang) for code in codes],
    }
    if version:
        driver["semanticVersion"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "language": "zh-CN" if lang is Lang.ZH else "en-US",
        "results": [_result(one, index, lang) for one in found],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: Code, lang: Lang) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.slug.split("-")),
        "shortDescription": {"text": code.slug.replace("-", " ")},
        "fullDescription": {"text": code.why.pick(lang)},
        "help": {"text": code.help.pick(lang)},
        "helpUri": f"{_PAGES}/{code.id}.md",
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(found: Diagnostic, index: dict[str, int], lang: Lang) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(found.path)}}
    if found.line:
        location["region"] = _region(found)
    result: dict[str, Any] = {
        "ruleId": found.code.id,
        "ruleIndex": index[found.code.id],
        "level": _LEVELS[found.severity],
        "message": {"text": printable(found.message(lang))},
        "locations": [{"physicalLocation": location}],
    }
    if found.skill:
        result["properties"] = {"skill": found.skill}
    if fixable(found) and found.fix:
        result["fixes"] = [_fix(found, found.fix, lang)]
    return result


def _region(found: Diagnostic) -> dict[str, int]:
    region = {"startLine": found.line, "startColumn": found.column or 1}
    if found.end_line:
        region |= {"endLine": found.end_line, "endColumn": found.end_column or 1}
    return region


def _fix(found: Diagnostic, edits: Sequence[tuple[Any, str]], lang: Lang) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {"charOffset": span.start, "charLength": len(span)},
            "insertedContent": {"text": text},
        }
        for span, text in edits
    ]
    change = {"artifactLocation": {"uri": _uri(found.path)}, "replacements": replacements}
    return {"description": {"text": found.code.help.pick(lang)}, "artifactChanges": [change]}


def _uri(path: str) -> str:
    """Return a path as a relative or ``file:`` reference, whatever characters it has."""
    plain = path.replace("\\", "/") or "."
    quoted = quote(plain.encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{quoted}" if PurePath(path).is_absolute() else quoted
