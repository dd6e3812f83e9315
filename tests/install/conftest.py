"""A project and a home folder of one's own, and the helpers of `lab.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from polyskill.platforms.install.scope import Scope

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("POLYSKILL_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def root(tmp_path: Path, home: Path) -> Path:
    """An empty project."""
    folder = tmp_path / "项目"
    folder.mkdir()
    return folder


@pytest.fixture
def scope(root: Path, home: Path) -> Scope:
    """The project as a place to install into."""
    return Scope("project", root, home)
