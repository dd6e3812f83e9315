"""Which language a text is in, and where one line of it says the same thing in two.

Only Han ideographs speak for Chinese: full-width punctuation alone, emoji, dashes and quotation
marks speak for nothing. Text without any non-ASCII character never meets a regular expression
that looks for Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .localized import Lang, Text

__all__ = ["Halves", "Pair", "classify", "halves", "has_cjk", "split_pair", "top_level_slashes"]

# Radicals, 々〆〇, Suzhou numerals, extension A, the main block, compatibility ideographs, and
# planes 2 and 3 (extensions B to I with their compatibility supplement).
_HAN_RANGES = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
HAN = re.compile(f"[{_HAN_RANGES}]")
_HAN_RUN = re.compile(f"[{_HAN_RANGES}]+")

# Text that reads the same in every language: code spans, links' targets, URLs, comments, tags.
_NEUTRAL = re.compile(r"`+[^`]*`+|\]\([^()\s]*\)|https?://[^\s)>\]]+|<[!/a-zA-Z][^<>]*>")
# A word of English prose: not an acronym (GQA), an identifier (num_heads, camelCase, v2, a.b).
_WORD = re.compile(
    r"(?<![\w.@/#$\\-])(?:[A-Za-z]?[a-z]{2,}|[A-Z]{5,})(?:['’-][A-Za-z][a-z]*)*(?![\w@/\\]|\.\w)"
)
_LATIN = re.compile(r"[A-Za-z]{2,}")

_CHINESE_FROM = 0.4  # share of Han characters at which a text counts as Chinese
_WORD_WEIGHT = 2  # a Latin word weighs as much as two Han characters
_LONGEST_LINE = 4_000  # a longer line is prose, not a pair
_MOST_SLASHES = 4


def has_cjk(text: str) -> bool:
    """Whether ``text`` has a Han ideograph (full-width punctuation alone does not count)."""
    return not text.isascii() and HAN.search(text) is not None


def han_count(text: str) -> int:
    """Return the number of Han ideographs in ``text``."""
    return 0 if text.isascii() else sum(map(len, _HAN_RUN.findall(text)))


def classify(text: str) -> Lang:
    """Return the language of ``text``: ``EN``, ``ZH``, ``MIXED`` or ``NEUTRAL``.

    Code spans, URLs and tags are left out first. Without Han characters a text is ``EN`` if it
    has one ordinary word (two or more lower-case letters; acronyms, identifiers and numbers are
    none), else ``NEUTRAL``. With them it is ``ZH`` if they make up at least 40 % of it, where a
    Latin word weighs as much as two of them (so Chinese full of English terms is Chinese), else
    ``MIXED`` (English with a stray Chinese word).
    """
    ascii_only = text.isascii()
    if "`" in text or "<" in text or "://" in text or "](" in text:
        text = _NEUTRAL.sub(" ", text)
    if ascii_only or not (han := han_count(text)):
        return Lang.EN if _WORD.search(text) else Lang.NEUTRAL
    words = len(_LATIN.findall(text))
    return Lang.ZH if han >= _CHINESE_FROM * (han + _WORD_WEIGHT * words) else Lang.MIXED


@dataclass(frozen=True, slots=True)
class Pair:
    """One line that says the same in both languages.

    ``separator`` is what stands between them: " / ", "／", " (", "（", or ``'" / "'`` where both
    sides are quoted (``text`` then holds them without their quotation marks).
    """

    text: Text
    first: Lang
    separator: str


@dataclass(frozen=True, slots=True)
class Halves:
    """A pair as it is written: quotation marks kept, a shared bracket at the end in both."""

    en: str
    zh: str
    first: Lang
    separator: str


_OPEN, _CLOSE = "([{（【「『《“", ")]}）】」』》”"
_COLON_END = re.compile(r"\s*[:：]\s*$")
_QUOTES = {'"': '"', "“": "”", "'": "'", "「": "」", "『": "』", "`": "`", "‘": "’"}


def _after_code(text: str, at: int) -> int:
    """Return where the code span that opens at ``at`` ends (past the ticks if it never does)."""
    end = at
    while text[end : end + 1] == "`":
        end += 1
    ticks = text[at:end]
    close = text.find(ticks, end)
    return close + len(ticks) if close >= 0 else end


def top_level_slashes(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each `` / `` (or ``／``) outside brackets, quotes and code spans."""
    depth, at, quoted = 0, 0, ""
    while at < len(text):
        char = text[at]
        if char == "`":
            at = _after_code(text, at)
            continue
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char == '"' and text.find('"', at + 1) >= 0:
            quoted = '"'
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and char == "／":
            yield at, at + 1
        elif depth == 0 and char == "/" and text[max(at - 1, 0) : at + 2] == " / ":
            yield at - 1, at + 2
        at += 1


def _one_switch(parts: list[str]) -> int | None:
    """Return where a run of parts turns from one language to the other, if it does so once."""
    flags = [has_cjk(part) for part in parts]
    switches = [at for at in range(1, len(flags)) if flags[at] != flags[at - 1]]
    return switches[0] if len(switches) == 1 else None


def _by_slash(text: str, strict: bool) -> Halves | None:
    cuts = list(top_level_slashes(text))
    if not cuts or len(cuts) > (1 if strict else _MOST_SLASHES):
        return None
    bounds = [(0, 0), *cuts, (len(text), len(text))]
    parts = [text[a[1] : b[0]] for a, b in pairwise(bounds)]
    if not all(part.strip() for part in parts) or (turn := _one_switch(parts)) is None:
        return None
    start, end = cuts[turn - 1]
    left, right = text[:start].strip(), text[end:].strip()
    first, second = (left, right)
    zh_first = has_cjk(first)
    if (colon := _COLON_END.search(second)) and not _COLON_END.search(first):
        first += colon[0].rstrip()
    en, zh = (second, first) if zh_first else (first, second)
    prose = classify(en) is Lang.EN
    if not prose and (strict or len(cuts) > 1 or not _LATIN.search(en)):
        return None  # `RoPE / ALiBi / 位置编码` lists things, it does not translate
    return Halves(en, zh, Lang.ZH if zh_first else Lang.EN, text[start:end])


def _plausible(en: str, zh: str) -> bool:
    """Whether two wordings are of a length that a translation has."""
    words, han = max(1, len(_LATIN.findall(en))), han_count(zh)
    return han <= 4 * words + 4 and words <= 2 * han + 3


def _by_bracket(before: str, opening: str, inside: str) -> Halves | None:
    if has_cjk(before) == has_cjk(inside):
        return None
    en, zh = (inside, before) if has_cjk(before) else (before, inside)
    if classify(en) is not Lang.EN or not _plausible(en, zh):
        return None
    return Halves(en.strip(), zh.strip(), Lang.ZH if en is inside else Lang.EN, opening)


def _bracket_end(text: str) -> tuple[str, str, str, str] | None:
    """Take ``before (inside)`` apart: before, opening with its space, inside, closing."""
    if text[-1:] not in (")", "）"):
        return None
    at = max(text.rfind("("), text.rfind("（"))
    before, inside = text[: max(at, 0)].rstrip(), text[at + 1 : -1]
    if not before or not inside or ")" in inside or "）" in inside:
        return None
    return before, text[len(before) : at + 1], inside, text[-1]


def halves(text: str, *, strict: bool = False) -> Halves | None:
    """Return both sides of a bilingual line as they are written, or ``None``.

    ``strict`` is for running text (cells, list items), where `` / `` often lists alternatives:
    exactly one slash, an English side with an ordinary word in it, and no brackets as separator.
    """
    if text.isascii() or len(text) > _LONGEST_LINE or not has_cjk(text):
        return None
    text = text.strip()
    colon = _COLON_END.search(text)
    tail = colon[0].rstrip() if colon else ""
    bracket = _bracket_end(text[: colon.start()] if colon else text)
    if bracket is None or strict:
        return _by_slash(text, strict)
    before, opening, inside, closing = bracket
    if inner := _by_slash(inside, strict):
        # `Title / 标题 (Recommended / 推荐)` and `OpenCode (推荐 / Recommended)`.
        outer = _by_slash(before, strict)
        if outer is None and has_cjk(before):
            return None
        whole = outer or inner
        return Halves(
            f"{outer.en if outer else before}{opening}{inner.en}{closing}{tail}",
            f"{outer.zh if outer else before}{opening}{inner.zh}{closing}{tail}",
            whole.first,
            whole.separator,
        )
    if found := _by_slash(text, strict):
        return found
    if pair := _by_bracket(before, opening, inside):
        return Halves(pair.en + tail, pair.zh + tail, pair.first, pair.separator)
    return None


def _unquote(text: str) -> str | None:
    close = _QUOTES.get(text[:1])
    if close is None or len(text) < 3 or text[-1] != close or close in text[1:-1]:
        return None
    return text[1:-1]


def split_pair(text: str) -> Pair | None:
    """Take a bilingual line apart, if one side has Chinese and the other has none.

    Read are ``en / zh``, ``zh / en`` (spaces around the slash, or a full-width one), ``en (zh)``,
    ``zh (en)``, the same with full-width brackets, and both sides quoted. Of several slashes one
    must part the languages: ``CFO / Chief Financial Officer / 首席财务官`` is a pair, ``架构 /
    Architecture / 设计`` is none, and neither is ``RoPE / ALiBi / 位置编码``, a list of terms.
    """
    found = halves(text)
    if found is None:
        return None
    en, zh = _unquote(found.en), _unquote(found.zh)
    if en is not None and zh is not None:
        return Pair(Text(en, zh), found.first, '" / "')
    return Pair(Text(found.en, found.zh), found.first, found.separator)
