"""Qwen Code: Chat Completions; its ``skill`` tool loads a skill by name."""

from __future__ import annotations

from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]


class _Qwen(Recipe):
    id = "qwen"
    load = Tool(("skill",), ("skill", "name"))
    refuses = frozenset(
        {
            "no-front-matter",
            "no-name",
            "no-description",
            "lower-case",
            "hidden",
            "paths",
        }
    )

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "OPENAI_API_KEY": "dummy",
            "OPENAI_BASE_URL": f"{place.url}/v1",
            "OPENAI_MODEL": MODEL,
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("--auth-type", "openai", "--yolo", "-p", PROMPT)


RECIPE = _Qwen()
