"""A client of our own where the real one would be looked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from polyskill.evals.agents import AgentArm, arm
from polyskill.platforms.verify import PINNED, Options

PROGRAM = Path(__file__).parent / "programs" / "client.py"
KEY = "sk-secret-of-the-test"


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Where our own client stands in for Claude Code."""
    path = tmp_path / "clients" / "claude" / "node_modules" / PINNED["claude"].program
    path.parent.mkdir(parents=True)
    path.write_text(f"#!{sys.executable}\n{PROGRAM.read_text('utf-8')}", encoding="utf-8")
    path.chmod(0o755)
    return Options(prefix=tmp_path / "clients")


@pytest.fixture
def environment() -> Mapping[str, str]:
    return {"ANTHROPIC_API_KEY": KEY, "UNRELATED_TOKEN": "x", "https_proxy": "http://p:1"}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """The folder in which homes and projects are made."""
    folder = tmp_path / "地方 places"
    folder.mkdir()
    return folder


@pytest.fixture
def agent(
    options: Options, environment: Mapping[str, str], places: Path
) -> Callable[..., AgentArm]:
    def make(**params: Any) -> AgentArm:
        return arm("claude", environment, params, options=options, folder=places)

    return make
