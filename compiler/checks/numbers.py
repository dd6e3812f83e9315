"""The numbers of a text, in whatever way either language writes them.

Numbers are compared by value: ``10,000``, ``10k``, ``1万`` and ``１００００`` are the same, and so
are ``12 million`` and ``1200万``, ``2024-05-01`` and ``2024年5月1日``, ``10%`` and 百分之十.
Words are not numbers of their own (``one of them``, 一般), but a digit on one side may be a word
on the other: ``3 steps`` and 三个步骤 agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

__all__ = ["differences", "numbers", "worded"]

# Han characters are letters to `\w`, and a number may well stand between two of them.
_END = r"(?![A-Za-z0-9_])"
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<power>e[-+]?\d{{1,2}}{_END})?"
    r"(?P<scale>\s?(?:万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千(?![克米瓦字卡焦帕伏赫])"
    rf"|(?i:thousand|million|billion|trillion|bn){_END})|[kKMBT](?![A-Za-z0-9_-]))?",
    re.ASCII,
)
_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "t": 12,
    "trillion": 12, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9,
    "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip

_ONES = (  # from 0 up
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS: dict[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_ONES.split())},
    **{word: Decimal(10 * value) for value, word in enumerate(_TENS.split(), 2)},
    **{
        word: Decimal(value)
        for value, words in (
            ("1", "a an first once single january jan"),
            ("2", "second twice double doubles doubled pair both february feb two-fold twofold"),
            ("3", "third triple thrice march mar threefold"),
            ("4", "fourth quarter quadruple april apr"),
            ("5", "fifth may"), ("6", "sixth june jun"), ("7", "seventh july jul"),
            ("8", "eighth august aug"), ("9", "ninth september sep sept"),
            ("10", "tenth october oct tens"), ("11", "eleventh november nov"),
            ("12", "twelfth dozen december dec"), ("20", "twentieth"),
            ("50", "half halves fiftieth"),
            ("100", "hundred hundreds hundredth"), ("1000", "thousand thousands"),
            ("1000000", "million millions"), ("1000000000", "billion billions"),
        )
        for word in words.split()
    },
}  # fmt: skip
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
# Not the 万 of ``2 万``, which belongs to the digit before it.
_HAN_NUMBER = re.compile("(?<![0-9])(?<![0-9] )[〇零一二两三四五六七八九十百千万亿半双]+")
_HAN_DIGITS = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_HAN_DIGITS.update({"两": 2, "双": 2})
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_LONGEST = 20


def numbers(text: str) -> Iterator[tuple[Decimal, int]]:
    """Yield the value of each number that is written in digits, and where it stands.

    Digits inside a word are that word's (``GPT-4`` has a 4, ``x86`` and ``v2`` have none).
    """
    if not text.isascii():
        text = _narrow(text)
    for found in _NUMBER.finditer(text):
        digits = found["digits"]
        if len(digits) > _LONGEST:
            continue
        if text[found.end() : found.end() + 1] == "_":
            continue
        value = Decimal(digits.replace(",", "") + (found["power"] or ""))
        if scale := (found["scale"] or "").strip():
            value *= Decimal(10) ** _SCALES[scale.lower()]
        yield value.normalize(), found.start()


def _narrow(text: str) -> str:
    """Turn full-width digits and signs into ASCII ones, character by character."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char for char in text
    )


def worded(text: str) -> set[Decimal]:
    """Return every value that a word of the text may stand for, in either language."""
    found = {_WORDS[word.lower()] for word in _WORD.findall(text) if word.lower() in _WORDS}
    for run in _HAN_NUMBER.findall(text) if not text.isascii() else ():
        found |= _han_values(run[:_LONGEST])
    return found


def _han_values(run: str) -> set[Decimal]:
    """Return what a run of Chinese numerals may mean: as one number, and digit by digit."""
    values = {Decimal(_HAN_DIGITS[char]) for char in run if char in _HAN_DIGITS}
    if "半" in run:
        values |= {Decimal("0.5"), Decimal(50), Decimal("1.5")}
    total = section = digit = 0
    for char in run:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        elif char in "万亿":
            total = (total + section + digit or 1) * (10**4 if char == "万" else 10**8)
            section = digit = 0
    values.add(Decimal(total + section + digit))
    return {value.normalize() for value in values}


def differences(here: str, there: str) -> tuple[list[Decimal], list[Decimal]]:
    """Return the numbers that only one of two texts has (each as often as it has more of it).

    A number that the other text has as a word does not count.
    """
    counted = [Counter(value for value, _ in numbers(text)) for text in (here, there)]
    words = [worded(here), worded(there)]
    left = [counted[0] - counted[1], counted[1] - counted[0]]
    for side in (0, 1):
        for value in list(left[side]):
            if value in words[1 - side]:
                del left[side][value]
    return sorted(left[0].elements()), sorted(left[1].elements())
