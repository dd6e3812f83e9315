"""The four ways in which assistants speak to a model, reduced to one question and one answer."""

from .dialects import dialect_of
from .exchange import Answer, Asked, Call, Say

__all__ = ["Answer", "Asked", "Call", "Say", "dialect_of"]
