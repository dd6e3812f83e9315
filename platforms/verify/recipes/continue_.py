"""Continue: Chat Completions; its ``Skills`` tool loads a skill by name."""

from __future__ import annotations

from collections.abc import Mapping

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]

_CONFIG = "verify.yaml"


class _Continue(Recipe):
    id = "continue"
    load = Tool(("Skills", "skills"), ("skill_name", "name"))
    refuses = frozenset(
        {
            "bom",
            "no-front-matter",
            "no-name",
            "no-description",
            "yaml",
            "lower-case",
            "link",
        }
    )

    def files(self, place: Place) -> Mapping[str, str]:
        return {
            _CONFIG: (
                "name: verify\nversion: 1.0.0\nschema: v1\nmodels:\n"
                f"  - name: fake\n    provider: openai\n    model: {MODEL}\n"
                f"    apiKey: dummy\n    apiBase: {place.url}/v1\n    roles: [chat]\n"
                "    capabilities: [tool_use]\n"
            )
        }

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "CONTINUE_GLOBAL_DIR": str(place.home / ".continue"),
            "CONTINUE_TELEMETRY_ENABLED": "0",
        }

    def arguments(self, place: Place) -> tuple[str, ...]:
        return ("--config", str(place.home / _CONFIG), "--auto", "-p", PROMPT)


RECIPE = _Continue()
