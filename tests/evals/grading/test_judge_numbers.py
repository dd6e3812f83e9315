"""Numbers in answers, in every spelling that people and models use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.checks import Answer, CheckSpec, run_check
from polyskill.runtime.judge.checks.figures import figures, plain
from polyskill.runtime.judge.checks.hanzi import hanzi_numbers, value_of


def numbers(text: str) -> list[float]:
    return [value for figure in figures(plain(text)) for value in figure.meant]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,000", [1000]),
        ("10,737,418,240 bytes", [10737418240]),
        ("1'000 and 1_000 and 1\u202f000 and 1{,}000", [1000] * 4),
        ("1,2,3", [1, 2, 3]),
        ("1，200", [1, 200]),
        ("0.5, .5 and 5.", [0.5, 0.5, 5]),
        ("1e6 2.5E-3", [1e6, 0.0025]),
        ("3 × 10^23", [3e23]),
        ("3.5x10^{23}", [3.5e23]),
        (r"$1.5 \times 10^{24}$", [1.5e24]),
        ("6·10²³", [6e23]),
        ("6 * 10**-3", [0.006]),
        ("2^20, 10²³", [2**20, 1e23]),
        ("10**3 and **10** 20 and 10 **5**", [1000, 10, 20, 10, 5]),
        ("3.5 万", [35000]),
        ("2亿", [2e8]),
        ("1.5万亿", [1.5e12]),
        ("3千万", [3e7]),
        ("3千克", [3]),
        ("3千人", [3000]),
        ("70B", [70, 70e9]),
        ("8k 70 GB", [8, 8000, 70]),
        ("3 million", [3e6]),
        ("1.4T tokens", [1.4, 1.4e12]),
        ("12 %", [12, 0.12]),
        ("百分之十二点", [12, 0.12]),
        ("百分之 12", [12]),
        ("百分之12.5", [12.5, 0.125]),
        ("-5 −5 负5 minus 5 (-3)", [-5, -5, -5, -5, -3]),
        ("约-5", [-5]),
        ("10-20", [10, 20]),
        ("１２３．５", [123.5]),
        ("H100, x86_64, GPT-4 and v2.0", []),
        ("1.2.3", []),
        ("三百二十", [320]),
        ("一万五千", [15000]),
        ("一千零二十四", [1024]),
        ("二〇二四", [2024]),
        ("一亿二千万", [120_000_000]),
        ("一万亿", [1e12]),
        ("十二", [12]),
        ("一百二", [120]),
        ("两万", [20000]),
        ("需要三张卡", [3]),
        ("十分重要，千万不要，万一，一些，三角", []),
        ("", []),
        ("9" * 401, []),
        ("1e999", []),
    ],
)
def test_spellings(text: str, wanted: list[float]) -> None:
    assert numbers(text) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("value", "text", "options", "passed"),
    [
        (10, "It takes 10 GiB.", {}, True),
        (10, "It takes 100 GiB.", {}, False),
        (10, "It takes **10** GiB.", {"unit": "GiB"}, True),
        (10, r"$10\,\text{GiB}$", {"unit": "GiB"}, True),
        (10, "10GiB", {"unit": "GiB"}, True),
        (10, "10 GB", {"unit": "GiB"}, False),
        (10, "10 GiBs", {"unit": "GiB"}, False),
        (10, "10 GB", {"unit": ["GiB", "GB"]}, True),
        (35000, "3.5 万元", {"unit": "元"}, True),
        (3.5, "3.5 万元", {"unit": "万元"}, True),
        (3.5, "3.5 万元", {}, False),
        (20, "$20", {"unit": "$"}, True),
        (20, "￥20", {"unit": "￥"}, True),
        (20, "20", {"unit": "$"}, False),
        (12, "12 %", {"unit": "%"}, True),
        (12, "12 percent", {"unit": "%"}, True),
        (12, "12", {"unit": "%"}, False),
        (0.12, "12 %", {}, True),
        (70e9, "70B", {}, True),
        (70, "70B", {"unit": "B"}, True),
        (5.9e23, "about 6e23 FLOPs", {"relative": 0.05}, True),
        (5.9e23, "about 6e23 FLOPs", {"relative": 0.01}, False),
        (10, "9.6", {"tolerance": 0.4}, True),
        (10, "9.59", {"tolerance": 0.4}, False),
        (0, "0.0", {}, True),
        (0, "0.001", {}, False),
        (0.3, "0.30", {}, True),
        (None, "7 or 8", {"min": 8, "max": 9}, True),
        (None, "7", {"min": 8}, False),
        ({"min": 6e23, "max": 1.3e24}, "9.7 × 10^23", {}, True),
        (10, "12 layers … " + "x" * 90 + " 10", {"near": "layers"}, False),
        (12, "12 layers … " + "x" * 90 + " 10", {"near": "layers"}, True),
        (12, "no such word: 12", {"near": "layers"}, False),
        (10, "", {}, False),
        (10, "none", {}, False),
    ],
)
def test_number(check, value, text, options, passed) -> None:
    assert check("number", value, text, **options).passed is passed


def test_a_failure_shows_what_was_found_instead(check) -> None:
    found = check("number", 10, "either 12 GiB or 1,300 MiB")
    assert found.detail == "found only: 12, 1,300"
    assert found.detail_zh == "只找到：12, 1,300"


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from("gef"))
def test_any_number_is_found_as_python_writes_it(number: float, form: str) -> None:
    number = float(f"{number:.4{form}}")
    text = f"x = {number:.4{form}}."
    assert run_check(CheckSpec("number", number, {"relative": 1e-6}), Answer(text)).passed


@given(st.integers(10, 10**12))
def test_chinese_numerals_of_any_integer(number: int) -> None:
    written = _written(number)
    assert value_of(written) == number
    if number != 10:
        assert [value for value, _, _ in hanzi_numbers(f"共{written}。")] == [number]


def _written(number: int) -> str:
    """Write a number as a Chinese text does, by splitting at 万 and 亿."""
    digits = "零一二三四五六七八九"
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if low and low < unit // 10 else ""
            return _written(high) + name + (gap + _written(low) if low else "")
    made, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            made += ("零" if pending else "") + digits[digit] + name
            pending = False
        elif made:
            pending = True
    return made


@given(st.text(st.sampled_from("0123456789.,-+eExX×^{}%万亿千百一二十两零 BkM元\n"), max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for figure in figures(plain(text)):
        assert 0 <= figure.start < figure.end <= len(plain(text))
        assert figure.meant
