"""What is wrong between skills."""

import pickle

import pytest

from polyskill.compiler import checks
from polyskill.compiler.checks.alike import near_duplicates
from polyskill.compiler.localized import Text
from polyskill.compiler.model import Dialect, Kind


def summary(name, description="", **fields):
    text = Text(description)
    path = fields.pop("path", f"skills/{name}/SKILL.md")
    return checks.SkillSummary(name, path, Text(), text, Dialect.AGENT_SKILL, **fields)


def codes(*skills):
    return [one.code.id for one in checks.check_run(skills)]


def test_summary_is_small_and_picklable(read_files):
    from polyskill.compiler.checks.example_files import skill

    (one,) = read_files(skill("Use the `other-thing` skill."))
    made = checks.summarise(one)
    assert pickle.loads(pickle.dumps(made)) == made
    assert [mention.target for mention in made.mentions] == ["other-thing"]
    assert checks.summarise(one, mentions=False).mentions == ()
    assert len(pickle.dumps(made)) < 2_000


@pytest.mark.parametrize(
    ("one", "two", "how"),
    [
        ("caf\u00e9", "cafe\u0301", "NFC"),
        ("ｎotes", "notes", "NFKC"),
        ("Notes", "notes", "casefold"),
    ],
)
def test_name_collisions(one, two, how):
    (found,) = checks.check_run([summary(one), summary(two)])
    assert (found.code.id, found.args["how"], found.skill) == ("PS421", how, two)


def test_duplicates_count_within_a_kind_and_a_plugin():
    assert codes(summary("a", path="1"), summary("a", path="2")) == ["PS420"]
    assert codes(summary("a", plugin="x"), summary("a", plugin="y")) == []
    assert codes(summary("a"), summary("a", kind=Kind.RULES)) == []


def test_similar_descriptions():
    words = "Writes the minutes of long meetings and names who owns each of the decisions"
    assert codes(summary("a", f"{words}."), summary("b", f"{words} today.")) == ["PS423"]
    assert codes(summary("a", words), summary("b", "Plans the rooms of a conference for you")) == []
    chinese = "撰写会议纪要并写明每个决定的负责人和完成时间"
    pair = near_duplicates([f"{chinese}。", f"{chinese}点。"])
    assert [found[:2] for found in pair] == [(1, 0)]


def test_near_duplicates_of_many_equal_texts_are_found_once_each():
    texts = [f"alpha beta gamma delta epsilon zeta eta theta iota {n % 7}" for n in range(5_000)]
    assert len(list(near_duplicates(texts))) == 4_999


def test_listing_budget_names_every_host_that_is_exceeded():
    skills = [
        summary(f"s{n}", f"Use when topic {n} x{n} y{n} z{n} comes up. " * 9) for n in range(70)
    ]
    hosts = [one.args["host"] for one in checks.check_run(skills) if one.code.id == "PS460"]
    assert hosts == ["Claude Code", "Codex", "Codex (documented)"]
    assert {one.path for one in checks.check_run(skills)} == {"skills"}


def test_nothing_to_say_about_nothing():
    assert checks.check_run([]) == []
