"""What went wrong between us and a provider, as a reply."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from ..base import Outcome, Reply

__all__ = ["clean", "from_error", "from_status", "retry_after"]

_LONGEST_DETAIL = 400  # characters
_TIMED_OUT = 408
_CONFLICT = 409  # the SDKs of both providers ask again
_OVERLOADED = frozenset({429, 529})
_SERVER = 500
# Types and codes that the providers' documents name (both write ``error.type``; OpenAI and those
# who speak like it ``error.code``, too).
_OUTCOMES = {
    "overloaded_error": Outcome.RATE_LIMITED,
    "rate_limit_error": Outcome.RATE_LIMITED,
    "rate_limit_exceeded": Outcome.RATE_LIMITED,
    "timeout_error": Outcome.TIMEOUT,
    "api_error": Outcome.SERVER,
    "server_error": Outcome.SERVER,
    "invalid_request_error": Outcome.REJECTED,
    "authentication_error": Outcome.REJECTED,
    "billing_error": Outcome.REJECTED,
    "permission_error": Outcome.REJECTED,
    "not_found_error": Outcome.REJECTED,
    "request_too_large": Outcome.REJECTED,
    # More precise than the status that they come with:
    "insufficient_quota": Outcome.REJECTED,  # a 429 that waiting does not cure
    "content_filter": Outcome.REFUSAL,  # a 400 about the prompt, which the provider will not take
    "content_policy_violation": Outcome.REFUSAL,
}
_PRECISE = frozenset({"insufficient_quota", "content_filter", "content_policy_violation"})


def clean(text: str, secrets: Sequence[str] = ()) -> str:
    """One line of printable text, without ``secrets``, of at most 400 characters."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[key]")
    text = re.sub(r"\bsk-[\w*-]{8,}", "[key]", text)  # a key that is not ours, or partly masked
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause that a provider asks for, in seconds (RFC 9110, section 10.2.3).

    ``retry-after-ms``, which both providers send as well, is finer and goes first.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, moment.timestamp() - time.time())


def from_status(
    status: int,
    headers: Mapping[str, str],
    body: object,
    *,
    secrets: Sequence[str] = (),
    hint: str = "",
) -> Reply:
    """The reply for an error status; ``body`` is what came with it, JSON data or text."""
    kinds, message = _read(body)
    precise = next((kind for kind in kinds if kind in _PRECISE), "")
    if precise:
        outcome = _OUTCOMES[precise]
    elif status in _OVERLOADED:
        outcome = Outcome.RATE_LIMITED
    elif status == _TIMED_OUT:
        outcome = Outcome.TIMEOUT
    elif status >= _SERVER or status == _CONFLICT:
        outcome = Outcome.SERVER
    else:
        outcome = Outcome.REJECTED
    detail = f"{status}: {message or 'without a reason'}" + (f" ({hint})" if hint else "")
    return Reply(
        outcome,
        detail=clean(detail, secrets),
        retry_after=retry_after(headers),
        request_id=headers.get("request-id") or headers.get("x-request-id") or "",
        status=status,
    )


def from_error(body: object) -> tuple[Outcome, str]:
    """The outcome and message of an error inside of a stream, or of a batch's result."""
    kinds, message = _read(body)
    outcome = next((_OUTCOMES[kind] for kind in kinds if kind in _OUTCOMES), None)
    status = next((int(kind) for kind in kinds if re.fullmatch("[45][0-9][0-9]", kind)), None)
    if outcome is None and status is not None:
        outcome = from_status(status, {}, None).outcome
    kind = next(iter(kinds), "error")
    return outcome or Outcome.SERVER, f"{kind}: {message}" if message else kind


def _read(body: object) -> tuple[list[str], str]:
    """Types and codes, most precise first, and the message, of the shapes in which errors come."""
    error: Any = body
    for _ in range(2):  # Anthropic's batches wrap an error twice
        if isinstance(error, Mapping) and isinstance(error.get("error"), Mapping | str):
            error = error["error"]
    if not isinstance(error, Mapping):
        return [], error if isinstance(error, str) else ""
    found = [error.get(name) for name in ("code", "type")]
    message = error.get("message")
    kinds = [str(kind) for kind in found if isinstance(kind, str | int)]
    return kinds, message if isinstance(message, str) else ""
