"""Text as it is compared: one form for what a file says and what a request carries."""

from __future__ import annotations

import html
import re

__all__ = ["flat", "unescaped"]

_SPACE = re.compile(r"\s+")
_JSON_ESCAPE = re.compile(r'\\(["\\/])|\\[nrt]')


def flat(text: str) -> str:
    """Return ``text`` with every run of white space as one space and XML escapes undone."""
    return _SPACE.sub(" ", html.unescape(text)).strip()


def unescaped(text: str) -> str:
    r"""Undo the escapes of JSON inside a string (a tool result that is JSON itself).

    Characters as ``\u4e2d`` stay: a model does not read them as Chinese.
    """
    return _JSON_ESCAPE.sub(lambda match: match.group(1) or " ", text)
