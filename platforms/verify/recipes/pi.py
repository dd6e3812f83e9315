"""pi: Chat Completions; the model reads SKILL.md with the ordinary ``read`` tool."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Pi(Recipe):
    id = "pi"
    refuses = frozenset(
        {"bom", "no-front-matter", "no-description", "yaml", "lower-case", "hidden"}
    )

    def files(self, place: Place) -> Mapping[str, str]:
        provider = {
            "baseUrl": f"{place.url}/v1",
            "api": "openai-completions",
            "apiKey": "dummy",
            "models": [{"id": MODEL}],
        }
        return {".pi/agent/models.json": json.dumps({"providers": {"fake": provider}})}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("--offline", "--provider", "fake", "--model", MODEL, "-p", PROMPT)


RECIPE = _Pi()
