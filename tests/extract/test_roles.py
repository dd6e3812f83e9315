"""Headings: which role their words give a section, and which assistant they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.document import Role
from polyskill.compiler.extract.roles import platforms_of, role_of
from polyskill.compiler.localized import Text


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("System Prompt", Role.PERSONA),
        ("🎯 What This Skill Does", Role.OVERVIEW),
        ("§ 5 · Platform Support", Role.PLATFORM),
        ("License & Author", Role.LICENSE),
        ("Common Pitfalls & Anti-Patterns", Role.PITFALLS),
        ("Scenario-Based Guidance", Role.SCENARIO),
        ("Scenario 2: A pump that will not start", Role.SCENARIO),
        ("Example Conversations", Role.EXAMPLE),
        ("Test Cases", Role.TESTS),
        ("Test Case 3: Leaks", Role.TESTS),
        ("Phase 1 — Survey", Role.WORKFLOW),
        ("Trigger Words (Authoritative List)", Role.TRIGGERS),
        ("Do NOT Use When", Role.SCOPE),
        ("Self-Checklist", Role.QUALITY),
        ("Integration with Other Skills", Role.INTEGRATION),
        ("Version History", Role.HISTORY),
        ("Strategic Decision Process", Role.WORKFLOW),
        ("系统提示词", Role.PERSONA),
        ("触发条件", Role.TRIGGERS),
        ("场景: 水泵选型", Role.SCENARIO),
        ("示例 1: 管道泄漏", Role.EXAMPLE),
        ("测试用例", Role.TESTS),
        ("平台特定配置", Role.PLATFORM),
        ("标准工作流程", Role.WORKFLOW),
        ("版本历史", Role.HISTORY),
        ("许可证", Role.LICENSE),
        ("常见陷阱与反模式", Role.PITFALLS),
        ("核心知识框架", Role.KNOWLEDGE),
    ],
)
def test_role_of_a_title(title: str, role: Role) -> None:
    assert role_of(Text(en=title), 2, None) is role
    assert role_of(Text(zh=title), 2, None) is role


@pytest.mark.parametrize(
    "title",
    [
        "History of the water wheel",
        "Testing pumps under load",
        "测试模板",
        "Licensed operators",
        "Platforms for offshore drilling",
        "Why versions drift",
        "Installing a pump",
        "Roleplay",
    ],
)
def test_a_word_inside_a_title_gives_no_withheld_role(title: str) -> None:
    found = role_of(Text(en=title), 2, None)
    assert found not in (Role.TESTS, Role.HISTORY, Role.LICENSE, Role.PLATFORM, Role.PERSONA)


def test_both_wordings_of_a_pair_are_read() -> None:
    assert role_of(Text("Something unheard of", "测试用例"), 2, None) is Role.TESTS
    assert (
        role_of(Text(en="触发词 / Trigger Words (权威 / Authoritative)"), 3, None) is Role.TRIGGERS
    )


def test_the_title_of_the_file_is_never_withheld() -> None:
    assert role_of(Text(en="Test Cases"), 1, None) is Role.OTHER
    assert role_of(Text(en="License"), 1, None) is Role.OTHER


def test_subsections_share_a_role_or_have_their_own() -> None:
    assert role_of(Text(en="A pump that leaks"), 3, Role.SCENARIO) is Role.SCENARIO
    assert role_of(Text(en="Test Cases"), 3, Role.QUALITY) is Role.TESTS
    assert role_of(Text(en="Thinking Patterns"), 3, Role.PERSONA) is Role.PRINCIPLES
    # An ending is not enough to leave the family: a scenario may be about a process.
    assert role_of(Text(en="The annual budget process"), 3, Role.SCENARIO) is Role.SCENARIO


@pytest.mark.parametrize("parent", [Role.TESTS, Role.HISTORY, Role.LICENSE, Role.PLATFORM])
def test_nothing_leaves_a_withheld_section(parent: Role) -> None:
    assert role_of(Text(en="Best Practices"), 3, parent) is parent


def test_common_words_count_only_where_the_skill_speaks_of_itself() -> None:
    assert role_of(Text(en="Installation"), 2, None) is Role.PLATFORM
    assert role_of(Text(en="Installation"), 3, Role.SCOPE) is Role.PLATFORM
    assert role_of(Text(en="Installation"), 3, Role.KNOWLEDGE) is Role.KNOWLEDGE
    assert role_of(Text(zh="平台"), 3, Role.WORKFLOW) is Role.WORKFLOW
    assert role_of(Text(en="Quick Install"), 3, Role.KNOWLEDGE) is Role.PLATFORM


@pytest.mark.parametrize(
    ("title", "platforms"),
    [
        ("4.3 Claude Code", {"claude"}),
        ("🤖 Claude Code", {"claude"}),
        ("Cursor (推荐 / Recommended)", {"cursor"}),
        ("OpenAI Codex / Kimi Code / Cline", {"codex", "kimi", "cline"}),
        ("Claude Code、Cursor 与 Codex", {"claude", "cursor", "codex"}),
        ("For GitHub Copilot users", {"copilot"}),
        ("OpenCode 配置", {"opencode"}),
        ("OpenClaw:", {"openclaw"}),
        ("Gemini CLI and Windsurf", {"gemini", "windsurf"}),
        ("Cursor-based pagination", None),
        ("Cursor position", None),
        ("Using Claude for reviews", None),
        ("Moving from Cursor to Claude Code", None),
        ("Claude and other models", None),
        ("Other platforms", None),
        ("推荐", None),
        ("", None),
    ],
)
def test_platforms_named_by_a_heading(title: str, platforms: set[str] | None) -> None:
    expected = None if platforms is None else frozenset(platforms)
    assert platforms_of(Text(en=title)) == expected
    assert platforms_of(Text(zh=title)) == expected


def test_platforms_of_a_pair() -> None:
    assert platforms_of(Text("Cursor Configuration", "Cursor 配置")) == {"cursor"}
    assert platforms_of(Text("Recommended)", "OpenCode (推荐")) == {"opencode"}
    assert platforms_of(Text("Cursor position", "Cursor")) is None


@given(st.text(max_size=300), st.text(max_size=300), st.integers(1, 6))
def test_any_title_has_a_role(english: str, chinese: str, level: int) -> None:
    title = Text(english or None, chinese or None)
    assert role_of(title, level, None) in Role
    assert platforms_of(title) is None or platforms_of(title)
