"""A call builds the one command that it needs."""

from __future__ import annotations

import pytest
import typer
from typer.models import CommandInfo

from polyskill.cli import app
from polyskill.cli.lazily import Commands, command_of


def built(commands: Commands) -> set[str]:
    return {name for name, one in commands.data.items() if not isinstance(one, CommandInfo)}


def test_a_command_is_built_when_it_is_asked_for() -> None:
    commands = command_of(app.app).commands
    assert len(commands) > 15
    assert built(commands) == set()
    build = commands["build"]
    assert build.name == "build"
    assert commands.get("build") is build
    assert built(commands) == {"build"}
    assert "no-such" not in commands
    assert commands.get("no-such") is None


def test_a_help_page_builds_none(capsys: pytest.CaptureFixture[str]) -> None:
    root = command_of(app.app)
    with pytest.raises(typer.Exit):
        app._invoke(root, ["--help"])
    page = capsys.readouterr().out
    assert all(f"  {name} " in page for name in root.commands)
    assert built(root.commands) == set()


def test_the_command_line_stays_as_it_is() -> None:
    names = [info.name for info in app.app.registered_commands]
    assert list(command_of(app.app).commands) == names
    assert [info.name for info in app.app.registered_commands] == names
