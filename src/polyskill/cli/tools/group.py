"""The group of calculators: what a calculator refuses is said in the user's language."""

from __future__ import annotations

from typing import Any

from ..help import Group
from ..language import tr
from ..output import fail

__all__ = ["ToolsGroup"]


class ToolsGroup(Group):
    """A group whose commands raise ``ToolError`` and ``MissingLibrary``."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a question that cannot be answered is wrong use, unless a server is."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from polyskill.runtime.tools.errors import ToolError, Unavailable

            if not isinstance(error, ToolError):
                raise
            fail(tr(error.en, error.zh), status=1 if isinstance(error, Unavailable) else 2)
        except ImportError as error:
            from polyskill.runtime.judge.missing import MissingLibrary

            if not isinstance(error, MissingLibrary):
                raise
            fail(str(error), status=1)
