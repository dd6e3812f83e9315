"""A small language for the shape of JSON documents, and what in a document breaks it.

It says what the published schemas of manifests say: which fields there are, of which type, and
that no other ones may be there. Faults are texts in both languages, so that a user reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.localized import Text

__all__ = ["AnyOf", "ArrayOf", "Object", "Pattern", "Shape", "faults_of"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string that matches ``expression`` as a whole; the empty expression takes any string."""

    expression: str = ""


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """A list whose every item has a shape."""

    item: Shape


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A value that has one of several shapes."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A mapping; ``other`` is the shape of the fields that are not named, ``None`` forbids them.

    ``least`` is the number of fields that it has at least.
    """

    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    other: Shape | None = None
    least: int = 0


Shape = Pattern | ArrayOf | AnyOf | Object | type
_TYPES: Mapping[type, Text] = {
    bool: Text("true or false", "true 或 false"),
    dict: Text("an object", "对象"),
    object: Text("anything", "任意值"),
}
_TEXT, _LIST, _OBJECT = Text("a text", "文本"), Text("a list", "列表"), _TYPES[dict]


def _expected(where: str, what: Text) -> Text:
    return Text(f"`{where}` must be {what.en}", f"`{where}` 必须是{what.zh}")


def faults_of(value: Any, shape: Shape, where: str) -> Iterator[Text]:
    """Yield what in ``value`` breaks ``shape``; ``where`` names it in the messages."""
    where = printable(where)
    if isinstance(shape, Pattern):
        if not isinstance(value, str):
            yield _expected(where, _TEXT)
        elif shape.expression and not re.fullmatch(shape.expression, value):
            shown = printable(value)
            yield Text(
                f"`{where}` is `{shown}`, which does not match `{shape.expression}`",
                f"`{where}` 的值 `{shown}` 不符合 `{shape.expression}`",
            )
    elif isinstance(shape, ArrayOf):
        if not isinstance(value, list):
            yield _expected(where, _LIST)
            return
        for number, item in enumerate(value):
            yield from faults_of(item, shape.item, f"{where}[{number}]")
    elif isinstance(shape, AnyOf):
        tried = [list(faults_of(value, each, where)) for each in shape.shapes]
        yield from min(tried, key=len)
    elif isinstance(shape, Object):
        yield from _faults_of_object(value, shape, where)
    elif not isinstance(value, shape):
        yield _expected(where, _TYPES[shape])


def _faults_of_object(value: Any, shape: Object, where: str) -> Iterator[Text]:
    if not isinstance(value, Mapping):
        yield _expected(where, _OBJECT)
        return
    if len(value) < shape.least:
        yield Text(f"`{where}` is empty", f"`{where}` 为空")
    for name in shape.required:
        if name not in value:
            yield Text(f"`{where}` has no `{name}`", f"`{where}` 缺少 `{name}`")
    for name, inner in value.items():
        expected = shape.fields.get(name, shape.other)
        if expected is None:
            shown = printable(str(name))
            yield Text(
                f"`{where}` has a field `{shown}` that is not allowed",
                f"`{where}` 含有不允许的字段 `{shown}`",
            )
        else:
            yield from faults_of(inner, expected, f"{where}.{name}")
