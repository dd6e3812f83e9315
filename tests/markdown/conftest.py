"""Ways to make a tree and a skill from a text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from polyskill.compiler.document import Document, Tree
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Dialect, Resource, Skill
from polyskill.compiler.select import select
from polyskill.compiler.source import Source


@pytest.fixture(scope="session")
def tree_of() -> Callable[[str], Tree]:
    return lambda text: parse(Source("SKILL.md", text), 0)


@pytest.fixture(scope="session")
def skill_of() -> Callable[..., Skill]:
    def make(
        text: str,
        zh: str | None = None,
        dialect: Dialect = Dialect.EXPERT,
        resources: tuple[Resource, ...] = (),
    ) -> Skill:
        other = None if zh is None else Document(Source("SKILL.zh.md", zh), parse=parse)
        return Skill(
            "demo",
            dialect,
            "demo",
            main=Document(Source("SKILL.md", text), parse=parse),
            translation=other,
            resources=resources,
        )

    return make


@pytest.fixture(scope="session")
def views(skill_of) -> Callable[..., tuple[str, str]]:
    def make(text: str, platform: str = "claude", **options: object) -> tuple[str, str]:
        skill = skill_of(text, **options)
        return select(skill, Lang.EN, platform).body, select(skill, Lang.ZH, platform).body

    return make
