"""Trees of files, written from a mapping, and what the readers make of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import Candidate, ReadResult, discover, read

Content = str | bytes | dict[str, Any] | list[Any]
Plant = Callable[[Mapping[str, Content]], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write files below a fresh folder (mappings become JSON) and return that folder."""
    root = tmp_path / "tree"
    root.mkdir()

    def write(files: Mapping[str, Content]) -> Path:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, str | bytes) else json.dumps(content)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return root

    return write


@pytest.fixture
def read_all() -> Callable[[Path], tuple[list[Skill], list[str]]]:
    """Read everything at a path: the skills, and the codes of all findings."""

    def run(path: Path) -> tuple[list[Skill], list[str]]:
        results = [read(candidate) for candidate in discover(path)]
        skills = [skill for result in results for skill in result.skills]
        findings = [finding for result in results for finding in result.diagnostics]
        findings += [finding for skill in skills for finding in skill.diagnostics]
        return skills, [finding.code.id for finding in findings]

    return run


@pytest.fixture
def one(read_all: Callable[[Path], tuple[list[Skill], list[str]]]) -> Callable[[Path], Skill]:
    """Read a path that holds exactly one skill."""

    def run(path: Path) -> Skill:
        skills, codes = read_all(path)
        assert len(skills) == 1, (skills, codes)
        return skills[0]

    return run


@pytest.fixture
def looked() -> Callable[[Path], dict[str, str]]:
    """What discovery says: the dialect of each path, relative to the root."""

    def run(path: Path) -> dict[str, str]:
        found: list[Candidate] = [one for one in discover(path) if one.dialect is not None]
        return {one.path.relative_to(path).as_posix(): str(one.dialect) for one in found}

    return run


@pytest.fixture
def result_of() -> Callable[[Path], ReadResult]:
    """Read the first candidate of a path."""
    return lambda path: read(discover(path)[0])
