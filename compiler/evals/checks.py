"""Deterministic checks: what each kind needs, and whether it was given that."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..codes.evals import BAD_CHECK, BAD_REGEX
from ..codes.evaluation import CHECK_OPTION
from ..model import Check
from .fields import Fields, Path

__all__ = ["KINDS", "OPTIONS", "read_check"]

KINDS = (
    "contains",
    "not_contains",
    "regex",
    "json_schema",
    "number",
    "length",
    "language",
    "python",
    "tool",
    "skill",
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
    "tool": ("`value`: names or patterns of tools", "`value`：工具名或其模式"),
    "skill": ("`value`: names or patterns of skills", "`value`：技能名或其模式"),
}
_FLAG = ("true or false", "true 或 false")
_NUMERIC = ("a number", "数字")
_PATTERN = ("a regular expression", "正则表达式")
_SPELLINGS = ("a text, or a list of its spellings", "文本，或其各种写法的列表")
_UNITS = ("characters", "words", "tokens", "lines")
_LENGTHS = (
    "`characters`, `words`, `tokens` or `lines`",
    "`characters`、`words`、`tokens` 或 `lines`",
)
#: The options of a kind, each with what it must be.
OPTIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "contains": {"any": _FLAG, "case": _FLAG},
    "not_contains": {"case": _FLAG},
    "regex": {"flags": ("letters out of `imsx`", "由 `imsx` 中的字母组成")},
    "json_schema": {},
    "number": {
        "min": _NUMERIC,
        "max": _NUMERIC,
        "tolerance": _NUMERIC,
        "relative": _NUMERIC,
        "near": _PATTERN,
        "unit": _SPELLINGS,
    },
    "length": {"min": _NUMERIC, "max": _NUMERIC, "unit": _LENGTHS},
    "language": {},
    "python": {},
    "tool": {"args": ("a mapping", "映射")},
    "skill": {},
}
_LONGEST_PATTERN = 2000


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _range(kind: str, value: object) -> bool:
    """Return whether ``value`` is a number, or a mapping that says which numbers fit."""
    if not isinstance(value, Mapping):
        return _is_number(value)
    wanted = {"min", "max"} if kind == "length" else {"min", "max", "value"}
    known = wanted if kind == "length" else {*wanted, "tolerance", "relative"}
    fitting = bool(value.keys() & wanted) and value.keys() <= known
    return fitting and all(_is_number(part) for part in value.values())


def _usable(kind: str, value: object, options: Mapping[str, Any]) -> bool:
    match kind:
        case "contains" | "not_contains" | "tool" | "skill":
            if isinstance(value, list):
                return bool(value) and all(isinstance(part, str) and part for part in value)
            return isinstance(value, str) and bool(value)
        case "number" | "length":
            bounds = [options[key] for key in ("min", "max") if key in options]
            if value is None and bounds:
                return all(_is_number(bound) for bound in bounds)
            return _range(kind, value)
        case "json_schema":
            return isinstance(value, Mapping) or (isinstance(value, str) and bool(value))
        case "language":
            return value in ("en", "zh")
    return isinstance(value, str) and bool(value)


def _fits(kind: str, key: str, value: object) -> bool:
    """Return whether an option of a check is what it must be."""
    wanted = OPTIONS[kind][key]
    if wanted is _FLAG:
        return isinstance(value, bool)
    if wanted is _NUMERIC:
        return _is_number(value) and (key in ("min", "max") or float(str(value)) >= 0)
    if key == "flags":
        return isinstance(value, str) and set(value) <= set("imsx")
    if wanted is _LENGTHS:
        return value in _UNITS
    if key == "args":
        return isinstance(value, Mapping)
    if wanted is _SPELLINGS and isinstance(value, list):
        return bool(value) and all(isinstance(part, str) and part for part in value)
    return isinstance(value, str) and bool(value)


def _options_fit(kind: str, options: Mapping[str, Any], path: Path, fields: Fields) -> bool:
    """Report options that the kind does not have, and values that they cannot have."""
    known = OPTIONS[kind]
    fit = True
    for key, value in options.items():
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            hint_zh = f"，是否想写 `{near[0]}`？" if near else ""
            place = (*path, key)
            fields.add(
                CHECK_OPTION, place, on_key=True, kind=kind, key=key, hint=hint, hint_zh=hint_zh
            )
        elif not _fits(kind, key, value):
            needs, needs_zh = known[key]
            said, said_zh = f"`{key}`: {needs}", f"`{key}`：{needs_zh}"
            fields.add(BAD_CHECK, (*path, key), kind=kind, wanted=said, wanted_zh=said_zh)
        else:
            continue
        fit = False
    return fit


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
    if not _options_fit(kind, options, path, fields):
        return None
    patterns = [("value", wanted)] if kind == "regex" else []
    patterns += [("near", options["near"])] if kind == "number" and "near" in options else []
    if not all(_compiles(str(pattern), (*path, key), fields) for key, pattern in patterns):
        return None
    lang = fields.language(value.get("lang"), (*path, "lang"))
    return Check(kind, wanted, lang, options)
