"""The command line, called in this process and in others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str


Cli = Callable[..., Answer]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """Call the command line here, in an empty folder."""
    from polyskill.cli.app import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["polyskill", *arguments])
        with pytest.raises(SystemExit) as left:
            run()
        captured = capsys.readouterr()
        return Answer(int(left.value.code or 0), captured.out, captured.err)

    return call


def _elsewhere(program: list[str], folder: Path) -> Cli:
    def call(*arguments: str, **variables: str) -> Answer:
        done = subprocess.run(
            [*program, *arguments],
            cwd=folder,
            env={**os.environ, "COLUMNS": "80", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def other(tmp_path: Path, programs: Path) -> Cli:
    """Call the command line in another process, with more environment variables."""
    return _elsewhere([str(programs / "polyskill")], tmp_path)


@pytest.fixture
def cold(tmp_path: Path) -> Cli:
    """As ``other``, in a process that nothing was done for before."""
    return _elsewhere([sys.executable, "-m", "polyskill"], tmp_path)


@pytest.fixture
def demo(cli: Cli, tmp_path: Path) -> Path:
    """A fresh skill with a Chinese title."""
    assert cli("new", "demo", "--title-zh", "合同审查", "--quiet").status == 0
    return tmp_path / "demo"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A skill with one warning (a link to nothing), one error (a control character)."""
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "SKILL.md").write_text(
        "---\nname: bad\ndescription: Bad. Use when bad.\nlicense: MIT\n---\n\n"
        "# Bad\n\nSee [more](more.md).\x07\n"
    )
    return folder
