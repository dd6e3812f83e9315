"""Fixtures for all tests of evaluation."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    """The module ``fakes/provider.py``: ``Answer``, ``Structured``, ``Fault``, ``canned`` …"""
    folder = str(Path(__file__).parent / "fakes")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("provider")


@pytest.fixture
def fake_provider(
    fakes: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """``fake_provider(answer, **options)`` starts a provider on loopback, ended after the test.

    An error of the script fails the test; a test that expects one empties ``server.errors``.
    """
    for name in ("ANTHROPIC", "OPENAI", "POLYSKILL"):
        monkeypatch.setenv(f"{name}_API_KEY", "test-key")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    started: list[Any] = []

    def start(answer: Any, **options: Any) -> Any:
        started.append(fakes.FakeProvider(answer, **options).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()
    assert not [error for server in started for error in server.errors]
