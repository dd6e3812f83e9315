"""Slash commands that stand alone: Markdown (Claude, OpenCode, Cursor, Copilot) and Gemini TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Dialect, Kind
from .candidate import Candidate, ReadResult
from .components import COMMAND_KEYS, argument_hint, model_of
from .meta import Meta
from .page import Page
from .standalone import Form, file_of, from_page, from_toml
from .values import as_tools

__all__ = ["read"]

_FORM = Form(Dialect.COMMAND, Kind.COMMAND)


def _fields(page: Page, meta: Meta) -> dict[str, Any]:
    kept = {"argument-hint": argument_hint(page.values), "model": model_of(page.values)}
    tools = meta.allowed_tools or as_tools(page.values.get("tools"))
    for key in COMMAND_KEYS:
        meta.extra.pop(key, None)
    meta.extra.update((key, value) for key, value in kept.items() if value)
    return {"allowed_tools": tools}


def _toml_fields(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    known = {"prompt", "description", "name"}
    extra = {key: value for key, value in values.items() if key not in known}
    return {}, {**extra, "syntax": "gemini"}


def read(candidate: Candidate) -> ReadResult:
    """Read one file."""
    found, failed = file_of(candidate)
    if found is None:
        return failed
    if candidate.path.suffix == ".toml":
        return from_toml(candidate, found, _FORM, "prompt", _toml_fields)
    return from_page(candidate, found, _FORM, _fields)
