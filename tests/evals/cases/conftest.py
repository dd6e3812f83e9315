"""Helpers for tests of cases: a skill on disk, read as the commands read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read

MakeSkill = Callable[..., Skill]

_FRONT = '---\nname: valves\ndescription: "Closes valves. Use when water runs."\n---\n\n'


@pytest.fixture
def make_skill(tmp_path: Path) -> MakeSkill:
    """Write a skill with an eval file and other files, and read it."""

    def making(cases: str = "", /, body: str = "# Valves\n\nClose them.\n", **files: str) -> Skill:
        folder = tmp_path / "valves"
        wanted: dict[str, str] = {"SKILL.md": _FRONT + body}
        if cases:
            wanted["evals/cases.yaml"] = cases
        wanted |= {name.replace("__", "/"): text for name, text in files.items()}
        for name, text in wanted.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        (candidate,) = discover(folder)
        (skill,) = read(candidate).skills
        return skill

    return making
