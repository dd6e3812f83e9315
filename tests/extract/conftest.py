"""Helpers for tests that read one Markdown text."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from polyskill.compiler.document import Document
from polyskill.compiler.extract import analyse
from polyskill.compiler.localized import Text
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Content, Dialect, Resource, Skill
from polyskill.compiler.source import decode

Read = Callable[..., Content]


@pytest.fixture
def read() -> Read:
    """Analyse a body; ``files`` are the paths of resources beside it."""

    def reading(
        body: str,
        *,
        description: Text | None = None,
        files: tuple[str, ...] = (),
        translation: str = "",
    ) -> Content:
        source = decode(dedent(body).encode(), "SKILL.md")
        other = decode(dedent(translation).encode(), "SKILL.zh.md")
        skill = Skill(
            "sample",
            Dialect.EXPERT,
            "sample",
            description=description or Text(),
            main=Document(source, parse=parse),
            translation=Document(other, parse=parse) if translation else None,
            resources=tuple(Resource(path, b"") for path in files),
            analyse=analyse,
        )
        return skill.content

    return reading
