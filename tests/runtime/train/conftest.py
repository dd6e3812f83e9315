"""The tests of training are many, and more of them run where torch is: `-m training`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FAKES = HERE.parents[1] / "evals" / "fakes"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep them out of the default run, whose limit is five minutes: they are over a thousand."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.training)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the fake providers on loopback; no proxy stands before them."""
    if str(FAKES) not in sys.path:
        sys.path.append(str(FAKES))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return importlib.import_module("provider")
