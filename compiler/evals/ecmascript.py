"""Regular expressions from one language to the other: Python's ``re`` and JavaScript's."""

from __future__ import annotations

import re

__all__ = ["from_javascript", "to_javascript"]

_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")
# Conditionals, comments, atomic groups, flags inside: JavaScript knows none of them.
_PYTHON_ONLY = re.compile(r"\(\?(?:\(|#|>|[aiLmsux-]+[:)])|[*+?}]\+")
_ESCAPED = re.compile(r"\\(?P<letter>[AZ])|\\[\s\S]")


def from_javascript(pattern: str) -> str:
    """Return a JavaScript pattern as Python spells it (named groups; the rest is common)."""
    return _NAMED_GROUP.sub("(?P<", pattern)


def to_javascript(pattern: str, flags: str = "") -> str | None:
    """Return a Python pattern as JavaScript spells it, ``None`` if it has no way to say it.

    ``flags`` are those of the check: with ``x`` blanks mean nothing, and with ``m`` there is no
    sign for the end of the whole text.
    """
    edges = re.search(r"\\[AZ]", pattern) is not None
    if "x" in flags or ("m" in flags and edges) or _PYTHON_ONLY.search(pattern):
        return None
    pattern = pattern.replace("(?P<", "(?<")
    pattern = re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", pattern)
    signs = {"A": "^", "Z": "$", None: ""}
    return _ESCAPED.sub(lambda found: signs[found["letter"]] or found[0], pattern)
