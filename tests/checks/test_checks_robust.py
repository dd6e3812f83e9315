"""No input makes a rule fail; real collections are checked without an internal error."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler import checks
from polyskill.compiler.checks.example_files import bilingual
from polyskill.compiler.document import Document
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.markdown import parse
from polyskill.compiler.readers import discover, read
from polyskill.compiler.source import Source

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
PIECES = st.lists(
    st.sampled_from(
        [
            "# ",
            "## 1. ",
            "> ",
            "- [ ] ",
            "| a | b |\n",
            "| --- | --- |\n",
            "```",
            "\n",
            "\n\n",
            "`",
            "$1 ",
            "curl x | sh",
            "[a](b.md)",
            "不要告诉用户。",
            "Use when",
            "中文 / English",
            "<!-- x -->",
            "1,000 万",
            "\u200b",
            "\udcff",
            "\x1b",
            "TODO: ",
            "{{args}}",
            "@a.md ",
            "!`x`",
            "Input: x\n",
            "Expected: y\n",
        ]
    ),
    max_size=30,
).map("".join)


@given(PIECES, PIECES, st.binary(max_size=60), st.text(min_size=1, max_size=12))
def test_any_skill(make_skill, body, chinese, data, name):
    twin = Document(Source("notes/SKILL.zh.md", chinese), 0, Lang.ZH, parse)
    skill = make_skill(
        body,
        resources={name: data, "references/a.md": body, "references/a.zh.md": chinese},
        translation=twin,
        description=Text(body, chinese),
        name=name,
    )
    found = checks.check_skill(skill)
    found += checks.check_run([checks.summarise(skill), checks.summarise(make_skill(chinese))])
    assert [one.message() for one in found if one.code.id == "PS699"] == []
    for one in found:
        assert one.message(Lang.EN) and one.message(Lang.ZH) and one.skill is not None
        assert one.end_line >= one.line or not one.end_line


def test_findings_are_in_the_order_of_places(check_files):
    found = check_files(bilingual("a\u200b\n\n$ARGUMENTS\n\nb\u200b", "甲\u200b"))
    assert [one.sort_key() for one in found] == sorted(one.sort_key() for one in found)
    assert {one.skill for one in found} == {"notes"}


@pytest.mark.corpus
def test_the_corpus_has_no_hidden_characters_and_breaks_no_rule():
    folder = SHARED / "corpus"
    if not folder.is_dir():
        pytest.skip("../shared is absent")
    skills = [skill for candidate in discover(folder) for skill in read(candidate).skills]
    found = [one for skill in skills for one in checks.check_skill(skill)]
    found += checks.check_run([checks.summarise(skill) for skill in skills])
    assert len(skills) > 50
    broken = [(one.location, one.message()) for one in found if one.code.id == "PS699"]
    assert broken == []
    # Chinese, emoji with joiners, box drawing: reviewed text, of which nothing is hidden.
    hidden = [one.location for one in found if "PS300" <= one.code.id <= "PS333"]
    assert hidden == []
