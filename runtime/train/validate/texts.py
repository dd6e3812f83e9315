"""The parts of an example as plain text, for counting and comparing."""

from __future__ import annotations

from typing import Any

from ..examples import Example

__all__ = ["answered", "asked", "flat", "whole_text"]


def flat(value: Any) -> str:
    """Return a text, or the contents of messages joined by lines."""
    if isinstance(value, list):
        return "\n".join(str(one.get("content") or "") for one in value)
    return value if isinstance(value, str) else ""


def asked(example: Example) -> str:
    """Return what an example asks: its prompt, its user turns, or the text as a whole."""
    messages = example.get("messages")
    if example.get("prompt") is None and isinstance(messages, list):
        return flat([one for one in messages if one["role"] == "user"])
    for name in ("prompt", "text", "chosen"):
        if (value := example.get(name)) is not None:
            return flat(value)
    return ""


def answered(example: Example) -> str:
    """Return what is learnt: the completion, the last answer of messages, or the text."""
    messages = example.get("messages")
    if example.get("completion") is None and isinstance(messages, list):
        return flat(messages[-1:]) if messages[-1]["role"] == "assistant" else ""
    return flat(example.get("completion") or example.get("text") or "")


def whole_text(example: Example) -> dict[str, Any]:
    """Return all columns, as one comparable value."""
    return {key: value for key, value in example.columns.items() if value is not None}
