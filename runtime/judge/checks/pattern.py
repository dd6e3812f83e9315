"""Whether a regular expression occurs in an answer."""

from __future__ import annotations

import re
from pathlib import Path

from .base import Answer, CheckSpec, Finding, NotRun, excerpt, only
from .limited import limited
from .text import normal

__all__ = ["check_regex", "spans"]

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def spans(pattern: object, text: str, flags: int = 0, most: int = 1000) -> list[tuple[int, int]]:
    """Return where ``pattern`` occurs in ``text``, at most ``most`` times, in limited time.

    Raises:
        NotRun: it is no pattern, or it takes too long.
    """
    if not isinstance(pattern, str) or not pattern:
        raise NotRun("a regular expression is needed", "需要正则表达式")
    job = {"job": "search", "pattern": pattern, "flags": flags, "text": text, "most": most}
    return [(start, end) for start, end in limited(job)["spans"]]


def check_regex(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Find ``value``, a pattern of Python's ``re``, anywhere in the answer.

    ``flags`` holds letters: i (ignore case), m (^ and $ at lines), s (dot matches line ends), x
    (verbose). A search that takes longer than 5 seconds counts as not run.
    """
    only(spec, "flags")
    letters = spec.options.get("flags", "")
    if not isinstance(letters, str) or not set(letters) <= set(_FLAGS):
        raise NotRun("`flags` has letters out of `imsx`", "`flags` 由 `imsx` 中的字母组成")
    flags = 0
    for letter in letters:
        flags |= _FLAGS[letter]
    text = normal(answer.text)
    found = spans(spec.value, text, flags, most=1)
    label = f"regex /{excerpt(str(spec.value))}/{letters}"
    if not found:
        return Finding(False, label, "not found", "未找到")
    match = excerpt(text[slice(*found[0])])
    return Finding(True, label, f'found: "{match}"', f"找到：{match}")
