"""Gemini CLI: generateContent; its ``activate_skill`` tool loads a skill by name."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..script import Tool
from .base import PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Gemini(Recipe):
    id = "gemini"
    inspection = ("skills", "list", "--all", "--skip-trust")
    load = Tool(("activate_skill",), ("name",))
    refuses = frozenset({"bom", "no-front-matter", "no-name", "no-description", "lower-case"})

    def files(self, place: Place) -> Mapping[str, str]:
        del place
        settings = {
            "security": {"auth": {"selectedType": "gemini-api-key"}},
            "general": {"disableAutoUpdate": True, "disableUpdateNag": True},
            # After 30 calls it would ask the model, in JSON, whether it goes round in circles.
            "model": {"disableLoopDetection": True},
            "privacy": {"usageStatisticsEnabled": False},
        }
        return {".gemini/settings.json": json.dumps(settings)}

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "GEMINI_API_KEY": "dummy",
            "GOOGLE_GEMINI_BASE_URL": place.url,
            "GEMINI_CLI_NO_RELAUNCH": "true",
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("-m", "gemini-2.5-flash", "--skip-trust", "--yolo", "-p", PROMPT)


RECIPE = _Gemini()
