"""The corpus and our own skills, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import Candidate, ReadResult, discover, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def originals(
    corpus_read: list[tuple[Candidate, ReadResult]],
) -> list[tuple[Candidate, tuple[Skill, ...]]]:
    """Every source of ../shared and of this repository, with its skills."""
    own = [
        (candidate, read(candidate))
        for folder in (ROOT / "tests" / "fixtures", ROOT / "skills")
        for candidate in discover(folder)
    ]
    return [(candidate, result.skills) for candidate, result in (*corpus_read, *own)]
