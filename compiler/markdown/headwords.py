"""The words that number headings (`Scenario 1:`, `场景 1：`), in both languages."""

from __future__ import annotations

import re

from ..language import has_cjk
from ..localized import Lang

__all__ = ["WORD", "said_in"]

_COUNT = r"(?:\d+(?:\.\d+)*|[A-Z]|[IVXivx]+|[一二三四五六七八九十]+)"
# Words that number headings, in both languages; a pair `Phase 1: Assessment / 评估` needs both.
_WORDS = {
    "Scenario": "场景",
    "Example": "示例",
    "Step": "步骤",
    "Phase": "阶段",
    "Stage": "阶段",
    "Test Case": "测试用例",
    "Test": "测试",
    "Use Case": "用例",
    "Case": "案例",
    "Part": "部分",
    "Chapter": "章",
    "Section": "节",
    "Rule": "规则",
    "Principle": "原则",
    "Anti-Pattern": "反模式",
    "Pattern": "模式",
    "Level": "级别",
    "Layer": "层",
    "Task": "任务",
    "Option": "选项",
    "Method": "方法",
    "Mode": "模式",
    "Tip": "提示",
    "Dimension": "维度",
    "Workflow": "流程",
    "Question": "问题",
    "Appendix": "附录",
}
_TO_ZH = {word.lower(): zh for word, zh in _WORDS.items()}
_TO_EN = {zh: word for word, zh in reversed(_WORDS.items())} | {"工作流": "Workflow"}
_ANY_WORD = "|".join(sorted([*_WORDS, *_TO_EN], key=len, reverse=True))
WORD = re.compile(
    rf"(?P<word>{_ANY_WORD})(?P<gap>\s*)(?:(?P<hash>#?)(?P<count>{_COUNT})(?P<end>\s*[:：]\s*|\s*[.·—–-]\s+)"
    r"|(?P<colon>\s*[:：]\s*))",
    re.IGNORECASE,
)


def said_in(lang: Lang, match: re.Match[str]) -> str:
    """Return a numbering word with its number and colon, in one language."""
    word = match["word"]
    told = _TO_ZH.get(word.lower(), word) if lang is Lang.ZH else _TO_EN.get(word, word)
    end = match["colon"] or match["end"]
    if lang is Lang.EN and has_cjk(word):
        end = end.replace("：", ": ")
    if match["colon"] is not None:
        return told + end
    gap = match["gap"] or (" " if told != word else "")
    return f"{told}{gap}{match['hash']}{match['count']}{end}"
