r"""Front matter as text: block style, every string in double quotes, the same bytes every time.

This is the form that every reader of skills takes, down to those that split the file at the first
two ``---``: no value holds three hyphens in a row (one of them is written ``\x2d``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["emit", "quote"]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_MAX_KEY = 1024  # YAML finds the colon of a key no further away; beyond that stands `? key`
_RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What cannot stand for itself between double quotes: the two signs, controls, the line and
# paragraph separators (line breaks to YAML), the byte-order mark, surrogates, non-characters.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')
_NAMED = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\0": "\\0",
    "\x1b": "\\e",
}


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    named = _NAMED.get(char)
    if named is not None:
        return named
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"  # half a character cannot be written as UTF-8, nor escaped in YAML
    return f"\\u{code:04x}"


def quote(text: str) -> str:
    """Return ``text`` as a double-quoted YAML scalar on one line."""
    if not text.isprintable() or '"' in text or "\\" in text:
        text = _ESCAPED.sub(_escape, text)
    if "---" in text:
        # Any two hyphens are parted, so a run of any length leaves no three together.
        text = text.replace("--", "-\\x2d")
    return f'"{text}"'


def emit(values: Mapping[str, Any]) -> str:
    """Return ``values`` as a front matter with both fences, ready to stand before a body.

    Keys keep their order. An empty list or mapping has no block form and is written ``[]`` or
    ``{}``; leave such keys out for readers that take block style only.
    """
    lines = ["---"]
    _mapping(values, "", lines)
    lines.append("---\n")
    return "\n".join(lines)


def _key(key: object) -> str:
    text = str(key)
    if _PLAIN_KEY.fullmatch(text) and "---" not in text and text.lower() not in _RESERVED:
        return text
    return quote(text)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return str(value)
    return quote(str(value))


def _mapping(values: Mapping[str, Any], indent: str, lines: list[str]) -> None:
    for key, value in values.items():
        head = f"{indent}{_key(key)}:"
        if len(head) > _MAX_KEY:
            lines.append(f"{indent}? {_key(key)}")
            head = f"{indent}:"
        if isinstance(value, str):
            lines.append(f"{head} {quote(value)}")
        else:
            _node(head, value, indent + "  ", lines)


def _node(head: str, value: object, indent: str, lines: list[str]) -> None:
    """Write ``value`` behind ``head`` (``key:`` or ``-``), or below it with ``indent``."""
    if isinstance(value, Mapping):
        if not value:
            lines.append(f"{head} {{}}")
            return
        lines.append(head)
        _mapping(value, indent, lines)
    elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        if not items:
            lines.append(f"{head} []")
            return
        lines.append(head)
        for item in items:
            _item(item, indent, lines)
    else:
        lines.append(f"{head} {_scalar(value)}")


def _item(item: object, indent: str, lines: list[str]) -> None:
    """Write one item of a list; a mapping begins on the line of its hyphen."""
    if isinstance(item, Mapping) and item:
        below: list[str] = []
        _mapping(item, indent + "  ", below)
        lines.append(f"{indent}- {below[0].lstrip()}")
        lines += below[1:]
    else:
        _node(f"{indent}-", item, indent + "  ", lines)
