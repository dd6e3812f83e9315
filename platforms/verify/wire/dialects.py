"""Which dialect a request speaks: its path says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import anthropic, chat, gemini, responses
from .exchange import Answer, Asked, Reply

__all__ = ["Dialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to read questions and to write answers."""

    name: str
    parse: Callable[[str, Mapping[str, Any]], Asked]
    reply: Callable[[Asked, Answer], Reply]


_BY_END = {
    "/messages": Dialect("anthropic-messages", anthropic.parse, anthropic.reply),
    "/chat/completions": Dialect("openai-chat", chat.parse, chat.reply),
    "/responses": Dialect("openai-responses", responses.parse, responses.reply),
    ":generateContent": Dialect("gemini", gemini.parse, gemini.reply),
    ":streamGenerateContent": Dialect("gemini", gemini.parse, gemini.reply),
}


def dialect_of(path: str) -> Dialect | None:
    """Return the dialect of a path (without its query); ``None`` if it asks no model."""
    return next((dialect for end, dialect in _BY_END.items() if path.endswith(end)), None)
