"""JSON and TOML from untrusted files: plain data or a finding with its line."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..source import Source, decode

__all__ = ["load_json", "load_object", "load_toml"]

MAX_DEPTH = 64


def _clean(value: Any) -> Any:
    """Replace lone surrogates, which no file can hold; the parser bounded the depth."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def _deep(value: Any) -> bool:
    """Whether lists and mappings nest beyond what any manifest needs."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        if not below:
            return False
        level = below
    return True


def _finding(source: Source, at: int | None, name: str, reason: str) -> Diagnostic:
    return report(codes.BAD_SYNTAX, source, at, format=name, reason=reason)


def load_json(source: Source) -> tuple[Any, list[Diagnostic]]:
    """Return what a JSON file says, or ``None`` and why it cannot be read."""
    text = source.text
    if source.encoding != "utf-8":
        return None, [_finding(source, 0, "JSON", "the file is UTF-16")]
    try:
        value = json.loads(text)
        if text.count("[") + text.count("{") > MAX_DEPTH and _deep(value):
            return None, [_finding(source, 0, "JSON", "nested too deeply")]
        if "\\u" in text or source.invalid_at is not None:
            value = _clean(value)
    except json.JSONDecodeError as error:
        return None, [_finding(source, min(error.pos, len(text)), "JSON", error.msg)]
    except RecursionError:
        return None, [_finding(source, 0, "JSON", "nested too deeply")]
    except ValueError as error:  # a number of thousands of digits
        return None, [_finding(source, 0, "JSON", str(error).split(";")[0])]
    if source.invalid_at is not None:
        return value, [_finding(source, source.invalid_at, "JSON", "bytes that are not UTF-8")]
    return value, []


def load_object(path: str, data: bytes) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """Return the mapping in a JSON file, or ``None`` and why there is none."""
    source = decode(data, path)
    value, findings = load_json(source)
    if isinstance(value, dict) or findings:
        return value if isinstance(value, dict) else None, findings
    wrong = report(
        codes.BAD_MANIFEST, source, 0, key="the file", expected="an object", expected_zh="对象"
    )
    return None, [wrong]


def _toml_offset(source: Source, message: str) -> int | None:
    """Return where tomllib stopped: its messages end in ``(at line 3, column 7)``."""
    _, _, place = message.rpartition("(at line ")
    line, _, column = place.rstrip(")").partition(", column ")
    if not (line.isdigit() and column.isdigit()):
        return len(source.text) if message.endswith("(at end of document)") else None
    starts = source.line_starts
    return min(starts[min(int(line), len(starts)) - 1] + int(column) - 1, len(source.text))


def load_toml(source: Source) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """Return what a TOML file says, or ``None`` and why it cannot be read."""
    if source.invalid_at is not None:
        return None, [_finding(source, source.invalid_at, "TOML", "bytes that are not UTF-8")]
    try:
        return tomllib.loads(source.text), []
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = _toml_offset(source, message)
        return None, [_finding(source, at, "TOML", message.partition(" (at ")[0])]
    except RecursionError:
        return None, [_finding(source, 0, "TOML", "nested too deeply")]
    except ValueError as error:
        return None, [_finding(source, 0, "TOML", str(error).split(";")[0])]
