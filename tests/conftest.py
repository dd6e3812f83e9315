"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files and transcripts")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and corpora beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus" / "index.csv").is_file():
        pytest.skip("../shared is not here: tests on the real corpus need it")
    return folder


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, no third-party platforms, whatever the machine's settings."""
    monkeypatch.setenv("POLYSKILL_LANG", "en")
    monkeypatch.setenv("POLYSKILL_PLUGINS", "0")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
