"""A project can be the source of what is installed into it: the copies are no part of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import write_skill

from polyskill.compiler.localized import Lang
from polyskill.compiler.readers.placed import placed
from polyskill.platforms.install.apply import Policy
from polyskill.platforms.install.installing import Installation, install_all
from polyskill.platforms.install.resolve import Asked, Resolver, specs_of
from polyskill.platforms.install.run import Outcome
from polyskill.platforms.install.scope import Scope


def install(project: Path, cache: Path) -> Outcome:
    [spec] = specs_of(["."], project, None)
    resolver = Resolver(project, cache)
    resolver.add(Asked(spec, ("claude", "codex"), Lang.EN))
    return install_all(Installation(Scope("project", project, project), Policy()), resolver)


@pytest.mark.parametrize("skill_is_project", [True, False])
def test_a_second_install_finds_the_same(tmp_path: Path, *, skill_is_project: bool) -> None:
    folder = write_skill(tmp_path / "技能 库", "one")
    project = folder if skill_is_project else folder.parent
    first = install(project, tmp_path / "cache")
    assert not first.failed
    assert first.written
    before = (project / "skills.lock").read_bytes()
    assert placed(str(project)) > {str(project / "skills.lock")}
    again = install(project, tmp_path / "cache")
    assert not again.failed
    assert again.written == 0
    assert (project / "skills.lock").read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"version": 1, "skills": {"a": {}}}', "[" * 9999]
)
def test_a_lock_of_another_tool_hides_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "skills.lock").write_text(text)
    assert placed(str(tmp_path)) == frozenset()
