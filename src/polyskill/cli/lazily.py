"""Groups whose commands are built when they are asked for.

Typer builds all commands of a group at once, at 4 ms each; a call of polyskill needs one.
"""

from __future__ import annotations

from collections import UserDict
from copy import copy
from inspect import cleandoc
from typing import Any

import typer
from typer.models import CommandInfo

__all__ = ["Commands", "command_of"]


class Commands(UserDict[str, Any]):
    """The commands of a group by name."""

    def __getitem__(self, name: str) -> Any:
        """Return a command; it is built now if it never was."""
        found = super().__getitem__(name)
        if isinstance(found, CommandInfo):
            found = self.data[name] = _built(found)
        return found

    def help_of(self, name: str) -> str:
        """Return the help text of a command, without building it."""
        return cleandoc(self.data[name].help or "")


def _built(info: CommandInfo) -> Any:
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.registered_commands.append(info)
    return typer.main.get_command(alone)


def command_of(app: typer.Typer) -> Any:
    """Return what typer makes of a group, without its commands, which wait in `Commands`."""
    empty = copy(app)
    empty.registered_commands = []
    made: Any = typer.main.get_group(empty)
    made.commands = Commands({str(info.name): info for info in app.registered_commands})
    return made
