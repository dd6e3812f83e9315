"""Kilo Code: Chat Completions; its ``skill`` tool loads a skill by name and needs ripgrep."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Kilo(Recipe):
    id = "kilo"
    inspection = ("debug", "skill")
    load = Tool(("skill",), ("name", "skill"))
    refuses = frozenset({"no-front-matter", "no-name", "no-description", "lower-case", "link"})

    def environment(self, place: Place) -> Mapping[str, str]:
        model = {"name": MODEL, "tool_call": True, "limit": {"context": 200_000, "output": 8_000}}
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "name": "fake",
            "options": {"baseURL": f"{place.url}/v1", "apiKey": "dummy"},
            "models": {MODEL: model},
        }
        whole = {"model": f"fake/{MODEL}", "provider": {"fake": provider}}
        return {"KILO_CONFIG_CONTENT": json.dumps(whole)}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("run", "--auto", PROMPT)


RECIPE = _Kilo()
