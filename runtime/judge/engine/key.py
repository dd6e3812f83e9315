"""Names of calls: a hash of everything that a reply depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..base import Model, Request

__all__ = ["canonical", "cell_key", "request_digest"]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a temperature of 0 and one of 0.0 are the same request
    return value


def canonical(value: Any) -> str:
    """Return JSON that equal data always give: sorted keys, no spaces, ASCII, 1.0 as 1.

    Raises:
        TypeError: something in it is no JSON data.
        ValueError: a number in it is not finite.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def cell_key(**parts: Any) -> str:
    """Return the sha256 (hexadecimal) of the parts, which are plain JSON data.

    Raises:
        TypeError: a part is no JSON data.
        ValueError: a number in a part is not finite.
    """
    return _sha256(parts)


def request_digest(request: Request, model: Model) -> str:
    """Return the sha256 (hexadecimal) of what is sent, and to whom.

    ``cacheable`` is left out: it changes what a call costs, not what is asked.
    """
    sent = asdict(request)
    del sent["cacheable"]
    return _sha256([model.id, model.params, sent])
