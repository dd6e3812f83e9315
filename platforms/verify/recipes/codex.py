"""Codex CLI: OpenAI Responses; the model reads SKILL.md with a shell command."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ..script import Tool
from .base import MODEL, PROMPT, Place, Recipe

__all__ = ["RECIPE"]

_FOR_THE_USER = re.compile(rb"^\s+allow_implicit_invocation:\s*false\b", re.MULTILINE)


class _Codex(Recipe):
    id = "codex"
    inspection = ("debug", "prompt-input")
    read = Tool(("exec_command", "shell_command", "shell"), ("cmd", "command"), "cat")
    refuses = frozenset({"bom", "no-front-matter", "no-description", "lower-case"})
    max_description = 1024
    max_name = 64

    def files(self, place: Place) -> Mapping[str, str]:
        trusted = json.dumps(str(place.project))  # a basic string of TOML is one of JSON here
        return {
            ".codex/config.toml": (
                f'model = "{MODEL}"\n'
                'model_provider = "fake"\n'
                'sandbox_mode = "danger-full-access"\n'
                'approval_policy = "never"\n'
                "[model_providers.fake]\n"
                'name = "fake"\n'
                f'base_url = "{place.url}/v1"\n'
                'env_key = "FAKE_KEY"\n'
                'wire_api = "responses"\n'
                "request_max_retries = 0\n"
                "stream_max_retries = 0\n"
                f'[projects.{trusted}]\ntrust_level = "trusted"\n'
            )
        }

    def environment(self, place: Place) -> Mapping[str, str]:
        return {"FAKE_KEY": "dummy", "CODEX_HOME": str(place.home / ".codex")}

    def arguments(self, place: Place) -> tuple[str, ...]:
        del place
        return ("exec", "--skip-git-repo-check", PROMPT)

    def hides(self, file: Path) -> bool:
        try:
            text = (file.parent / "agents" / "openai.yaml").read_bytes()
        except OSError:
            return False
        return _FOR_THE_USER.search(text) is not None

    def path(self, place: Place) -> tuple[Path, ...]:
        return (place.found.program.parent.parent / "codex-path",)


RECIPE = _Codex()
