from __future__ import annotations

import pytest

from polyskill.compiler.document import Role
from polyskill.compiler.localized import Lang, Text


def _heading(tree_of, line: str):
    return tree_of(line + "\n\ntext\n").root.sections[0].heading


@pytest.mark.parametrize(
    ("line", "number", "style", "emoji", "title"),
    [
        ("## 1. Plan", "1", "decimal", "", Text("Plan")),
        ("## 1.2 Plan / 计划", "1.2", "decimal", "", Text("Plan", "计划")),
        ("## § 3 · Plan", "3", "section-sign", "", Text("Plan")),
        ("## §3 — Plan", "3", "section-sign", "", Text("Plan")),
        ("## 🎯 Plan / 计划", "", "", "🎯", Text("Plan", "计划")),
        ("## 1.2 🎯 Plan / 计划", "1.2", "decimal", "🎯", Text("Plan", "计划")),
        ("## ⚠️ Risk / 风险", "", "", "⚠️", Text("Risk", "风险")),
        ("## 第二章 计划", "第二章", "word", "", Text(None, "计划")),
        ("## 二、计划", "二", "word", "", Text(None, "计划")),
        ("### Scenario 1: Outage / 场景 1: 故障", "Scenario 1", "word", "", Text("Outage", "故障")),
        ("### 场景: Outage / 故障", "场景", "word", "", Text("Outage", "故障")),
        ("### Step 3: Outage", "Step 3", "word", "", Text("Outage")),
        ("### Example 2", "", "", "", Text("Example 2")),
        ("## Plan <!-- 计划 -->", "", "", "", Text("Plan", "计划")),
        ("## 计划（Plan）", "", "", "", Text("Plan", "计划")),
        ("# Pilot / 飞行员 ⭐ Expert", "", "", "", Text("Pilot", "飞行员")),
        ("## 3D printing", "", "", "", Text("3D printing")),
        ("## Plan / 计划 ##", "", "", "", Text("Plan", "计划")),
    ],
)
def test_taken_apart(tree_of, line: str, number: str, style: str, emoji: str, title: Text) -> None:
    heading = _heading(tree_of, line)
    assert heading is not None
    found = (heading.number, heading.number_style, heading.emoji, heading.title)
    assert found == (number, style, emoji, title)


@pytest.mark.parametrize(
    ("line", "en", "zh"),
    [
        ("## 1.2 🎯 Plan / 计划", "## 1.2 🎯 Plan", "## 1.2 🎯 计划"),
        ("## Plan <!-- 计划 -->", "## Plan", "## 计划"),
        ("## 计划 (Plan)", "## Plan", "## 计划"),
        (
            "### Scenario 1: Outage / 场景 1：故障",
            "### Scenario 1: Outage",
            "### 场景 1：故障",
        ),
        ("### Phase 2: Review / 复核", "### Phase 2: Review", "### 阶段 2: 复核"),
        ("### 步骤 1：Look / 观察", "### Step 1: Look", "### 步骤 1：观察"),
        ("### 3.1 场景: Outage / 故障", "### 3.1 Scenario: Outage", "### 3.1 场景: 故障"),
        ("# Pilot / 飞行员 ⭐ Expert", "# Pilot ⭐ Expert", "# 飞行员 ⭐ Expert"),
        ("## Plan / 计划 ##", "## Plan ##", "## 计划 ##"),
    ],
)
def test_only_the_title_changes(views, line: str, en: str, zh: str) -> None:
    assert views(f"{line}\n\nBody `x`.\n") == (f"{en}\n\nBody `x`.\n", f"{zh}\n\nBody `x`.\n")


def test_setext_headings_open_sections(tree_of) -> None:
    root = tree_of("Plan / 计划\n=====\n\none\n\nPart\n---\n\ntwo\n").root
    (top,) = root.sections
    assert (top.heading.level, top.heading.title) == (1, Text("Plan", "计划"))
    assert top.heading.first is Lang.EN
    assert [child.heading.text for child in top.sections] == ["Part"]


def test_nesting_by_level_and_duplicates(tree_of) -> None:
    root = tree_of("# a\n\n### c\n\n## b\n\n### c\n\n# a\n").root
    assert [section.heading.text for section in root.sections] == ["a", "a"]
    assert [section.heading.text for section in root.sections[0].sections] == ["c", "b"]
    assert [section.heading.text for section in root.sections[0].sections[1].sections] == ["c"]


def test_roles_hear_the_word_that_numbers(tree_of) -> None:
    root = tree_of("# x\n\n## Scenario 1: Outage / 场景 1: 故障\n\ntext\n").root
    assert root.sections[0].sections[0].role is Role.SCENARIO


def test_a_directive_scopes_the_next_section(tree_of) -> None:
    root = tree_of("# x\n\n<!-- polyskill: only=claude, codex -->\n\n## y\n\n## z\n").root
    y, z = root.sections[0].sections
    assert (y.platforms, z.platforms) == (frozenset({"claude", "codex"}), None)


def test_a_directive_scopes_the_next_block(tree_of) -> None:
    (section,) = tree_of("# x\n\n<!-- polyskill: only=kimi -->\none\n\ntwo\n").root.sections
    assert [block.platforms for block in section.blocks] == [None, frozenset({"kimi"}), None]
