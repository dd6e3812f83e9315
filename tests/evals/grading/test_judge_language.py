"""The language of an answer, on prose that is really written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyskill.runtime.judge.checks import language_share

ROOT = Path(__file__).resolve().parents[3]
SKILL = ROOT / "skills" / "llm-research-scientist"

ENGLISH = "Use FlashAttention: it keeps the score matrix out of HBM, so memory is linear."
CHINESE = "用 FlashAttention：分数矩阵不再写回 HBM，显存随序列长度线性增长。"
JAPANESE = "メモリは系列長に対して線形になり、計算量は変わりません。"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (CHINESE, "zh"),
        (
            "The term 显存 means the memory of a GPU; read it so in the whole of the text.",
            "en",
        ),
        (f"{CHINESE}\n```python\n{'print(value)  # a comment in English' * 20}\n```", "zh"),
        (f"{ENGLISH}\n```\n{'# 中文注释' * 50}\n```", "en"),
        (f"{CHINESE}\n```python\n{'print(value)' * 50}", "zh"),
        ("见 https://example.org/a/very/long/address/that/is/latin/only 说明。", "zh"),
        ("执行 `pip install --upgrade some-long-package-name another-one` 即可。", "zh"),
        (f"{ENGLISH} {CHINESE}", "zh"),
        (f"{ENGLISH * 3} 只有最后这一句是用中文写成的补充说明文字，其余都是英文。", ""),
        (JAPANESE, ""),
        ("시퀀스 길이에 따라 메모리가 선형으로 증가합니다.", ""),
        ("Память растёт линейно с длиной последовательности.", ""),
        ("42", None),
        ("```\ncode only\n```", None),
        ("", None),
        ("ＥＮＧＬＩＳＨ　ｗｏｒｄｓ", "en"),
        ("user@example.org", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_share(text).language == language


def test_the_check(check) -> None:
    assert check("language", "en", ENGLISH).passed
    assert check("language", "zh", CHINESE).passed
    assert check("language", "zh", ENGLISH).passed is False
    assert check("language", "en", CHINESE).passed is False
    assert check("language", "zh", "42").passed
    assert check("language", "zh", "  \n").passed is False


def paragraphs(pattern: str) -> list[str]:
    found = []
    for path in sorted(SKILL.rglob(pattern)):
        if pattern == "*.zh.md" or not path.name.endswith(".zh.md"):
            text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.S)
            found += [part for part in text.split("\n\n") if len(part) >= 80]
    return found


def test_real_english_prose_is_never_taken_for_chinese() -> None:
    english = paragraphs("*.md")
    assert len(english) > 50
    assert {language_share(part).language for part in english} <= {"en", None}


def test_real_chinese_prose_is_chinese_but_for_citations() -> None:
    chinese = paragraphs("*.zh.md")
    assert len(chinese) > 30
    wrong = [part for part in chinese if language_share(part).language not in ("zh", None)]
    assert len(wrong) <= 0.05 * len(chinese), wrong
    for path in SKILL.rglob("*.zh.md"):
        assert language_share(path.read_text("utf-8")).language == "zh", path
