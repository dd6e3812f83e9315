"""Copilot CLI with a model of one's own: Chat Completions, no login; ``skill`` loads by name."""

from __future__ import annotations

from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Copilot(Recipe):
    id = "copilot"
    inspection = ("skill", "list")
    load = Tool(("skill",), ("skill", "name"))
    refuses = frozenset({"no-front-matter", "yaml", "lower-case", "hidden", "non-ascii-name"})
    max_description = 1024
    max_name = 64

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "COPILOT_PROVIDER_BASE_URL": f"{place.url}/v1",
            "COPILOT_PROVIDER_API_KEY": "dummy",
            "COPILOT_MODEL": MODEL,
            "COPILOT_OFFLINE": "true",
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("--allow-all-tools", "--disable-builtin-mcps", "-p", PROMPT)


RECIPE = _Copilot()
