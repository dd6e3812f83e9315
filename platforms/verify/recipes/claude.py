"""Claude Code: Anthropic Messages; its ``Skill`` tool loads a skill by its folder's name."""

from __future__ import annotations

from collections.abc import Mapping

from ..script import Tool
from .base import PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Claude(Recipe):
    id = "claude"
    load = Tool(("Skill",), ("skill", "command"))
    by_folder = True
    refuses = frozenset({"hidden", "lower-case"})
    max_description = 1536

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "ANTHROPIC_BASE_URL": place.url,
            "ANTHROPIC_API_KEY": "dummy",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_ERROR_REPORTING": "1",
            "DISABLE_TELEMETRY": "1",
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("-p", PROMPT, "--allowedTools", "Skill,Read")


RECIPE = _Claude()
