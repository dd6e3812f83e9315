from __future__ import annotations

import pytest

from polyskill.compiler.document import Origin

CASES = {
    "below a paragraph": ("Say it.\n<!-- 说出来。 -->\n", "Say it.\n", "说出来。\n"),
    "after a blank line": (
        "Say it.\n\n<!-- 说出来。 -->\n\nNext.\n",
        "Say it.\n\nNext.\n",
        "说出来。\n\nNext.\n",
    ),
    "at the end of a line": ("Say it. <!-- 说出来。 -->\n", "Say it.\n", "说出来。\n"),
    "two in one paragraph": (
        "Say it. <!-- 说。 -->\nDo it. <!-- 做。 -->\n",
        "Say it.\nDo it.\n",
        "说。\n做。\n",
    ),
    "in a list item": (
        "- Say it\n  <!-- 说 -->\n- Do it\n  <!-- 做 -->\n",
        "- Say it\n- Do it\n",
        "- 说\n- 做\n",
    ),
    "in a numbered list, indented too little": (
        "1. Say it\n  <!-- 说 -->\n2. Do it\n  <!-- 做 -->\n",
        "1. Say it\n2. Do it\n",
        "1. 说\n2. 做\n",
    ),
    "in a task list": ("- [ ] Say it\n  <!-- 说 -->\n", "- [ ] Say it\n", "- [ ] 说\n"),
    "with a box of its own": ("- [ ] Say it\n  <!-- [ ] 说 -->\n", "- [ ] Say it\n", "- [ ] 说\n"),
    "in a nested list": (
        "- Say\n  <!-- 说 -->\n  - Do\n    <!-- 做 -->\n",
        "- Say\n  - Do\n",
        "- 说\n  - 做\n",
    ),
    "in a quote": ("> Say it.\n> <!-- 说。 -->\n", "> Say it.\n", "> 说。\n"),
    "below a quote": ("> Say it.\n<!-- 说。 -->\n", "> Say it.\n", "> 说。\n"),
    "several lines": (
        "Say it\nloud.\n\n<!--\n大声\n说出来。\n-->\n\nEnd.\n",
        "Say it\nloud.\n\nEnd.\n",
        "大声\n说出来。\n\nEnd.\n",
    ),
    "Markdown inside, for several blocks": (
        "Rules:\n\n- Say\n- Do\n\n<!--\n规则：\n\n- 说\n- 做\n-->\n\nEnd.\n",
        "Rules:\n\n- Say\n- Do\n\nEnd.\n",
        "规则：\n\n- 说\n- 做\n\nEnd.\n",
    ),
    "several lines in an item": (
        "- Say\n  <!-- 说\n  出来 -->\n",
        "- Say\n",
        "- 说\n  出来\n",
    ),
    "one comment after the other": ("Say.\n<!-- 说 -->\n<!-- 出来 -->\n", "Say.\n", "说\n出来\n"),
    "below a heading": ("## Plan\n<!-- 计划 -->\n\nx\n", "## Plan\n\nx\n", "## 计划\n\nx\n"),
    "no blank line after it": (
        "Say it.\n<!-- 说。 -->\nNext.\n",
        "Say it.\n\nNext.\n",
        "说。\n\nNext.\n",
    ),
    "a rule right after it": (
        "Say it.\n<!-- 说。 -->\n---\n",
        "Say it.\n\n---\n",
        "说。\n\n---\n",
    ),
    "a list right after it": ("Say:\n<!-- 说： -->\n- x\n", "Say:\n- x\n", "说：\n- x\n"),
    "a comment after a pair": (
        "**Note / 注意**: say it.\n<!-- **注意**：说。 -->\n",
        "**Note**: say it.\n",
        "**注意**：说。\n",
    ),
    "a cell": (
        "| Risk / 风险 | `a / 中` |\n|---|---|\n| Fire / 火灾 | 1 |\n",
        "| Risk | `a / 中` |\n|---|---|\n| Fire | 1 |\n",
        "| 风险 | `a / 中` |\n|---|---|\n| 火灾 | 1 |\n",
    ),
    "a bold cell": (
        "| A | B |\n|---|---|\n| **Fire / 火灾** | Run. / 快跑。 |\n",
        "| A | B |\n|---|---|\n| **Fire** | Run. |\n",
        "| A | B |\n|---|---|\n| **火灾** | 快跑。 |\n",
    ),
    "items": ("- Say it / 说\n- Do it / 做\n", "- Say it\n- Do it\n", "- 说\n- 做\n"),
    "labels": (
        "**触发条件 / Triggers:**\n\n**Risk (风险):** x\n",
        "**Triggers:**\n\n**Risk:** x\n",
        "**触发条件:**\n\n**风险:** x\n",
    ),
    "a label with an emoji": (
        "**⚠️ Important / 重要**: x\n\n**Note / 注意**\n",
        "**⚠️ Important**: x\n\n**Note**\n",
        "**⚠️ 重要**: x\n\n**注意**\n",
    ),
    "what follows a label": (
        "- **Fire** - run away / 快跑\n- **Flood** - climb up / 上楼\n",
        "- **Fire** - run away\n- **Flood** - climb up\n",
        "- **Fire** - 快跑\n- **Flood** - 上楼\n",
    ),
    "a pair of triggers": (
        '- "fix the bug" / "修复缺陷"\n- "write a test" / "写测试"\n',
        '- "fix the bug"\n- "write a test"\n',
        '- "修复缺陷"\n- "写测试"\n',
    ),
    "a line": ("Say it. / 说。\n\nDo it. / 做。\n", "Say it.\n\nDo it.\n", "说。\n\n做。\n"),
    "parallel paragraphs": (
        "First say it.\n\n先说出来。\n\nThen do it.\n\n然后去做。\n\n"
        "Then stop here.\n\n最后停下来。\n",
        "First say it.\n\nThen do it.\n\nThen stop here.\n",
        "先说出来。\n\n然后去做。\n\n最后停下来。\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_views(views, name: str, newline: str) -> None:
    text, en, zh = CASES[name]
    assert views(text.replace("\n", newline)) == (en, zh)


@pytest.mark.parametrize(
    "text",
    [
        "```\n<!-- 中文 -->\nGo --> on / 继续\n```\n\nText --> 箭头\n",
        "<!-- just a note -->\n\ntext\n",
        "text\n\n<!-- English note -->\n",
        "中文段落。\n\n<!-- 另一条注释 -->\n",
        "`say / 说` and `do <!-- 做 -->`\n",
        '- "deploy", "release", "发布"\n- "a" / "甲" / "b"\n',
        "Say it.\n\n说出来。\n\nDo it now.\n\n现在去做。\n",  # twice is no habit
        "text <!-- 没有结尾\n",
        "| MHA / MQA / 注意力 |\n|---|\n| TP/PP/数据 |\n",
        "    code <!-- 中文 -->\n",
        "训练框架 / PyTorch\n",
        "- LoRA / 全参数微调\n- GQA / 多查询注意力\n",
        "- train the model / 训练模型\n",  # one slash may part anything
        "text\n\n<!-- 说 --> tail -->\n",
    ],
)
def test_left_alone(views, text: str) -> None:
    assert views(text) == (text, text)


def test_origins_and_order(tree_of) -> None:
    variants = tree_of("# Plan / 计划\n\nSay.\n<!-- 说 -->\n\n- Do it / 做\n").variants
    assert [variant.origin for variant in variants] == [Origin.SLASH, Origin.COMMENT, Origin.SLASH]
    starts = [variant.span.start for variant in variants]
    assert starts == sorted(starts)


def test_a_speaker_is_not_translated_by_the_answer(views) -> None:
    turn = "**User:** What is the plan?\n\n先看日志再说。\n\n"
    assert views(turn * 3)[0] == (turn * 3).rstrip() + "\n"
