"""Whether a body may be written in two languages: a look at its lines, without parsing it.

A file that is shipped as it stands has to be parsed only if it marks translations. The answer may
be yes where parsing finds none; it must never be no where parsing would find some.
"""

from __future__ import annotations

from ..language import classify, has_cjk, split_pair
from ..localized import Lang

__all__ = ["may_be_bilingual"]

_ENOUGH_HEADINGS = 2  # as in choose.py
_ENOUGH_SWITCHES = 3  # as many pairs of parallel blocks make a habit (markdown/variants/parallel)


def may_be_bilingual(body: str) -> bool:
    """Return whether ``body`` could hold translations: comments, headings or parallel blocks."""
    if "<!--" in body or "\n==" in body:
        return True
    headings = switches = 0
    before: Lang | None = None
    for line in body.splitlines():
        text = line.lstrip(" \t>")
        if text.startswith("#"):
            headings += split_pair(text.lstrip("# ")) is not None
            before = None
        elif text.startswith(("```", "~~~", "|")):
            before = None  # nothing is parallel across a fence or a table
        elif text:
            here = Lang.ZH if has_cjk(text) else classify(text)
            if here is not Lang.NEUTRAL:
                switches += before is not None and here is not before
                before = here
    return headings >= _ENOUGH_HEADINGS or switches >= _ENOUGH_SWITCHES
