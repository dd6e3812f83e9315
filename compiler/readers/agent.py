"""Agents that stand alone: Markdown (Claude, Cursor, Copilot, OpenCode) and Codex TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Dialect, Kind
from .candidate import Candidate, ReadResult
from .components import AGENT_KEYS, model_of
from .meta import Meta
from .page import Page
from .standalone import Form, file_of, from_page, from_toml
from .values import as_tools

__all__ = ["read"]

_FORM = Form(Dialect.AGENT, Kind.AGENT)


def _fields(page: Page, meta: Meta) -> dict[str, Any]:
    model = model_of(page.values)
    tools = as_tools(page.values.get("tools")) or meta.allowed_tools
    for key in AGENT_KEYS:
        meta.extra.pop(key, None)
    if model:
        meta.extra["model"] = model
    return {"allowed_tools": tools}


def _toml_fields(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    known = {"developer_instructions", "description", "name", "tools"}
    extra = {key: value for key, value in values.items() if key not in known}
    return {"allowed_tools": as_tools(values.get("tools"))}, extra


def read(candidate: Candidate) -> ReadResult:
    """Read one file."""
    found, failed = file_of(candidate)
    if found is None:
        return failed
    if candidate.path.suffix == ".toml":
        return from_toml(candidate, found, _FORM, "developer_instructions", _toml_fields)
    return from_page(candidate, found, _FORM, _fields)
