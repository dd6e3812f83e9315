"""Descriptions compared by their words: what is alike, what a request fits, who says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.evals.triggers.catalogue import (
    Catalogue,
    Entry,
    TriggerCase,
    catalogue_of,
    trigger_cases,
)
from polyskill.evals.triggers.lexical import ALIKE, look
from polyskill.evals.triggers.words import words

CASES = """
  - id: yes-please
    input: {en: "Write the release notes of 2.0", zh: "写 2.0 的发布说明"}
    trigger: should
  - id: only-english
    input: {en: "Fix this bug"}
    trigger: should_not
  - id: no-say
    input: {en: "Anything", zh: "随便"}
"""


def case(skill: str, lang: str, text: str, should: bool = True) -> TriggerCase:
    return TriggerCase(skill, "one", lang, text, should)


def test_words_of_english() -> None:
    assert words("Use when the user asks for release notes.") == ["release", "note"]
    assert words("code-review of C++ and node.js") == [
        "code-review", "code", "review", "c++", "node.js",
    ]  # fmt: skip
    assert words("libraries, analyses, classes, status, address") == [
        "library", "analyse", "classe", "status", "address",
    ]  # fmt: skip


def test_words_of_chinese() -> None:
    assert words("撰写发布说明") == ["撰写", "写发", "发布", "布说", "说明"]
    assert words("变更的日志") == ["变更", "日志"]  # no pair across a particle
    assert words("当用户需要撰写周报时使用") == ["撰写", "写周", "周报"]
    assert words("用 ＰＤＦ 填表") == ["用", "pdf", "填表"]
    assert words("的了吗") == []


@given(st.text())
def test_words_of_anything(text: str) -> None:
    assert all(word and word == word.strip() for word in words(text))


def test_the_same_description_is_alike_whatever_its_words(catalogue: Catalogue) -> None:
    copy = Entry("zz-copy", dict(catalogue.entries[1].description))
    [zh, en] = sorted(
        look(Catalogue((*catalogue.entries, copy))).overlaps, key=lambda one: one.lang != "zh"
    )
    assert (zh.lang, en.lang) == ("zh", "en")
    for found in (zh, en):
        assert (found.first, found.second) == ("release-notes", "zz-copy")
        assert found.similarity == pytest.approx(1.0)
    assert {"发布", "说明"} & set(zh.shared)
    assert "release" in en.shared or "audience" in en.shared


def test_paraphrases_are_alike_and_unlike_skills_are_not(catalogue: Catalogue) -> None:
    near = Entry(
        "changelog-writer",
        {
            "en": "Writes release notes and changelogs from pull requests that were merged.",
            "zh": "根据合并的拉取请求撰写发布说明与更新日志。",
        },
    )
    found = look(Catalogue((*catalogue.entries, near))).overlaps
    assert {(one.lang, one.first, one.second) for one in found} == {
        ("en", "release-notes", "changelog-writer"),
        ("zh", "release-notes", "changelog-writer"),
    }
    assert not look(catalogue).overlaps


def test_a_language_without_a_description_is_said(catalogue: Catalogue) -> None:
    report = look(catalogue)
    [silent] = report.silent
    assert (silent.skill, silent.lang, silent.others) == ("sql-tuning", "zh", ("en",))
    assert not report.ok
    assert look(catalogue, languages=("en",)).ok


def test_an_empty_description_speaks_no_language() -> None:
    found = look(Catalogue((Entry("empty"), Entry("other", {"en": "Reads logs."}))))
    assert [(one.skill, one.lang) for one in found.silent] == [
        ("empty", "en"), ("empty", "zh"), ("other", "zh"),
    ]  # fmt: skip


def test_a_request_is_ranked(catalogue: Catalogue) -> None:
    cases = [
        case("release-notes", "en", "Please write release notes for version 2"),
        case("release-notes", "zh", "帮我写一份发布说明"),
        case("release-notes", "zh", "更新日志怎么写"),  # only the triggers have it
        case("sql-tuning", "en", "Extract the tables of this PDF", should=False),
        case("pdf-forms", "en", "Extract the tables of this PDF", should=False),
        case("release-notes", "en", "Extract the tables of this PDF"),
    ]
    ranks = look(catalogue, cases).ranks
    assert [one.rank for one in ranks] == [1, 1, 1, None, 1, None]
    assert [one.fits for one in ranks] == [True, True, True, True, False, False]
    assert ranks[5].leader == "pdf-forms"
    assert ranks[5].leader_score > ranks[5].score == 0


def test_chinese_finds_no_skill_that_is_described_in_english(catalogue: Catalogue) -> None:
    [plain, with_a_term] = look(
        catalogue,
        [
            case("sql-tuning", "zh", "这个查询很慢，帮我优化"),
            case("sql-tuning", "zh", "这个 SQL 查询很慢，帮我优化"),
        ],
    ).ranks
    assert (plain.rank, plain.fits) == (None, False)
    assert with_a_term.rank == 1


def test_a_tie_is_no_fit() -> None:
    twins = Catalogue((Entry("a", {"en": "Reads logs."}), Entry("b", {"en": "Reads logs."})))
    [first, second] = look(twins, [case("a", "en", "read logs"), case("b", "en", "logs")]).ranks
    assert (first.rank, second.rank) == (1, 1)
    assert not first.fits
    assert not second.fits


def test_cases_of_strangers_are_left_out(catalogue: Catalogue) -> None:
    assert not look(catalogue, [case("nobody", "en", "hello")]).ranks
    assert not look(catalogue, [case("pdf-forms", "fr", "bonjour")]).ranks
    assert look(Catalogue(())).ok


def test_a_skill_that_stands_alone_is_asked_only_what_it_should_know() -> None:
    alone = Catalogue((Entry("a", {"en": "Reads logs."}),))
    cases = [case("a", "en", "logs"), case("a", "en", "more logs", should=False)]
    assert [one.case.should for one in look(alone, cases).ranks] == [True]


def test_catalogue_and_cases_come_from_skills(skill: Callable[..., Skill]) -> None:
    both = skill("both", "Writes\nrelease notes.", "撰写发布说明。", CASES)
    one = skill("alone", "Reads logs.")
    found = catalogue_of([both, one, skill("ab", "Other.")])
    assert found.names == ("ab", "alone", "both")
    assert found.entries[2].description["zh"] == "撰写发布说明。"
    assert found.entries[1].shown("zh") == "Reads logs."
    cases = list(trigger_cases([both, one]))
    assert [(each.case, each.lang, each.should) for each in cases] == [
        ("yes-please", "en", True),
        ("yes-please", "zh", True),
        ("only-english", "en", False),
    ]
    assert [each.lang for each in trigger_cases([both], ("zh",))] == ["zh"]
    assert [each.case for each in trigger_cases([both], only=("only-*",))] == ["only-english"]


@pytest.mark.corpus
def test_published_skills_are_not_alike(shared: Path) -> None:
    skills = [
        skill
        for candidate in discover(shared / "corpus")
        if candidate.dialect
        for skill in read(candidate).skills
    ]
    found = catalogue_of(skills)
    report = look(found, alike=0.0)
    nearest = report.overlaps[0]
    assert len(found.entries) > 40
    assert nearest.similarity < ALIKE
