"""Arms: the text that a model gets under each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill
from polyskill.compiler.readers import discover, read
from polyskill.evals.arms import Arm, arms_of, parse_arms
from polyskill.evals.arms.loaded import loaded_text
from polyskill.evals.arms.previous import history
from polyskill.evals.errors import EvalError
from polyskill.platforms.registry import all_platforms

Git = Callable[..., str]
ROOT = Path(__file__).resolve().parents[3]
BODY = "# Reviewing\n\nName the {word} first, then the fix.\n"


def load(path: Path) -> Skill:
    [skill] = [one for candidate in discover(path) for one in read(candidate).skills]
    return skill


def write(folder: Path, word: str = "fault") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    head = "---\nname: reviewing\ndescription: Reviews code. Use when asked for a review.\n---\n\n"
    (folder / "SKILL.md").write_text(head + BODY.format(word=word))
    (folder / "SKILL.zh.md").write_text(
        "---\ndescription: 审查代码。被要求审查时使用。\n---\n\n"
        "# 审查\n\n先指出问题，再给出修改。\n"
    )
    (folder / "references").mkdir(exist_ok=True)
    (folder / "references" / "style.md").write_text("# Style\n\nShort sentences.\n")
    return folder


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    for word in ("symptom", "cause", "fault"):
        write(top / "skills" / "reviewing", word)
        git(top, "add", "-A")
        git(top, "commit", "-q", "-m", word)
        git(top, "tag", word)
    (top / "README.md").write_text("something else\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "elsewhere")
    return top


def gather(skill: Skill, text: str, cache: Path, *, references: bool = False) -> list[Arm]:
    return list(arms_of(skill, parse_arms(text), ("en", "zh"), cache, references=references))


@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH])
def test_every_platform_and_form_gives_the_skill_and_not_its_neighbours(lang: Lang) -> None:
    skill = load(ROOT / "skills" / "llm-research-scientist")
    assert skill.main is not None
    document = skill.main if lang is Lang.EN else skill.translation
    assert document is not None
    line = max((one for one in document.body.splitlines() if "`" not in one), key=len)
    command = skill.commands[0].body.pick(lang)
    for platform in all_platforms():
        for form in platform.forms:
            text = loaded_text(skill, platform, lang, form=form, references=False)
            assert line.strip() in text, (platform.id, form)
            assert command.strip()[:80] not in text, (platform.id, form)
            assert not text.startswith("---"), (platform.id, form)
            whole = loaded_text(skill, platform, lang, form=form, references=True)
            assert len(whole) > 2 * len(text), (platform.id, form)


def test_the_arms_of_one_skill(repository: Path, tmp_path: Path, git: Git) -> None:
    skill = load(repository / "skills" / "reviewing")
    none, previous, current, cursor = gather(
        skill, "none,previous,current,platform:cursor/rules", tmp_path / "cache"
    )
    assert none.texts == {"en": "", "zh": ""}
    assert none.digest("en") == ""
    assert "Name the fault" in current.texts["en"]
    assert "先指出问题" in current.texts["zh"]
    assert "Name the cause" in previous.texts["en"]
    assert previous.detail == git(repository, "rev-parse", "cause")[:12]
    assert previous.digest("zh") == current.digest("zh")
    assert previous.digest("en") != current.digest("en")
    assert "Name the fault" in cursor.texts["en"]
    assert "Short sentences" not in current.texts["en"]
    [full] = gather(skill, "current", tmp_path / "cache", references=True)
    assert "Short sentences" in full.texts["en"]


def test_uncommitted_changes_are_compared_with_the_last_commit(
    repository: Path, tmp_path: Path
) -> None:
    write(repository / "skills" / "reviewing", "bug")
    skill = load(repository / "skills" / "reviewing")
    previous, current = gather(skill, "previous,current", tmp_path / "cache")
    assert "Name the bug" in current.texts["en"]
    assert "Name the fault" in previous.texts["en"]


def test_an_earlier_version_by_tag_or_folder(repository: Path, tmp_path: Path) -> None:
    skill = load(repository / "skills" / "reviewing")
    other = write(tmp_path / "other", "smell")
    tagged, folder = gather(skill, f"previous:symptom,previous:{other}", tmp_path / "cache")
    assert "Name the symptom" in tagged.texts["en"]
    assert tagged.name == "previous:symptom"
    assert "Name the smell" in folder.texts["en"]


def test_history_is_that_of_the_skill_alone(repository: Path, git: Git) -> None:
    skill = load(repository / "skills" / "reviewing")
    tags = [git(repository, "rev-parse", tag) for tag in ("symptom", "cause", "fault")]
    assert history(skill) == tags
    assert history(skill, "symptom") == tags[1:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no arm"),
        ("nothing", "no arm `nothing`"),
        ("none:x", "takes nothing after a colon"),
        ("platform:nowhere", "no platform `nowhere`"),
        ("platform:cursor/poem", "no form `poem`"),
    ],
)
def test_an_arm_that_means_nothing(text: str, said: str) -> None:
    with pytest.raises(EvalError) as caught:
        parse_arms(text)
    assert said in caught.value.en
    assert not caught.value.zh.isascii()


@pytest.mark.parametrize(
    ("text", "said"),
    [("previous:nowhere", "no revision `nowhere`"), ("previous:./nothing", "nothing")],
)
def test_an_earlier_version_that_is_not_there(
    repository: Path, tmp_path: Path, text: str, said: str
) -> None:
    skill = load(repository / "skills" / "reviewing")
    with pytest.raises(EvalError) as caught:
        gather(skill, text, tmp_path / "cache")
    assert said in str(caught.value)


def test_a_skill_without_a_history(tmp_path: Path, git: Git) -> None:
    skill = load(write(tmp_path / "reviewing"))
    with pytest.raises(EvalError, match="no git repository"):
        gather(skill, "previous", tmp_path / "cache")
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    write(top / "reviewing")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    with pytest.raises(EvalError, match="no earlier version"):
        gather(load(top / "reviewing"), "previous", tmp_path / "cache")


def test_platform_alone_is_every_platform() -> None:
    assert len(parse_arms("platform")) == len(all_platforms())
    assert [spec.name for spec in parse_arms("current, none,current")] == ["current", "none"]
    assert parse_arms("platform:cursor/rules")[0].form == Kind.RULES.value
