"""The numbers that an answer gives, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from .hanzi import hanzi_numbers
from .text import normal

__all__ = ["Figure", "figures", "plain"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: what it may mean, and where it stands.

    ``readings`` holds each value with the place behind it, where a unit would follow: "3.5 万元"
    is 35,000 before 元 and 3.5 before 万元; "70B" may mean 70 or 7e10; "12 %" 12 or 0.12. Without
    a unit only the readings that are ``meant`` count, so that "3.5 万" is not 3.5. ``percent`` says
    that the number is a percentage, in whatever words.
    """

    start: int
    end: int
    text: str
    readings: tuple[tuple[float, int], ...]
    meant: tuple[float, ...]
    percent: bool = False


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("(?<=[0-9])[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_SPELLINGS = str.maketrans(
    {"−": "-", "－": "-", "﹣": "-", "＋": "+", "．": ".", "％": "%", "✕": "×", "⋅": "·", "∙": "·"}
)
_THIN = "\u2009\u202f\u00a0"
# Digits in groups of three, or any digits; not inside of a name (H100, x86) or a version (1.2.3).
_NUMBER = re.compile(
    rf"""
    (?P<sign>(?:(?<![A-Za-z0-9_.)\]}}%-])-|(?<![A-Za-z0-9_+])\+|负|\bminus[ ])\s?)?
    (?<![A-Za-z_0-9])(?<![A-Za-z]-)(?<![0-9]\.)
    (?P<digits>[0-9]{{1,3}}(?:(?P<by>[,'_{_THIN}]|\{{,\}})[0-9]{{3}})(?:(?P=by)[0-9]{{3}})*(?![0-9])
       |[0-9]{{1,400}}(?![0-9])|(?<!\.)(?=\.[0-9]))
    (?P<fraction>\.[0-9]+|(?=\.[eE][+-]?[0-9]))?
    (?:[eE](?P<exponent>[+-]?[0-9]{{1,4}})(?![0-9A-Za-z]))?
    (?!\.[0-9])
    """,
    re.X,
)
_POWER = re.compile(
    r"\s*(?:×|\\times|\\cdot|·|\*|[xX](?=\s*10))\s*10(?:\s*\^|\*\*)\s*\{?\s*([+-]?[0-9]{1,4})\s*\}?"
)
# Two asterisks only where no space is: they may be Markdown's.
_RAISE = re.compile(r"(?:\s*\^\s*\{?\s*|\*\*)([+-]?[0-9]{1,4})\s*\}?")
_CHINESE_SCALE = re.compile(
    "\\s*(万亿|萬億|百万|百萬|千万|千萬|十万|十亿|百亿|千亿|万|萬|亿|億|千(?![克米瓦焦])|百(?!分))"
)
_CHINESE_SCALES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7,
    "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
_WORD_SCALE = re.compile(r"[\s-]*(thousand|million|billion|trillion)\b", re.I)
_WORD_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTER_SCALE = re.compile(r"\s?(bn|[kKMBT])(?![A-Za-z0-9])")
_LETTER_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "bn": 1e9, "T": 1e12}
_PERCENT = re.compile(r"\s*\\?%|\s*(?:percent|per cent)\b")
_OF_A_HUNDRED = "百分之"
_SIMPLE = str.maketrans("萬億", "万亿")


def plain(text: str) -> str:
    """Return ``text`` in one spelling of digits, signs and exponents (10²³ as 10^23)."""
    text = normal(text).translate(_SPELLINGS)
    return _RAISED.sub(lambda match: "^" + match.group().translate(_SUPERSCRIPTS), text)


def _float(text: str) -> float:
    try:
        return float(text)
    except (ValueError, OverflowError):
        return float("inf")


def _power(base: float, exponent: str) -> float:
    try:
        value = base ** int(exponent)
    except (OverflowError, ZeroDivisionError):
        return float("inf")
    return value if isinstance(value, float) else float("inf")


def _figure(match: re.Match[str], text: str) -> Figure:
    digits = re.sub(r"\D", "", match["digits"])
    number = _float(digits + (match["fraction"] or "") + f"e{match['exponent'] or 0}")
    negative = bool(match["sign"]) and match["sign"].strip() != "+"
    end = match.end()
    if power := _POWER.match(text, end):
        number, end = number * _power(10.0, power[1]), power.end()
    elif power := _RAISE.match(text, end):
        number, end = _power(number, power[1]), power.end()
    number = -number if negative else number
    readings = [(number, end)]
    meant = [number]
    percent = _PERCENT.match(text, end)
    of_a_hundred = percent is not None or text.endswith(_OF_A_HUNDRED, 0, match.start())
    if scale := _CHINESE_SCALE.match(text, end):
        scaled = number * _CHINESE_SCALES[scale[1].translate(_SIMPLE)]
        readings.append((scaled, scale.end()))
        meant = [scaled]
    elif scale := _WORD_SCALE.match(text, end):
        scaled = number * _WORD_SCALES[scale[1].lower()]
        readings.append((scaled, scale.end()))
        meant = [scaled]
    elif scale := _LETTER_SCALE.match(text, end):
        scaled = number * _LETTER_SCALES[scale[1]]
        readings.append((scaled, scale.end()))
        meant.append(scaled)
    elif of_a_hundred:
        readings.append((number / 100, percent.end() if percent else end))
        meant.append(number / 100)
    start = match.start()
    end = readings[-1][1]
    return Figure(
        start,
        end,
        text[start:end].strip(),
        tuple((value, place) for value, place in readings if isfinite(value)),
        tuple(value for value in meant if isfinite(value)),
        of_a_hundred,
    )


def figures(text: str) -> Iterator[Figure]:
    """Yield the numbers of ``text``, which :func:`plain` has made.

    Read are 1,000 (also 1'000, 1 000, 1_000), 1e6, 3 × 10^23, 2^20, 12 %, 3.5 万, 2 亿, 70B,
    3 million, 三百二十, -5 and 负 5; not the digits inside of names (H100, GPT-4) and versions.
    """
    at = 0
    while match := _NUMBER.search(text, at):
        figure = _figure(match, text)
        if figure.meant:
            yield figure
        at = max(figure.end, match.end())
    for value, start, end in hanzi_numbers(text):
        # 3 百万 is read above, with its digit
        if not (start and re.search(r"[0-9]\s*$", text[max(start - 4, 0) : start])):
            share = text.endswith(_OF_A_HUNDRED, 0, start)
            meant = (float(value), value / 100) if share else (float(value),)
            readings = tuple((number, end) for number in meant)
            yield Figure(start, end, text[start:end], readings, meant, share)
