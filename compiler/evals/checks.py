"""Deterministic checks: what each kind needs, and whether it was given that."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any

from ..codes.evals import BAD_CHECK, BAD_REGEX
from ..model import Check
from .fields import Fields, Path

__all__ = ["KINDS", "read_check"]

KINDS = (
    "contains",
    "not_contains",
    "regex",
    "json_schema",
    "number",
    "length",
    "language",
    "python",
)
_NEEDS = {
    "contains": ("`value`: a text, or a list of texts", "`value`：文本或文本列表"),
    "not_contains": ("`value`: a text, or a list of texts", "`value`：文本或文本列表"),
    "regex": ("`value`: a regular expression", "`value`：正则表达式"),
    "json_schema": ("`value`: a schema, or the path of one", "`value`：JSON Schema 或其路径"),
    "number": (
        "`value`: a number, or `min` and `max`",
        "`value`：数字，或 `min` 与 `max`",
    ),
    "length": (
        "`value`: the most characters, or `min` and `max`",
        "`value`：最大字符数，或 `min` 与 `max`",
    ),
    "language": ("`value`: `en` or `zh`", "`value`：`en` 或 `zh`"),
    "python": ("`value`: the path of a script", "`value`：脚本路径"),
}
_LONGEST_PATTERN = 2000


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _range(value: object) -> bool:
    """Return whether ``value`` is a number or a mapping of bounds."""
    if isinstance(value, Mapping):
        return bool(value) and all(_is_number(part) for part in value.values())
    return _is_number(value)


def _usable(kind: str, value: object, options: Mapping[str, Any]) -> bool:
    match kind:
        case "contains" | "not_contains":
            if isinstance(value, list):
                return bool(value) and all(isinstance(part, str) and part for part in value)
            return isinstance(value, str) and bool(value)
        case "number" | "length":
            bounds = [options[key] for key in ("min", "max") if key in options]
            if value is None and bounds:
                return all(_is_number(bound) for bound in bounds)
            return _range(value)
        case "json_schema":
            return isinstance(value, Mapping) or (isinstance(value, str) and bool(value))
        case "language":
            return value in ("en", "zh")
    return isinstance(value, str) and bool(value)


def _compiles(pattern: str, path: Path, fields: Fields) -> bool:
    reason = ""
    if len(pattern) > _LONGEST_PATTERN:
        reason = f"longer than {_LONGEST_PATTERN} characters"
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                re.compile(pattern)
        except (re.error, Warning, RecursionError, OverflowError) as error:
            reason = str(error)
    if reason:
        fields.add(BAD_REGEX, path, pattern=pattern[:80], reason=reason)
    return not reason


def read_check(value: object, path: Path, fields: Fields) -> Check | None:
    """Read one check of a canonical case; ``None`` (and a finding) if it cannot be run."""
    if not isinstance(value, Mapping):
        fields.wrong(
            path, value, "a mapping with `kind` and `value`", "含 `kind` 与 `value` 的映射"
        )
        return None
    kind = fields.choice(value.get("kind", ""), (*path, "kind"), KINDS, "")
    if not kind:
        return None
    wanted = value.get("value")
    if kind in ("contains", "not_contains", "regex") and _is_number(wanted):
        wanted = str(wanted)  # `value: 312` means these characters
    options = {key: part for key, part in value.items() if key not in ("kind", "value", "lang")}
    if not _usable(kind, wanted, options):
        needs, needs_zh = _NEEDS[kind]
        place = (*path, "value") if "value" in value else path
        fields.add(BAD_CHECK, place, kind=kind, wanted=needs, wanted_zh=needs_zh)
        return None
    if kind == "regex" and not _compiles(str(wanted), (*path, "value"), fields):
        return None
    lang = fields.language(value.get("lang"), (*path, "lang"))
    return Check(kind, wanted, lang, options)
