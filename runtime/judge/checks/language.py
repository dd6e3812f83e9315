"""Which language an answer is written in: English or Chinese."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from .. import code_blocks
from .base import Answer, CheckSpec, Finding, NotRun, only

__all__ = ["CHINESE_FROM", "ENGLISH_AT_MOST", "LanguageShare", "check_language", "language_share"]

#: Share of Chinese characters among the letters. Chinese prose about computing is full of Latin
#: terms, and one character says as much as several letters: the paragraphs of the bundled Chinese
#: skill lie between .27 and 1 apart from lists of citations; English that quotes Chinese terms
#: stays below .1.
CHINESE_FROM = 0.2
ENGLISH_AT_MOST = 0.1

# Bounded, because an answer may be of any size and shape.
_NOT_PROSE = (
    re.compile(r"(?<!`)(?P<ticks>`{1,4})(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`)"),
    re.compile(r"\$\$.{1,800}?\$\$|\\\[.{1,800}?\\\]|\\\(.{1,500}?\\\)", re.S),
    re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://[^\s<>「」（），。；]+", re.I),
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    re.compile(r"</?[A-Za-z][^<>\n]{0,200}>"),
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA_OR_HANGUL = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7af\u1100-\u11ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """Letters of an answer's prose by script; ``share`` is that of Chinese characters (0 to 1).

    ``language`` is "en", "zh", "" where the prose has both or is of another language, and
    ``None`` where there is no prose to tell by.
    """

    han: int
    latin: int
    other: int
    language: str | None

    @property
    def share(self) -> float:
        """Chinese characters among all letters; 0 where there are none."""
        letters = self.han + self.latin + self.other
        return self.han / letters if letters else 0.0


def language_share(text: str) -> LanguageShare:
    """Count the letters of ``text`` outside of code, formulae, addresses and tags."""
    prose = unicodedata.normalize("NFKC", code_blocks.prose(text))
    for part in _NOT_PROSE:
        prose = part.sub(" ", prose)
    han, latin = len(_HAN.findall(prose)), len(_LATIN.findall(prose))
    letters = sum(map(str.isalpha, prose))
    other = max(letters - han - latin, 0)
    share = han / letters if letters else 0.0
    language: str | None = ""
    if not letters:
        language = None
    elif other > letters / 4 or (han and len(_KANA_OR_HANGUL.findall(prose)) > han / 10):
        language = ""  # Japanese has Chinese characters, too
    elif share >= CHINESE_FROM:
        language = "zh"
    elif share <= ENGLISH_AT_MOST:
        language = "en"
    return LanguageShare(han, latin, other, language)


def check_language(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Look whether the answer is in the language ``value``, "en" or "zh".

    An answer without prose (a number, a block of code) is in any language; an empty one in none.
    """
    only(spec)
    if spec.value not in ("en", "zh"):
        raise NotRun("`value` has to be `en` or `zh`", "`value` 必须为 `en` 或 `zh`")
    found = language_share(answer.text)
    label = f"language {spec.value}"
    if found.language is None:
        if answer.text.strip():
            return Finding(True, label, "no prose", "没有正文文字")
        return Finding(False, label, "the answer is empty", "回答为空")
    percent = f"{100 * found.share:.0f} %"
    return Finding(
        found.language == spec.value,
        label,
        f"{percent} of the letters are Chinese",
        f"中文字符占 {percent}",
    )
