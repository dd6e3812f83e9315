"""The cheap looks at a body agree with the whole parse."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from polyskill.compiler.document import Origin, Tree
from polyskill.compiler.markdown import outline, parse
from polyskill.compiler.select.glance import may_be_bilingual
from polyskill.compiler.source import Source

LINES = st.sampled_from(
    [
        *("# One", "## Two / 二", "### Three", "   ## Indented", "Title", "---", "===", ""),
        *("- item", "  - deeper", "1. first", "   ```py", "```", "~~~", "# comment", "    code"),
        *("> quote", "> ```", "> # inside", "| a | b |", "|---|---|", "<pre>", "</pre>", "<div>"),
        *("plain English words here", "这里是一段中文说明文字", "<!-- 中文 -->", "- 列表中的条目"),
        *("- a list of English words", "中文 with English 混排", "**Label / 标签:** text"),
    ]
)
BODIES = st.lists(LINES, max_size=24).map("\n".join)


@given(BODIES)
@example("- item\n  ```\n# not a heading of the outline\n  ```\n## Two")
def test_the_outline_has_only_true_headings(body: str) -> None:
    source = Source("x.md", body)
    true = {
        (part.heading.span, part.heading.level)
        for part in parse(source).root.walk()
        if part.heading is not None
    }
    for part in outline(source).walk():
        if part.heading is not None:
            assert (part.heading.span, part.heading.level) in true


def test_the_outline_finds_ordinary_headings() -> None:
    body = "# A\n\ntext\n\n## 乙\n\n```\n# no\n```\n\n- x\n\n## C\n\n<pre>\n# no\n</pre>\n"
    found = [part.heading.text for part in outline(Source("x.md", body)).walk() if part.heading]
    assert found == ["A", "乙", "C"]


def _bilingual(tree: Tree) -> bool:
    if any(variant.origin is not Origin.SLASH for variant in tree.variants):
        return True
    headings = [part.heading for part in tree.root.walk() if part.heading is not None]
    return sum(heading.first is not None for heading in headings) >= 2


@given(BODIES)
@example(
    "English words first\n\n中文说明一\n\nMore English words\n\n中文说明二\n\nThird one\n\n中文三"
)
@example("A / 甲\n---\n\nB / 乙\n---\n")
def test_a_glance_never_overlooks_a_bilingual_body(body: str) -> None:
    if _bilingual(parse(Source("x.md", body))):
        assert may_be_bilingual(body)
