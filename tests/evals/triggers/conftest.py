"""Catalogues in small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.evals.triggers.catalogue import Catalogue, Entry


@pytest.fixture
def catalogue() -> Catalogue:
    """Three skills that have little in common; one of them speaks no Chinese."""
    return Catalogue(
        (
            Entry(
                "pdf-forms",
                {
                    "en": "Fills in PDF forms and extracts tables from PDF files.",
                    "zh": "填写 PDF 表单，提取 PDF 文件中的表格。",
                },
            ),
            Entry(
                "release-notes",
                {
                    "en": "Writes release notes from merged pull requests, grouped by audience.",
                    "zh": "根据已合并的拉取请求撰写发布说明，按受众分组。",
                },
                {"en": ("changelog",), "zh": ("更新日志",)},
            ),
            Entry("sql-tuning", {"en": "Makes slow SQL queries fast: reads plans, adds indexes."}),
        )
    )


@pytest.fixture
def skill(tmp_path: Path) -> Callable[..., Skill]:
    """Write a canonical skill with cases and read it."""

    def make(name: str, en: str, zh: str = "", cases: str = "") -> Skill:
        folder = tmp_path / name
        (folder / "evals").mkdir(parents=True)
        (folder / "SKILL.md").write_text(
            f'---\nname: {name}\ndescription: "{en}"\nversion: 1.0.0\n---\n\n# {name}\n\nDo it.\n',
            encoding="utf-8",
        )
        if zh:
            (folder / "SKILL.zh.md").write_text(
                f'---\ndescription: "{zh}"\n---\n\n# {name}\n\n照做。\n', encoding="utf-8"
            )
        (folder / "evals" / "cases.yaml").write_text(
            f"version: 1\ncases:\n{cases}" if cases else "version: 1\ncases: []\n",
            encoding="utf-8",
        )
        return next(found for one in discover(folder) for found in read(one).skills)

    return make
