"""Texts of models in Markdown: on one line, and never markup."""

from __future__ import annotations

import re

__all__ = ["one_line"]

# characters of a text that a report shows
_LONGEST = 600
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def one_line(value: str) -> str:
    """Return a text on one line in which nothing is markup, cut where it is long."""
    line = " ".join("".join(s if s.isprintable() else " " for s in value).split())
    cut = line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"
    return _SPECIAL.sub(r"\\\1", cut)
