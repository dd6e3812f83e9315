from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.language import classify, has_cjk, split_pair
from polyskill.compiler.localized import Lang
from polyskill.compiler.tokens import estimate


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Measure before you change anything.", Lang.EN),
        ("IMPORTANT", Lang.EN),
        ("先测量，再改动", Lang.ZH),
        ("用 PyTorch 训练 Transformer 时先看 loss 曲线", Lang.ZH),
        ("Answer users named 张三 politely and in full sentences", Lang.MIXED),
        ("GQA", Lang.NEUTRAL),
        ("num_heads = 8", Lang.NEUTRAL),
        ("3.14 × 2 → 6.28", Lang.NEUTRAL),
        ("`运行 tests`", Lang.NEUTRAL),
        ("https://example.org/some/page", Lang.NEUTRAL),
        ("，。！", Lang.NEUTRAL),
        ("“quoted” — with dashes…", Lang.EN),
        ("", Lang.NEUTRAL),
        ("\U00020000\U0002a6d6", Lang.ZH),
    ],
)
def test_classify(text: str, lang: Lang) -> None:
    assert classify(text) is lang


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", False),
        ("naïve — “x” 🎯", False),
        ("，", False),
        ("a 字", True),
        ("\U00031350", True),
    ],
)
def test_has_cjk(text: str, found: bool) -> None:
    assert has_cjk(text) is found


@pytest.mark.parametrize(
    ("text", "en", "zh", "first"),
    [
        ("Core rules / 核心规则", "Core rules", "核心规则", Lang.EN),
        ("核心规则 / Core rules", "Core rules", "核心规则", Lang.ZH),
        ("核心规则 (Core rules)", "Core rules", "核心规则", Lang.ZH),
        ("Core rules (核心规则)", "Core rules", "核心规则", Lang.EN),
        ("Core rules（核心规则）", "Core rules", "核心规则", Lang.EN),
        ("FAQ / 常见问题", "FAQ", "常见问题", Lang.EN),
        ("Boss / Chief of Staff / 幕僚长", "Boss / Chief of Staff", "幕僚长", Lang.EN),
        ('"fix the bug" / "修复缺陷"', "fix the bug", "修复缺陷", Lang.EN),
        ("触发条件 / Triggers:", "Triggers:", "触发条件:", Lang.ZH),
        ("Editor (推荐 / Recommended)", "Editor (Recommended)", "Editor (推荐)", Lang.ZH),
        ("Words / 词语 (Full / 完整)", "Words (Full)", "词语 (完整)", Lang.EN),
        ("输入／input", "input", "输入", Lang.ZH),
    ],
)
def test_pairs(text: str, en: str, zh: str, first: Lang) -> None:
    pair = split_pair(text)
    assert pair is not None
    assert (pair.text.en, pair.text.zh, pair.first) == (en, zh, first)


@pytest.mark.parametrize(
    "text",
    [
        "TP/PP/DP",
        "read/写",
        "架构 / Architecture / 设计",
        "RoPE / ALiBi / 位置编码",
        "only English / still English",
        "只有中文 / 还是中文",
        "架构设计 (RLHF)",
        "`a / b` 中文",
        "",
        " / ",
        "行动 (this is a remark that is far too long to be any translation of it)",
    ],
)
def test_no_pairs(text: str) -> None:
    assert split_pair(text) is None


@given(st.text())
def test_never_fails_and_sides_are_apart(text: str) -> None:
    classify(text)
    pair = split_pair(text)
    if pair is not None:
        assert not has_cjk(pair.text.en or "")
        assert has_cjk(pair.text.zh or "")


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_has_no_chinese(text: str) -> None:
    assert classify(text) in (Lang.EN, Lang.NEUTRAL)
    assert split_pair(text) is None


def test_estimate() -> None:
    assert estimate("") == 0
    assert estimate("a") == 1
    assert estimate("word " * 80) == 100
    assert estimate("汉字" * 75) == 100
    assert estimate("汉字" * 75 + "word " * 80) == 200


@given(st.text(), st.text())
def test_estimate_adds_up(one: str, two: str) -> None:
    assert abs(estimate(one + two) - estimate(one) - estimate(two)) <= 1


@pytest.mark.parametrize("char", ["`", '"', "(", "（", "<a", " / ", "a-", "](", "https://"])
def test_hostile_lines_are_linear(char: str) -> None:
    text = char * 100_000 + "中文 / english"
    started = time.process_time()
    classify(text)
    split_pair(text)
    assert time.process_time() - started < 2
