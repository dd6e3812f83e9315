"""OpenClaw: Chat Completions; the model reads SKILL.md. Its project is its workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _OpenClaw(Recipe):
    id = "openclaw"
    inspection = ("skills", "list", "--json")
    refuses = frozenset(
        {"no-front-matter", "no-description", "yaml", "hidden", "lower-case", "link"}
    )

    def files(self, place: Place) -> Mapping[str, str]:
        model = {
            "id": MODEL,
            "name": MODEL,
            "contextWindow": 200_000,
            "maxTokens": 8_000,
            "input": ["text"],
            "reasoning": False,
            "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0},
        }
        provider = {
            "baseUrl": f"{place.url}/v1",
            "apiKey": "dummy",
            "api": "openai-completions",
            "models": [model],
        }
        whole = {
            "agents": {
                "defaults": {
                    "workspace": str(place.project),
                    "model": {"primary": f"fake/{MODEL}"},
                }
            },
            "models": {"providers": {"fake": provider}},
        }
        return {".openclaw/openclaw.json": json.dumps(whole)}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return (
            *("agent", "--local", "--agent", "main", "--session-id", "verify"),
            *("--message", PROMPT, "--json"),
        )


RECIPE = _OpenClaw()
