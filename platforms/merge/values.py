"""What it means to merge plain JSON data, apart from any file.

A mapping is either a *registry* that many share (the root, ``mcp``, ``agent``: its values are
mappings, lists or switches), or an *entry* that belongs together (a server: it holds a text or a
number of its own). Registries are merged key by key; an entry is taken or left as a whole, because
half of one user's server and half of ours would be a server that nobody wrote.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from polyskill.compiler.codes import merge as codes

from .errors import MergeError

__all__ = ["covers", "fingerprint", "is_registry", "plain", "same"]


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy made of JSON types only.

    Raises:
        MergeError: the data hold something that JSON cannot say.
    """
    try:
        copied: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise MergeError(codes.JSON_NOT_PLAIN, reason=str(error)) from error
    return copied


def is_registry(value: Any) -> bool:
    """Whether a value of ours, below the root, is a mapping that others add to as well."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(inner, Mapping | list | bool) for inner in value.values())
    )


def fingerprint(value: Any) -> str:
    """Return a text that is the same for equal values only (``1`` and ``true`` differ)."""
    return json.dumps(value, sort_keys=True)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal, types and all."""
    return fingerprint(left) == fingerprint(right)


def covers(present: Any, wanted: Any) -> bool:
    """Whether ``present`` says at least what ``wanted`` says."""
    if isinstance(wanted, Mapping) and wanted and isinstance(present, Mapping):
        return all(key in present and same(present[key], wanted[key]) for key in wanted)
    return same(present, wanted)
