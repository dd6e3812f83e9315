"""Kimi Code: Chat Completions; its ``Skill`` tool loads a skill by name."""

from __future__ import annotations

from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Kimi(Recipe):
    id = "kimi"
    load = Tool(("Skill",), ("skill", "name"))
    refuses = frozenset(
        {"no-front-matter", "no-name", "no-description", "yaml", "lower-case", "hidden"}
    )

    def files(self, place: Place) -> Mapping[str, str]:
        return {
            ".kimi-code/config.toml": (
                'default_model = "fake"\n'
                "[providers.fake]\n"
                'type = "openai"\n'
                f'base_url = "{place.url}/v1"\n'
                'api_key = "dummy"\n'
                "[models.fake]\n"
                'provider = "fake"\n'
                f'model = "{MODEL}"\n'
                "max_context_size = 200000\n"
            )
        }

    def environment(self, place: Place) -> Mapping[str, str]:
        del place
        return {"KIMI_DISABLE_TELEMETRY": "1"}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("-p", PROMPT)


RECIPE = _Kimi()
