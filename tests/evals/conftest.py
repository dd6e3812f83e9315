"""Fixtures for all tests of evaluation."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Done:
    """What a call of the command line came to."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between attempts there are milliseconds; how long the waits are, other tests look at."""
    from polyskill.runtime.judge.engine import attempts

    monkeypatch.setattr(attempts, "_FIRST_WAIT", 0.01)


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    quick_retries: None,
) -> Callable[..., Done]:
    """Call ``polyskill`` here, in an empty folder."""
    from polyskill.cli.app import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("POLYSKILL_CACHE", str(tmp_path / "cache"))

    def call(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["polyskill", *arguments])
        with pytest.raises(SystemExit) as left:
            run()
        captured = capsys.readouterr()
        return Done(int(left.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def git() -> Callable[..., str]:
    """``git(folder, *arguments)`` returns what git prints."""

    who = ("-c", "user.name=n", "-c", "user.email=e@example.org")

    def call(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", folder, *who, *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    return call
