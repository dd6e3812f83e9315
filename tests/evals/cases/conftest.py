"""Helpers for tests of cases: a skill on disk, read as the commands read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read

MakeSkill = Callable[..., Skill]

_FRONT = '---\nname: valves\ndescription: "Closes valves. Use when water runs."\n---\n\n'


@pytest.fixture
def make_skill(tmp_path: Path) -> MakeSkill:
    """Write a skill with an eval file and other files, and read it."""

    def making(cases: str = "", /, body: str = "# Valves\n\nClose them.\n", **files: str) -> Skill:
        folder = tmp_path / "valves"
        wanted: dict[str, str] = {"SKILL.md": _FRONT + body}
        if cases:
            wanted["evals/cases.yaml"] = cases
        wanted |= {name.replace("__", "/"): text for name, text in files.items()}
        for name, text in wanted.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        (candidate,) = discover(folder)
        (skill,) = read(candidate).skills
        return skill

    return making


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call ``eval cases`` and ``eval init`` as the command line does."""
    from polyskill.cli.eval_.cases import cases
    from polyskill.cli.eval_.init import init

    app = typer.Typer()
    app.command("cases")(cases)
    app.command("init")(init)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as left:
            app([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Answer(int(left.value.code or 0), captured.out, captured.err)

    return call
