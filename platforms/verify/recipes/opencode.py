"""OpenCode: Chat Completions; its ``skill`` tool loads a skill by name and needs ripgrep."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _OpenCode(Recipe):
    id = "opencode"
    inspection = ("debug", "skill")
    load = Tool(("skill",), ("name", "skill"))
    refuses = frozenset({"no-front-matter", "no-name", "no-description", "yaml", "lower-case"})

    def files(self, place: Place) -> Mapping[str, str]:
        model = {"name": MODEL, "tool_call": True, "limit": {"context": 200_000, "output": 8_000}}
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "name": "fake",
            "options": {"baseURL": f"{place.url}/v1", "apiKey": "dummy"},
            "models": {MODEL: model},
        }
        whole = {
            "model": f"fake/{MODEL}",
            "small_model": f"fake/{MODEL}",
            "provider": {"fake": provider},
        }
        return {".config/opencode/opencode.json": json.dumps(whole)}

    def environment(self, place: Place) -> Mapping[str, str]:
        del place
        return {
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("run", PROMPT)


RECIPE = _OpenCode()
