"""Numbers in Chinese characters: 三百二十, 一万五千, 二〇二四, 两亿."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["hanzi_numbers", "value_of"]

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7}
_DIGITS |= {"捌": 8, "玖": 9}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_RUN = re.compile(f"[{''.join(_DIGITS)}{''.join(_SMALL)}{''.join(_LARGE)}]{{1,40}}")
# One character alone is a number only where something is counted (三张卡), not in 三角 or 十分.
_COUNTED = re.compile("[个張张台层層条條项項步次倍种種类類位人元块塊天年月周小秒页頁行列章节節卡]")


def value_of(run: str) -> int | None:
    """Return the value of a run of Chinese numerals; ``None`` if it is no number."""
    if all(character in _DIGITS for character in run):  # a year, a number read digit by digit
        return int("".join(str(_DIGITS[character]) for character in run))
    total = section = digit = 0
    last = 0  # the unit before, so that 一百二 is 120
    pending = False
    for at, character in enumerate(run):
        if character in _DIGITS:
            if pending and digit:
                return None  # 三二百
            digit, pending = _DIGITS[character], True
            if character in "零〇":
                last = 0
        elif character in _SMALL:
            unit = _SMALL[character]
            if not pending and not (unit == 10 and (at == 0 or section or total)):
                return None  # 千万 alone means "by all means"
            section += (digit if pending else 1) * unit
            digit, pending, last = 0, False, unit
        else:
            unit = _LARGE[character]
            amount = section + digit
            if not amount and not total:
                return None  # 万一
            # 一万亿: what was counted so far is multiplied; 一亿二千万: only the new section is
            total = (total + amount) * unit if not amount or total < unit else total + amount * unit
            section = digit = 0
            pending, last = False, unit
    if pending and last >= 100:
        digit *= last // 10
    return total + section + digit


def hanzi_numbers(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (value, start, end) of each number in Chinese characters."""
    for match in _RUN.finditer(text):
        run = match.group()
        if len(run) == 1 and (run == "一" or not _COUNTED.match(text, match.end())):
            continue
        value = value_of(run)
        if value is not None:
            yield value, match.start(), match.end()
