"""What did not change is neither checked nor made again, and the lock tells only what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lab import write_skill

from polyskill.compiler.localized import Lang
from polyskill.platforms.install import run as running
from polyskill.platforms.install.apply import Policy
from polyskill.platforms.install.installing import Installation, install_all
from polyskill.platforms.install.resolve import Asked, Resolver, specs_of
from polyskill.platforms.install.run import Outcome
from polyskill.platforms.install.scope import Scope


def install(project: Path, lang: Lang = Lang.EN) -> Outcome:
    [spec] = specs_of(["./skills"], project, None)
    resolver = Resolver(project, project / "cache")
    resolver.add(Asked(spec, ("claude", "codex"), lang))
    return install_all(Installation(Scope("project", project, project), Policy()), resolver)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the skills that are made, in order."""
    names: list[str] = []
    real = running.make

    def make(skill, *rest):
        names.append(skill.name)
        return real(skill, *rest)

    monkeypatch.setattr(running, "make", make)
    return names


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("one", "two", "three"):
        write_skill(tmp_path / "skills", name)
    return tmp_path


def test_only_the_skill_that_changed_is_made(project: Path, made: list[str]) -> None:
    assert not install(project).failed
    assert sorted(made) == ["one", "three", "two"]
    before = json.loads((project / "skills.lock").read_text())["skills"]
    made.clear()
    assert install(project).written == 0
    assert made == []
    changed = project / "skills/two/SKILL.md"
    changed.write_text(changed.read_text() + "\nOne more line.\n")
    assert sorted(install(project).unchanged) == ["one", "three"]
    assert made == ["two"]
    after = json.loads((project / "skills.lock").read_text())["skills"]
    assert {name for name in after if after[name] != before[name]} == {"two"}


def test_another_language_and_a_missing_file_are_made_again(project: Path, made: list[str]) -> None:
    install(project)
    made.clear()
    install(project, Lang.ZH)
    assert len(made) == 3
    made.clear()
    (project / ".claude/skills/one/SKILL.md").unlink()
    assert install(project, Lang.ZH).written
    assert made == ["one"]
    assert (project / ".claude/skills/one/SKILL.md").is_file()


def test_another_polyskill_makes_everything_again(
    project: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from polyskill.platforms.install import resolve

    install(project)
    made.clear()
    for module in (running, resolve):
        monkeypatch.setattr(module, "of_code", lambda: "another")
    install(project)
    assert len(made) == 3
