"""Both languages in step: section trees, tables, code, numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.checks.example_files import bilingual
from polyskill.compiler.checks.numbers import differences, numbers

PARITY = ("PS200", "PS201", "PS202", "PS203", "PS204", "PS205", "PS206", "PS207")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("10,000 words", "1 万字"),
        ("10k words", "10000 字"),
        ("12 million users", "1200 万用户"),
        ("1.4 billion", "14 亿"),
        ("3 steps", "三个步骤"),
        ("three steps", "3 个步骤"),
        ("10%", "百分之十"),
        ("ten percent", "10%"),
        ("2024-05-01", "2024年5月1日"),
        ("May 1, 2024", "2024 年 5 月 1 日"),
        ("twice as fast", "快 2 倍"),
        ("a dozen", "12 个"),
        ("GPT-4 and 8 GPUs", "８ 张卡与 GPT-4"),
        ("1e-5", "1e-5"),
        ("0.05", "0.05"),
        ("v2 of x86", "x86 的第 v2 版"),
        ("21 days", "二十一天"),
        ("half of them", "其中 50%"),
        ("7B parameters", "70 亿参数"),
        ("one of them", "其中之一"),
        ("1,234.5 MB", "1234.5 MB"),
        ("two thousand and 12", "两千零 12"),
        ("300 items", "三百项"),
        ("10-20 min", "10～20 分钟"),
    ],
)
def test_equal_numbers(english, chinese):
    assert differences(english, chinese) == ([], [])
    assert differences(chinese, english) == ([], [])


@pytest.mark.parametrize(
    ("english", "chinese", "here", "there"),
    [
        ("10,000 words", "2 万字", [10_000], [20_000]),
        ("8 GPUs", "16 张卡", [8], [16]),
        ("0.1 and 0.1", "0.1", ["0.1"], []),
        ("7B", "70B", [7_000_000_000], [70_000_000_000]),
        ("5 of 7", "七个中的六个", [5], []),
    ],
)
def test_other_numbers(english, chinese, here, there):
    found = differences(english, chinese)
    assert found == ([Decimal(one) for one in here], [Decimal(one) for one in there])


@given(st.text(max_size=200))
def test_numbers_of_any_text(text):
    for value, at in numbers(text):
        assert value >= 0 and 0 <= at < len(text)
    assert differences(text, text) == ([], [])


@given(st.integers(0, 10**9))
def test_thousands_and_digits_are_one_number(value):
    assert differences(f"about {value:,} of them", f"约 {value} 个") == ([], [])


def test_a_faithful_translation_is_clean(check_files):
    english = (
        "# Notes\n\n## 1. When to use\n\n- For talks of 10,000 words.\n- For 3 speakers.\n\n"
        "| Size | Cost |\n| --- | --- |\n| 1,000 | $5 |\n\n## 2. Steps\n\n```python\n"
        "# first\nrun(5)\n```\n\n> Say it twice.\n"
    )
    chinese = (
        "# 纪要\n\n## 1. 何时使用\n\n- 用于 1 万字的讲话。\n- 用于三位讲者。\n\n"
        "| 规模 | 成本 |\n| --- | --- |\n| 1000 | $5 |\n\n## 2. 步骤\n\n```python\n"
        "# 先运行\nrun(5)\n```\n\n> 说两遍。\n"
    )
    assert check_files(bilingual(english, chinese), *PARITY) == []


def test_a_missing_section_in_the_middle_is_named_with_both_places(check_files):
    english = "## Role\n\nA.\n\n## Workflow\n\nB.\n\n## Pitfalls\n\nC.\n\n## References\n\nD.\n"
    chinese = "## 角色\n\n甲。\n\n## 工作流程\n\n乙。\n\n## 参考资料\n\n丁。\n"
    (one,) = check_files(bilingual(english, chinese), *PARITY)
    assert one.code.id == "PS200"
    assert one.args["title"] == "Pitfalls" and one.line == one.args["line"] == 15
    assert one.args["other"].endswith("SKILL.zh.md")


def test_an_extra_section_is_named_where_it_stands(check_files):
    english = "## Role\n\nA.\n\n## Workflow\n\nB.\n"
    chinese = "## 角色\n\n甲。\n\n## 风险\n\n丙。\n\n## 工作流程\n\n乙。\n"
    (one,) = check_files(bilingual(english, chinese), *PARITY)
    assert (one.code.id, one.args["title"]) == ("PS201", "风险")


def test_another_level_is_named_with_both_lines(check_files):
    english = "## Role\n\nA.\n\n### Steps\n\nB.\n\n## Risks\n\nC.\n"
    chinese = "## 角色\n\n甲。\n\n## 步骤\n\n乙。\n\n## 风险\n\n丙。\n"
    (one,) = check_files(bilingual(english, chinese), *PARITY)
    assert one.code.id == "PS202"
    assert (one.args["line"], one.args["other_line"]) == (9, 11)


def test_a_changed_number_is_found_on_its_line(check_files):
    english = "## Size\n\nUse it.\n\nKeep 20 lines.\n"
    (one,) = check_files(bilingual(english, "## 大小\n\n使用。\n\n保留 25 行。\n"), *PARITY)
    assert (one.code.id, one.line, one.args["here"], one.args["there"]) == ("PS206", 9, "25", "20")


def test_translated_resources_are_compared_too(check_files):
    files = {
        **bilingual("Read `references/`.", "请读 `references/`。"),
        "notes/references/a.md": "# A\n\nKeep 20 lines.\n",
        "notes/references/a.zh.md": "# 甲\n\n保留 25 行。\n",
    }
    (one,) = check_files(files, *PARITY)
    assert (one.code.id, one.path.rpartition("/")[2], one.line) == ("PS206", "a.zh.md", 3)


def test_front_matter_alone_is_no_translation_of_the_body(check_files):
    assert check_files(bilingual("## A\n\n5 words.", ""), *PARITY, "PS210") == []


def test_a_table_in_a_quote_and_an_escaped_pipe(check_files):
    english = "> | a | b |\n> | --- | --- |\n> | x \\| y | 1 |\n"
    chinese = "> | 甲 | 乙 |\n> | --- | --- |\n> | 丙 \\| 丁 | 1 |\n"
    assert check_files(bilingual(english, chinese), *PARITY) == []
    fewer = "> | 甲 |\n> | --- |\n> | 丙 \\| 丁 1 |\n"
    (one,) = check_files(bilingual(english, fewer), "PS204")
    assert (one.args["columns"], one.args["other_columns"]) == (1, 2)


def test_large_trees_of_other_shape_are_still_compared(check_files):
    english = "".join(f"## S{number}\n\nText.\n\n" for number in range(600))
    chinese = "".join(f"### 第{number}节\n\n文字。\n\n" for number in range(599))
    found = check_files(bilingual(english, chinese), "PS200", "PS202", "PS398")
    assert {"PS200", "PS202", "PS398"} == {one.code.id for one in found}


def test_one_section_dropped_and_another_added(check_files):
    english = "## Role\n\nA.\n\n### Pitfalls\n\nC.\n\n## Workflow\n\nB.\n"
    chinese = "## 角色\n\n甲。\n\n## 工作流程\n\n乙。\n\n### 参考资料\n\n丁。\n"
    found = check_files(bilingual(english, chinese), *PARITY)
    assert {(one.code.id, one.args["title"]) for one in found} == {
        ("PS200", "Pitfalls"),
        ("PS201", "参考资料"),
    }
