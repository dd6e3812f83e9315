"""Cline CLI: Chat Completions; its ``skills`` tool lists names only and loads a skill by name."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]

_PROVIDER = "openai-compatible"


class _Cline(Recipe):
    id = "cline"
    load = Tool(("skills", "use_skill"), ("skill", "skill_name", "name"))
    described = False
    entry = r"Available skills:.*?(?<![\w-]){name}(?![\w-])"
    refuses = frozenset({"yaml", "lower-case"})

    def files(self, place: Place) -> Mapping[str, str]:
        settings = {
            "provider": _PROVIDER,
            "apiKey": "dummy",
            "model": MODEL,
            "baseUrl": f"{place.url}/v1",
        }
        provider = {
            "settings": settings,
            "updatedAt": "2026-01-01T00:00:00.000Z",
            "tokenSource": "manual",
        }
        whole = {
            "version": 1,
            "lastUsedProvider": _PROVIDER,
            "modes": {},
            "providers": {_PROVIDER: provider},
        }
        return {".cline/data/settings/providers.json": json.dumps(whole)}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("--auto-approve", "true", PROMPT)


RECIPE = _Cline()
