"""What a section is for: the role of a heading, from its words in either language."""

from __future__ import annotations

import re
from functools import lru_cache

from ..document import Role
from ..localized import Text
from .assistants import platforms_of
from .vocabulary import COMMON, ENDINGS, NUMBERED, OPENINGS, WHOLE

__all__ = ["plain", "platforms_of", "role_of"]

# Sections below one of these belong to it whatever their own title says.
_STICKY = frozenset({Role.TESTS, Role.HISTORY, Role.LICENSE, Role.PLATFORM})
# Under these a subsection "Installation" or "Platforms" is about the skill itself.
_FRAME = frozenset({None, Role.OTHER, Role.SCOPE, Role.OVERVIEW, Role.QUALITY})
_LONGEST_TITLE = 200
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_COMMENT = re.compile(r"<!--|-->")
_APOSTROPHES = re.compile(r"['’`*_]")
_NOISE = re.compile(r"[^\w]+")
_NUMBER = re.compile(r"^(?:\d+ )+|^[ivx]+ (?=\S)")
_COUNT = r"(?: ?(?:\d+|[a-z]|[ivx]+|[一二三四五六七八九十]+))"
_LONGEST_FIRST = sorted(NUMBERED, key=len, reverse=True)
_NUMBERED = re.compile(rf"^({'|'.join(map(re.escape, _LONGEST_FIRST))}){_COUNT}(?= |$|[章步])")
_CJK = re.compile(r"[㐀-鿿]")


def plain(title: str) -> str:
    """Return ``title`` as the vocabulary spells it: lower case, words, single spaces."""
    title = _BRACKETS.sub(" ", _COMMENT.sub(" ", title)).replace("&", " and ").lower()
    title = _NOISE.sub(" ", _APOSTROPHES.sub("", title)).strip()
    return _NUMBER.sub("", title)


def _segments(title: Text) -> list[str]:
    """Return the wordings of a title; one that still holds both languages is taken apart."""
    found: dict[str, None] = {}
    for text in (title.en, title.zh):
        if text:
            whole = _BRACKETS.sub(" ", text[:_LONGEST_TITLE])
            for part in re.split(r"\s+/\s+|<!--", whole):
                if words := plain(part):
                    found[words] = None
    return list(found)


def _exact(words: str) -> Role | None:
    """Return the role of a heading that is a known phrase, or a known word with a number."""
    role = WHOLE.get(words)
    if role is None and (match := _NUMBERED.match(words)):
        role = NUMBERED[match[1]]
    return role


def _starts(words: str, phrase: str) -> bool:
    if not words.startswith(phrase):
        return False
    return len(words) == len(phrase) or words[len(phrase)] == " " or bool(_CJK.match(phrase[-1]))


def _ends(words: str, phrase: str) -> bool:
    if not words.endswith(phrase):
        return False
    at = len(words) - len(phrase)
    return at == 0 or words[at - 1] == " " or bool(_CJK.match(phrase[0]))


def _loose(words: str) -> Role | None:
    """Return the role of a heading that begins or ends with a known phrase."""
    for phrase, role in OPENINGS.items():
        if _starts(words, phrase):
            return role
    best = max((phrase for phrase in ENDINGS if _ends(words, phrase)), key=len, default="")
    return ENDINGS.get(best)


@lru_cache(maxsize=4096)
def role_of(title: Text, level: int, parent: Role | None) -> Role:
    """Return what a section is for.

    Args:
        title: The heading's words, without number and emoji where these were recognised.
        level: 1 to 6; a level-1 heading names the skill and is never kept out of a view.
        parent: The role of the enclosing section. A subsection of a test, history, licence or
            platform section shares its role; any other has its own where its title is a known
            phrase, and else shares its parent's.
    """
    if parent in _STICKY:
        return parent
    segments = _segments(title)
    for words in segments:
        role = _exact(words)
        if role in _STICKY and (level == 1 or (words in COMMON and parent not in _FRAME)):
            continue
        if role is not None:
            return role
    if parent is not None and parent is not Role.OTHER:
        return parent
    if level > 1:
        for words in segments:
            role = _loose(words)
            if role is not None:
                return role
    return Role.OTHER
