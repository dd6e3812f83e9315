"""From what YAML and JSON give to what the model holds: texts, lists, flags, names and globs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from hashlib import sha256

__all__ = [
    "as_flag",
    "as_globs",
    "as_list",
    "as_string",
    "as_tools",
    "is_slug",
    "join_tools",
    "slug",
    "split_outside",
]

_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_OPEN, _CLOSE = "([{", ")]}"
MAX_NAME = 64


def as_string(value: object) -> str:
    """Return a scalar as text (``true``, not ``True``); a list or mapping as compact JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)


def as_flag(value: object) -> bool:
    """Return whether a value means yes (a YAML boolean, or the word that many write)."""
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes"})


def split_outside(text: str, separators: str) -> Iterator[str]:
    """Split ``text`` at ``separators`` that stand outside of all brackets; blanks are dropped."""
    depth, start = 0, 0
    for at, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth and char in separators:
            if piece := text[start:at].strip():
                yield piece
            start = at + 1
    if piece := text[start:].strip():
        yield piece


def as_list(value: object) -> tuple[str, ...]:
    """Return a list, or a text with commas, as texts."""
    if isinstance(value, str):
        return tuple(split_outside(value, ",，、"))
    if isinstance(value, list | tuple):
        return tuple(text for item in value if (text := as_string(item).strip()))
    return () if value is None else (as_string(value),)


def as_tools(value: object) -> tuple[str, ...]:
    """Return tool names and patterns: ``Bash(git *) Read``, ``Read, Write``, or a list of them.

    Names that no assistant knows are kept: it is not for a reader to judge them.
    """
    if not isinstance(value, str):
        if isinstance(value, dict):  # OpenCode: {"write": true, "bash": false}
            return tuple(str(name) for name, on in value.items() if as_flag(on))
        return as_list(value)
    parts = tuple(split_outside(value, ","))
    return parts if len(parts) > 1 else tuple(split_outside(value, " \t\n,"))


def join_tools(tools: tuple[str, ...]) -> str:
    """Return tools in the form of the Agent Skills specification: one text, spaces between.

    Where that would be read as other tools, commas stand between; where a bracket that is never
    closed spoils that too, what is read is what is written from the first time on.
    """
    for separator in (" ", ", "):
        text = separator.join(tools)
        if as_tools(text) == tools:
            return text
    read = as_tools(text)
    return join_tools(read) if len(read) < len(tools) else text


def as_globs(value: object) -> tuple[str, ...]:
    """Return file patterns; a comma inside braces (``*.{ts,tsx}``) does not separate them."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("[") and text.endswith("]"):  # a flow list that YAML could not read
            text = text[1:-1]
        found = tuple(part.strip("\"' ") for part in split_outside(text, ","))
    else:
        found = tuple(text.strip() for text in as_list(value))
    return tuple(dict.fromkeys(glob for glob in found if glob))


def is_slug(name: str) -> bool:
    """Return whether ``name`` is what the Agent Skills specification asks for."""
    return (
        0 < len(name) <= MAX_NAME
        and _SLUG.issuperset(name)
        and name[0] != "-"
        and name[-1] != "-"
        and "--" not in name
    )


def _ascii_slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text[: 4 * MAX_NAME]).lower()
    kept = "".join(
        char if char in _SLUG else "" if unicodedata.combining(char) else "-" for char in folded
    )
    return "-".join(part for part in kept.split("-") if part)[:MAX_NAME].rstrip("-")


def slug(name: str, place: str) -> str:
    """Return a valid name: ``name`` itself, else one made of it or of ``place`` (a file's stem).

    A name in other letters is not transliterated: a file's stem, or a digest, is a better id than
    the few ASCII characters in it.
    """
    if is_slug(name):
        return name
    for text in (name, place):
        if text.isascii() and (made := _ascii_slug(text)):
            return made
    folded = unicodedata.normalize("NFKD", name or place)
    if folded.encode("ascii", "ignore").decode().strip() and not any(
        char > "\u024f" and not unicodedata.combining(char) for char in folded
    ):
        return _ascii_slug(name or place)  # Latin letters with accents
    return f"skill-{sha256((name or place).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
