"""``polyskill eval`` is a command and a group: what names no sub-command is a run."""

from __future__ import annotations

from typing import Any

from ..help import Group
from ..output import fail

__all__ = ["DEFAULT", "EvalGroup"]

DEFAULT = "run"
_HELP = ("-h", "--help")


class EvalGroup(Group):
    """A group whose command ``run`` need not be named.

    A skill's folder that is called like a sub-command is written with a path: ``./report``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``run`` before arguments that do not begin with a sub-command."""
        if not args or (args[0] not in self.commands and args[0] not in _HELP):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; say what to install where a library is missing."""
        try:
            return super().invoke(ctx)
        except ImportError as error:
            from polyskill.runtime.judge.missing import MissingLibrary

            if not isinstance(error, MissingLibrary):
                raise
            fail(str(error), status=1)
