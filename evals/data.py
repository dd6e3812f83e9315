"""Frozen dataclasses from the JSON that ``dataclasses.asdict`` makes of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["build"]


def build(kind: Any, value: Any) -> Any:
    """Return ``value``, plain JSON data, as an instance of the type ``kind``.

    Keys that the type does not know are left out; fields that are missing take their defaults.

    Raises:
        TypeError, ValueError, KeyError, AttributeError: the data does not fit the type.
    """
    if get_origin(kind) in (Union, UnionType):
        inner = [part for part in get_args(kind) if part is not type(None)]
        return None if value is None else build(inner[0], value)
    if get_origin(kind) is tuple:
        if isinstance(value, str | Mapping):
            msg = f"a list was expected, not {value!r:.40}"
            raise TypeError(msg)
        return tuple(build(get_args(kind)[0], part) for part in value)
    if get_origin(kind) is not None:  # a mapping
        key, item = get_args(kind)
        return {build(key, name): build(item, part) for name, part in value.items()}
    if is_dataclass(kind):
        make: Any = kind
        hints = _hints(make)
        given = {field.name: value[field.name] for field in fields(kind) if field.name in value}
        return make(**{name: build(hints[name], part) for name, part in given.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)
