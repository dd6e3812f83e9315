"""The recipes' fixtures, and a Tinker of this machine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def _module(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


_recipes = _module("conftest_of_recipes_for_tinker", HERE.parent / "recipes" / "conftest.py")
offline, tiny, write_run = _recipes.offline, _recipes.tiny, _recipes.write_run


@pytest.fixture
def fake(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a Tinker of this machine in the SDK's place; return its module."""
    made = _module("fake_service", HERE / "fake_service.py")
    place = tmp_path / "server"
    place.mkdir()
    monkeypatch.setenv("FAKE_TINKER", str(place))
    monkeypatch.setenv("FAKE_TINKER_MODEL", str(tiny))
    monkeypatch.setenv("TINKER_API_KEY", "tml-secret")
    monkeypatch.setitem(sys.modules, "tinker", None)  # so that the old one comes back
    made.install()
    return made
