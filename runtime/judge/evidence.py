"""Whether a passage that a judge quotes occurs in the answer."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["occurs"]

_ELLIPSIS = re.compile(r"\[\s*(?:\.{3,}|…+)\s*\]|\(\s*(?:\.{3,}|…+)\s*\)|\.{3,}|…+|⋯+")
# Quotation marks and Markdown's signs: judges change, add and drop them.
_DROPPED = re.compile("[\"'`*_#>|~“”‘’„‟«»‹›「」『』＂＇´\u200b-\u200d\u2060\ufeff]")
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af"
_BULLETS = re.compile(r"^[ \t]*(?:[-+•·]|\d{1,3}[.)])[ \t]+", re.M)
_SPACES = re.compile(r"\s+")
_AROUND_CJK = re.compile(rf" (?=[{_CJK}])|(?<=[{_CJK}]) ")
_DASHES = str.maketrans("‐‑‒–—−", "------")


def _plain(text: str) -> str:
    text = _BULLETS.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))
    text = _DROPPED.sub("", text).casefold()
    return _AROUND_CJK.sub("", _SPACES.sub(" ", text)).strip()


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _find(part: str, text: str, at: int) -> int:
    """Return where ``part`` ends in ``text`` from ``at`` on, as whole words; -1 if nowhere."""
    while (start := text.find(part, at)) >= 0:
        end = start + len(part)
        begins = start == 0 or not (_is_word(part[0]) and _is_word(text[start - 1]))
        ends = end == len(text) or not (_is_word(part[-1]) and _is_word(text[end]))
        if begins and ends:
            return end
        at = start + 1
    return -1


def occurs(quote: str, answer: str) -> bool:
    """Return whether ``quote`` occurs in ``answer`` word for word.

    White space, case, quotation marks, Markdown's signs, numbers and bullets of lists, and
    compatible forms (NFKC) make no difference. An ellipsis stands for any text in between: the
    parts have to occur in order. A quote without a letter or a digit occurs nowhere.
    """
    text = _plain(answer)
    parts = [_plain(part) for part in _ELLIPSIS.split(quote)]
    parts = [part.strip(" .,;:!?。，；：！？、()") for part in parts]
    parts = [part for part in parts if part]
    if not any(character.isalnum() for part in parts for character in part):
        return False
    at = 0
    for part in parts:
        at = _find(part, text, at)
        if at < 0:
            return False
    return True
