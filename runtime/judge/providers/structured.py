"""How Anthropic's models are held to a structured answer: by a forced tool, or by a format.

A forced tool works with every model and server of old. The newest models refuse it (400,
``tool_choice: type "tool" and "any" are not supported for this model.``) and others do while they
think; they take a JSON format instead. Source: the API's pages "What's new in Claude Opus 5.5",
section "Forced tool use is not supported", and "Structured outputs".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..base import Model, Outcome, Reply, Tool

__all__ = ["learn", "output_format", "refuses_forcing", "wants_format"]

_KNOWN = re.compile(r"claude-(?:mythos-preview|(?:opus|sonnet)-5-5|(?:fable|mythos)-5-[1-9])(?!\d)")
# What models at servers have shown, as (provider, address, name), for as long as the process runs.
_learned: set[tuple[str, str, str]] = set()


def wants_format(model: Model) -> bool:
    """Whether a model is asked with a format: it is known to refuse forced tools, or has done so.

    Names are believed at Anthropic only; whatever stands before other servers may translate.
    """
    known = model.provider == "anthropic" and _KNOWN.match(model.name)
    return bool(known) or _identity(model) in _learned


def refuses_forcing(reply: Reply) -> bool:
    """Whether a reply to a forced tool says that tools cannot be forced."""
    rejected = reply.outcome is Outcome.REJECTED and reply.status in (0, 400, 422)
    return rejected and "tool_choice" in reply.detail


def learn(model: Model) -> None:
    """Remember that a model wants a format, so that one request per model is wasted, not each."""
    _learned.add(_identity(model))


def _identity(model: Model) -> tuple[str, str, str]:
    return model.provider, model.base_url, model.name


def output_format(tool: Tool) -> Mapping[str, Any]:
    """Return the format for what a tool takes; its schema must be closed and without limits.

    The API takes objects with ``additionalProperties: false``, and no ``minimum``, ``maxLength``,
    ``minItems`` above 1 and the like (page "Structured outputs", "JSON Schema limitations").
    """
    schema = dict(tool.schema)
    if tool.description:
        schema.setdefault("description", tool.description)
    return {"type": "json_schema", "schema": schema}
