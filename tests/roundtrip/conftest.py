"""The corpus and our own skills, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import Candidate, discover, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def originals(shared: Path) -> list[tuple[Candidate, tuple[Skill, ...]]]:
    """Every source of ../shared and of this repository, with its skills."""
    folders = (
        shared / "corpus",
        shared / "sources",
        ROOT / "tests" / "fixtures",
        ROOT / "skills",
    )
    return [
        (candidate, read(candidate).skills) for folder in folders for candidate in discover(folder)
    ]
