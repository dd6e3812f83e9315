"""A heading taken apart: emoji, number, title in one or two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..document import Heading, Origin, Variant
from ..language import halves, has_cjk, split_pair
from ..localized import Lang, Text
from ..source import Span
from .headwords import WORD, said_in

__all__ = ["EMOJI", "Titled", "read_heading"]

_EMOJI_CHARS = (
    "\u203c\u2049\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff"
)
# With joiners, skin tones, variation selectors, key caps and flag tags.
EMOJI = re.compile(
    f"(?:[0-9#*]\ufe0f?\u20e3|[{_EMOJI_CHARS}])"
    f"(?:[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f{_EMOJI_CHARS}])*"
)
_BADGE = re.compile(rf"\s+{EMOJI.pattern}")
_LONGEST = 500  # a longer heading is prose: nobody numbers it or writes it in two languages

_NUMBERS = (
    ("section-sign", re.compile(r"§\s*(\d+(?:\.\d+)*)(?:\s*[·•.:：—–|-])?\s*(?=\S)")),
    (
        "decimal",
        re.compile(r"(\d+(?:\.\d+)+)[.:：、)]?\s+(?=\S)|(\d+)(?:[.:：)]\s+|[、．]\s*)(?=\S)"),
    ),
    (
        "word",
        re.compile(r"(第[\d一二三四五六七八九十百]+[章节步条篇部])[分]?\s*[:：、.·—-]?\s*(?=\S)"),
    ),
    (
        "word",
        re.compile(
            r"([一二三四五六七八九十]+)、\s*(?=\S)|[(（]([一二三四五六七八九十]+)[)）]\s*(?=\S)"
        ),
    ),
)
_COMMENT = re.compile(r"(?P<title>.*?\S)\s*<!--\s*#*\s*(?P<other>.*?)\s*-->$")


@dataclass(frozen=True, slots=True)
class Titled:
    """A heading, how its title reads with the word that numbers it, and its variant."""

    heading: Heading
    spoken: Text
    variant: Variant | None = None


def _numbered(text: str) -> tuple[str, str, str, str]:
    """Return emoji, number, number style and what is left of a heading's text."""
    emoji = number = style = ""
    for _ in range(2):
        if not emoji and (match := EMOJI.match(text)):
            rest = text[match.end() :].lstrip()
            if rest:
                emoji, text = match[0], rest
        if number:
            break
        for name, pattern in _NUMBERS:
            if match := pattern.match(text):
                number, style = match[match.lastindex or 0], name
                text = text[match.end() :]
                break
    return emoji, number, style, text


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a heading after its number: `Scenario 1: X / 场景 1: Y`."""

    title: Text  # without the numbering word
    spoken: Text  # with it
    first: Lang | None = None
    separator: str = ""
    number: str = ""


def _in_one_or_two(text: str) -> tuple[Text, Lang | None, str]:
    """Return a title per language, which language stands first, and the separator."""
    if text.endswith("-->") and (match := _COMMENT.match(text)):
        own, other = match["title"], match["other"]
        if has_cjk(other) and not has_cjk(own):
            return Text(own, other), Lang.EN, " <!-- "
    pair = split_pair(text)
    if pair is not None:
        return pair.text, pair.first, pair.separator
    return (Text(zh=text) if has_cjk(text) else Text(en=text)), None, ""


def _words(text: str) -> _Words:
    word = WORD.match(text)
    if word is None or not text[word.end() :].strip():
        title, first, separator = _in_one_or_two(text)
        return _Words(title, title, first, separator)
    title, first, separator = _in_one_or_two(text[word.end() :])
    en = None if title.en is None else said_in(Lang.EN, word) + title.en
    zh = None if title.zh is None else said_in(Lang.ZH, word) + title.zh
    # The other side may carry the word again.
    second = (title.zh if first is Lang.EN else title.en) or ""
    again = WORD.match(second) if first else None
    if again and again.end() < len(second):
        cut = second[again.end() :]
        if first is Lang.EN:
            title, zh = replace(title, zh=cut), second
        else:
            title, en = replace(title, en=cut), second
    number = " ".join(part for part in (word["word"], word["count"]) if part)
    return _Words(title, Text(en, zh), first, separator, number)


def read_heading(level: int, text: str, span: Span, start: int | None) -> Titled:
    """Take a heading apart.

    Args:
        level: 1 to 6.
        text: The words of the heading, as written, without the ``#``.
        span: The whole lines of the heading.
        start: Where ``text`` begins in the source; ``None`` if it spans several lines, so that
            no part of it can be replaced.
    """
    if len(text) > _LONGEST:
        title = Text(zh=text) if has_cjk(text) else Text(en=text)
        return Titled(Heading(level, title, span), title)
    emoji, number, style, rest = _numbered(text)
    at = len(text) - len(rest)
    badge = None if rest.endswith("-->") else _BADGE.search(rest, rest.rfind("/") + 1)
    if badge and not has_cjk(rest[badge.end() :]):
        rest = rest[: badge.start()]
    words = _words(rest)
    if words.number and not number:
        number, style = words.number, "word"
    heading = Heading(level, words.title, span, number, style, emoji, words.first, words.separator)
    if words.first is None or start is None:
        return Titled(heading, words.spoken)
    # What is written wins over what was taken apart: quotation marks stay.
    raw = None if words.spoken is not words.title else halves(rest)
    commented = words.separator == " <!-- "
    en = words.spoken.en or "" if commented or raw is None else raw.en
    zh = words.spoken.zh or "" if commented or raw is None else raw.zh
    where = Span(start + at, start + at + len(rest))
    origin = Origin.COMMENT if commented else Origin.SLASH
    return Titled(heading, words.spoken, Variant(where, en, zh, origin))
