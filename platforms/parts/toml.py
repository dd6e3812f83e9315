"""The little TOML that Codex needs, written by hand: strings, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["block_string", "key", "pairs", "string", "table"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f\ud800-\udfff]')
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_IN_BLOCK = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # half a character is no Unicode scalar value, which TOML demands
    return _NAMED.get(char) or f"\\u{ord(char):04x}"


def string(text: str) -> str:
    """Return a basic string on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def block_string(text: str) -> str:
    """Return a multi-line basic string that reads back as ``text``."""
    made = _IN_BLOCK.sub(_escape, text).replace('"""', '""\\"')
    if made.endswith('"'):
        made = f'{made[:-1]}\\"'
    return f'"""\n{made}"""'


def key(name: str) -> str:
    """Return a key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else string(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key(str(name))} = {_value(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_value, value))}]"
    return string(str(value))


def pairs(values: Mapping[str, object]) -> str:
    """Return ``key = value`` lines; mappings become inline tables."""
    return "".join(f"{key(name)} = {_value(value)}\n" for name, value in values.items())


def table(path: Sequence[str], values: Mapping[str, object]) -> str:
    """Return a table with its header."""
    return f"[{'.'.join(map(key, path))}]\n{pairs(values)}"
