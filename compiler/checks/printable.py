"""Text of a skill made safe to print: nothing in it can act on a terminal or hide."""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""Return ``text`` with control, format and other unseen characters as escapes (``\\u202e``).

    Lone surrogates (bytes that were no UTF-8) are escaped too, so the result can be encoded.
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text
    )
