"""Providers of models, through their official SDKs: one attempt a call, every end named."""

from __future__ import annotations

from ..base import Model
from ..spec import FORMS, ModelError
from .anthropic import AnthropicProvider
from .base import Provider
from .openai import OpenAIProvider

__all__ = ["Provider", "open_provider"]


def open_provider(model: Model) -> Provider:
    """Return the provider of a model; models at one server share its connections.

    Raises:
        MissingLibrary: the SDK is not installed (a subclass of ``ImportError``).
        ModelError: the key is missing, or the provider is none of ours.
    """
    if model.provider in ("anthropic", "anthropic-compatible"):
        return AnthropicProvider(model)
    if model.provider in ("openai", "openai-compatible"):
        return OpenAIProvider(model)
    raise ModelError(
        f"{model.provider!r} is no provider: write {', '.join(FORMS)}",
        f"没有 {model.provider!r} 这个提供方：请写 {'、'.join(FORMS)}",
    )
