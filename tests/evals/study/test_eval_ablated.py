"""Sections of a text, and the text without one of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.readers import discover, read
from polyskill.evals.arms import Arm
from polyskill.evals.arms.ablated import sections, without
from polyskill.evals.arms.gather import arm_of

ROOT = Path(__file__).resolve().parents[3]

TEXT = """\
Always here.

# Title

Words under the title.

## First

```
# no heading
## nor this
```

### Deep

> ## in a quote

- ## in a list

<!--
## in a comment
-->

Second
------

Underlined.

## `Third` *one*
"""


def titles(text: str) -> list[str]:
    return [section.title for section in sections(text)]


def test_sections_are_found_by_the_blocks_of_markdown():
    found = sections(TEXT)
    lines = TEXT.split("\n")
    assert [one.title for one in found] == ["First", "Second", "`Third` *one*"]
    assert lines[found[0].start] == "## First"
    assert lines[found[1].start : found[1].start + 2] == ["Second", "------"]
    assert (found[0].end, found[1].end) == (found[1].start, found[2].start)
    assert sections(TEXT.replace("\n", "\r\n")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("no heading at all\n", []),
        ("# Title\n\n## Only one\n", []),
        ("# Title\n\n## Only one\n\n### a\n\n### b\n", ["a", "b"]),
        ("## Only one\n\n### a\n\n#### x\n\n### b\n", ["a", "b"]),
        ("## a\n\n## b\n\n### c\n", ["a", "b"]),
        ("# a\n\n# b\n\n# c\n", ["a", "b", "c"]),
        ("## before\n\n# Title\n\n## a\n\n## b\n", ["a", "b"]),
        ("# Title\n\n## a\n\n## b\n\n# Reference\n\ntext\n", ["a", "b"]),
        ("# 标题\n\n## 一、规则\n\n## 二、示例\n", ["一、规则", "二、示例"]),
        ("# T\n\n## a\x0c\u2028b\n\n## c\n", ["a b", "c"]),
    ],
)
def test_the_shallowest_level_that_occurs_twice_below_the_title(text, found):
    assert titles(text) == found


def test_a_section_ends_where_a_shallower_heading_begins():
    [arm_a, arm_b] = without(
        Arm("current", "current", texts={"en": "# T\n\n## a\n\n1\n\n## b\n\n2\n\n# R\n\n3\n"}),
        ("en",),
    ).arms
    assert arm_a.texts["en"] == "# T\n\n## b\n\n2\n\n# R\n\n3\n"
    assert arm_b.texts["en"] == "# T\n\n## a\n\n1\n\n# R\n\n3\n"


@given(st.lists(st.sampled_from(["# a", "## b", "## c", "### d", "text", "", "```", "> # q"])))
def test_each_section_is_one_piece_of_the_text(lines):
    text = "\n".join(lines)
    found = sections(text)
    assert len(found) != 1
    for section, after in pairwise(found):
        assert section.start < section.end <= after.start
    for section, arm in zip(
        found, without(Arm("c", "current", texts={"en": text}), ("en",)).arms, strict=True
    ):
        left = [*lines[: section.start], *lines[section.end :]]
        assert arm.texts["en"].rstrip("\n") == "\n".join(left).rstrip("\n")


def test_languages_are_matched_by_the_order_of_their_sections():
    arm = Arm(
        "current",
        "current",
        texts={
            "en": "# T\n\n## Rules\n\nunits\n\n## Rules\n\nmore\n",
            "zh": "# 题\n\n## 规则\n\n单位\n\n## 规则二\n\n更多\n",
        },
    )
    found = without(arm, ("en", "zh"))
    assert found.notes == ()
    first, second = found.arms
    assert (first.name, first.kind, first.detail) == ("without: Rules", "variant", "Rules / 规则")
    assert second.name == "without: Rules (2)"
    assert first.texts["zh"] == "# 题\n\n## 规则二\n\n更多\n"
    assert second.texts["en"] == "# T\n\n## Rules\n\nunits\n"


def test_languages_that_do_not_match_are_taken_on_their_own():
    arm = Arm(
        "current",
        "current",
        texts={"en": "## a\n\n## b\n", "zh": "## 一\n\n## 二\n\n## 三\n"},
    )
    found = without(arm, ("en", "zh"))
    assert [set(one.texts) for one in found.arms] == [{"en"}] * 2 + [{"zh"}] * 3
    assert [one.name for one in found.arms][2] == "without: 一"
    [note] = found.notes
    assert "en: 2, zh: 3" in note["en"]
    assert "en: 2, zh: 3" in note["zh"]


def test_a_language_without_sections_is_left_out():
    arm = Arm("current", "current", texts={"en": "## a\n\n## b\n", "zh": "没有标题\n"})
    found = without(arm, ("en", "zh"))
    assert [set(one.texts) for one in found.arms] == [{"en"}] * 2
    assert "in zh" in found.notes[0]["en"]
    bare = without(Arm("none", "none", texts={"en": "", "zh": ""}), ("en", "zh"))
    assert bare.arms == ()
    assert len(bare.notes) == 2


def test_a_real_skill_is_divided_alike_in_both_languages():
    folder = ROOT / "skills" / "llm-research-scientist"
    [skill] = [one for candidate in discover(folder) for one in read(candidate).skills]
    current = arm_of(skill, "current", "current", ("en", "zh"), references=False)
    found = without(current, ("en", "zh"))
    assert found.notes == ()
    assert "without: Self-check" in [arm.name for arm in found.arms]
    for arm in found.arms:
        for lang in ("en", "zh"):
            assert 0 < arm.tokens(lang) < current.tokens(lang)
