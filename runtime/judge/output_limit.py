"""How many tokens a model may write: those of its answer, and those of its thoughts before it.

Models that think count their thoughts into the limit of the answer, so that a limit that fits a
verdict would cut it off. Source: Anthropic's guide "Thinking" (thinking tokens count into
``max_tokens``; on by default from Claude 5 on) and OpenAI's guide "Reasoning models" (reasoning
tokens count into ``max_completion_tokens``).
"""

from __future__ import annotations

import re

from .base import Model, Request

__all__ = ["THOUGHTS", "most_output_tokens", "thinks"]

#: Tokens that a thinking model gets on top of a structured answer. It pays only for those it uses.
THOUGHTS = 16_384
# claude-opus-5-5, anthropic/claude-sonnet-5.5, claude-mythos-preview; o3, gpt-5-mini, gpt-6-sol.
# Not gpt-5-chat-latest, which writes 16,384 tokens at most and does not think. Names of other
# makers do not tell, and small servers refuse limits beyond their context.
_THINKS = re.compile(
    r"(?:^|[/.])(?:claude-mythos-preview|claude-[a-z]+-(?:[5-9]|1\d)(?!\d)|o[1-9]\b"
    r"|gpt-(?:[5-9]|1\d)(?!\d|.*chat))"
)


def thinks(model: Model) -> bool:
    """Whether a model is known, by its name, to think before it answers if nothing forbids it."""
    return _THINKS.search(model.name.lower()) is not None


def most_output_tokens(request: Request, model: Model) -> int:
    """Return how many tokens of output are allowed: what the model's parameters say, if they do.

    Otherwise it is the request's own limit, and for the structured answer of a model that thinks
    (see :func:`thinks`), :data:`THOUGHTS` more.
    """
    for name in ("max_completion_tokens", "max_tokens"):
        if name in model.params:
            return int(model.params[name])
    return request.max_tokens + (THOUGHTS if request.answer_with and thinks(model) else 0)
