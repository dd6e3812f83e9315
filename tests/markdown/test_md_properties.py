from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyskill.compiler.document import Block, BlockKind, Document, Section
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Dialect, Skill
from polyskill.compiler.select import select
from polyskill.compiler.source import Edit, Source, apply_edits, decode

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
FAMILIES = ("awesome-skills*", "claude-code-skills-zh", "baoyu-skills", "zcf", "skills")
LANGS = (Lang.EN, Lang.ZH, Lang.BILINGUAL)

PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "1. ",
            "> ",
            "  ",
            "    ",
            "\t",
            "```",
            "~~~",
            "---",
            "===",
            "| ",
            " |",
        ),
        *(
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "<!-- ",
            " -->",
            "<!--",
            "-->",
            "**",
            "`",
            "[ ] ",
            "☐ ",
            "|---|",
        ),
        *(
            "English words",
            "中文内容",
            " / ",
            "／",
            " (",
            ")",
            "（",
            "）",
            '"',
            ":",
            "：",
            "。",
            "🎯 ",
            "⭐ x",
        ),
        *(
            "polyskill: only=kimi",
            "Scenario 1: ",
            "场景 1：",
            "§ 1 · ",
            "1.2 ",
            "第一章 ",
            "<div>",
            "\x00",
            "\u2028",
        ),
        *(
            "License",
            "测试用例",
            "Platform Support",
            "Cursor",
            "Version 1.0",
            "Read https://e.org and install",
        ),
    ]
)
MARKDOWN = st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)


def _check_blocks(blocks: tuple[Block, ...], start: int, end: int) -> None:
    for block in blocks:
        assert start <= block.span.start < block.span.end <= end
        start = block.span.end
        _check_blocks(block.children, block.span.start, block.span.end)


def _check_section(section: Section, source: Source) -> None:
    at = section.span.start
    if section.heading is not None:
        assert section.heading.span.start == at
        at = section.heading.span.end
    for block in section.blocks:
        assert not source.text[at : block.span.start].strip()
        at = block.span.end
    _check_blocks(section.blocks, section.span.start, section.span.end)
    for child in section.sections:
        assert not source.text[at : child.span.start].strip()
        _check_section(child, source)
        at = child.span.end
    assert not source.text[at : section.span.end].strip()


def _check(source: Source, start: int = 0) -> None:
    tree = parse(source, start)
    assert (tree.root.span.start, tree.root.span.end) == (start, len(source.text))
    _check_section(tree.root, source)
    at = start
    for variant in tree.variants:
        assert at <= variant.span.start < variant.span.end
        assert variant.en.strip()
        assert variant.zh.strip()
        at = variant.span.end
    same = [Edit(variant.span, source.slice(variant.span)) for variant in tree.variants]
    assert apply_edits(source.text, same) == source.text


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}|[\u4e00-\u9fff]+", text))


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_any_markdown_is_covered_by_its_sections(text: str) -> None:
    _check(Source("x.md", text))


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, st.sampled_from(list(Dialect)), st.sampled_from(["claude", "kimi"]))
def test_every_view_of_any_text(text: str, dialect: Dialect, platform: str) -> None:
    skill = Skill("x", dialect, "x", main=Document(Source("x.md", text), parse=parse))
    for lang in LANGS:
        view = select(skill, lang, platform)
        assert "\r" not in view.body
        assert view.body == "" or (view.body.endswith("\n") and not view.body.endswith("\n\n"))
        assert 0 <= view.coverage.whole.fraction <= 1


@settings(max_examples=200, deadline=None)
@given(MARKDOWN.map(lambda text: text.replace("polyskill", "note")))
@example("note: only=kimi\x00a")
def test_no_word_is_lost_from_both_views(text: str) -> None:
    skill = Skill("x", Dialect.AGENT_SKILL, "x", main=Document(Source("x.md", text), parse=parse))
    en, zh = (select(skill, lang, "claude").body for lang in (Lang.EN, Lang.ZH))
    assert _words(text) <= _words(f"{en}\n{zh}")


@settings(max_examples=200, deadline=None)
@given(MARKDOWN, MARKDOWN)
def test_two_files_of_any_text(en: str, zh: str) -> None:
    skill = Skill(
        "x",
        Dialect.CANONICAL,
        "x",
        main=Document(Source("SKILL.md", en), parse=parse),
        translation=Document(Source("SKILL.zh.md", zh), parse=parse),
    )
    for lang in LANGS:
        view = select(skill, lang, "claude")
        assert "\r" not in view.body
        assert not view.body or (view.body.endswith("\n") and not view.body.endswith("\n\n"))
        assert 0 <= view.coverage.whole.covered <= view.coverage.whole.total


def _bodies() -> list[Path]:
    corpus = SHARED / "corpus"
    found = [path for family in FAMILIES for path in corpus.glob(f"{family}/**/*.md")]
    return sorted([*found, *(SHARED / "sources").glob("*.md")])


@pytest.mark.corpus
def test_real_files() -> None:
    paths = _bodies()
    if not paths:
        pytest.skip("../shared is absent")
    for path in paths:
        source = decode(path.read_bytes(), path.name)
        end = source.text.find("\n---", 3) if source.text.startswith("---") else -1
        start = source.text.find("\n", end + 1) + 1 if end > 0 else 0
        _check(source, start)
        skill = Skill("x", Dialect.EXPERT, "x", main=Document(source, start, parse=parse))
        en = select(skill, Lang.EN, "claude")
        left = [
            block.content
            for section in Document(Source("v", en.body), parse=parse).tree.root.walk()
            for top in section.blocks
            for block in top.walk()
            if block.kind is BlockKind.COMMENT and re.search("[\u4e00-\u9fff]{4}", block.content)
        ]
        # Two comments in one file translate nothing that stands before them.
        assert len(left) <= 2, (path, left)


@pytest.mark.corpus
def test_the_model_skill() -> None:
    path = SHARED / "sources" / "llm-research-scientist.md"
    if not path.exists():
        pytest.skip("../shared is absent")
    source = decode(path.read_bytes(), path.name)
    start = source.text.index("\n# ") + 1
    skill = Skill(
        "llm-research-scientist",
        Dialect.EXPERT,
        "x",
        main=Document(source, start, parse=parse),
    )
    en, zh = (select(skill, lang, "claude") for lang in (Lang.EN, Lang.ZH))
    assert [held.reason for held in en.withheld] == [
        *("history", *["install"] * 5, "tests", "history", "license")
    ]
    headings = [line for line in en.body.split("\n") if line.startswith("### 3.")]
    assert headings[0] == "### 3.1 Scenario: Architecture Design"
    assert "### 3.1 场景: 架构设计" in zh.body
    assert "### 4.3 Claude Code" in en.body
    assert ".cursorrules" not in en.body + zh.body
    assert "Test Case" not in en.body
    assert 0.3 < en.coverage.whole.fraction < zh.coverage.whole.fraction < 1
