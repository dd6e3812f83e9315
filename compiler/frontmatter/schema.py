"""What a canonical front matter must say: each finding at the line and column of its key or value.

pydantic does the typing; it is imported on the first check, not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from ..codes import schema as codes
from ..diagnostics import Code, Diagnostic, report
from ..model import Entry, FrontMatter
from ..source import Source, Span
from ..yamlsafe import load
from .emit import quote

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

__all__ = ["validate_canonical"]

_Path = tuple[str | int, ...]

_EXPECTED = {
    "string_type": "string",
    "list_type": "list",
    "dict_type": "mapping",
    "bool_type": "boolean",
}
_SCALARS = (bool, int, float)


def validate_canonical(
    front: FrontMatter | None,
    source: Source,
    *,
    translation: bool = False,
    folder_name: str | None = None,
) -> tuple[Diagnostic, ...]:
    """Check ``front``, read from ``source``, against the schema.

    ``translation`` stands for `SKILL.zh.md`, which may hold translated keys only.
    ``folder_name`` is what the name must equal, if given. A file without any front matter
    (``None``) is a finding, too, unless reading has already said what is wrong with its fences.
    """
    if front is None:
        fenced = source.text.startswith("---")
        return () if fenced else (report(codes.NO_FRONT_MATTER, source, 0),)
    check = _Check(front, source, translation)
    found = [
        *check.types(),
        *check.unknown_keys(),
        *check.description(),
        *(check.foreign_keys() if translation else check.folder(folder_name)),
    ]
    return tuple(sorted(found, key=Diagnostic.sort_key))


@cache
def _model(translation: bool) -> type[BaseModel]:
    from .fields import Canonical, Translation  # noqa: PLC0415

    return Translation if translation else Canonical


@cache
def _known(translation: bool) -> frozenset[str]:
    fields = _model(translation).model_fields
    return frozenset(field.alias or name for name, field in fields.items())


class _Check:
    """One front matter under test."""

    def __init__(self, front: FrontMatter, source: Source, translation: bool) -> None:
        self.front = front
        self.source = source
        self.translation = translation
        self.values = front.values

    def types(self) -> Iterator[Diagnostic]:
        """Report wrong types, missing and empty values, lengths, and what fits no pattern."""
        from pydantic import ValidationError  # noqa: PLC0415

        given = {key: value for key, value in self.values.items() if value is not None}
        for key in self.values.keys() - given.keys():
            if key in _known(self.translation):
                yield self._report(codes.EMPTY_VALUE, (key,), key=key)
        try:
            _model(self.translation).model_validate(given)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if detail["type"] != "missing":
                    yield self._error(detail)
                elif detail["loc"][0] not in self.values:
                    opening = Span(self.front.span.start, self.front.span.start + 3)
                    key = str(detail["loc"][0])
                    yield report(codes.MISSING_KEY, self.source, opening, key=key)

    def unknown_keys(self) -> Iterator[Diagnostic]:
        """Report keys that nothing reads."""
        known = _known(False)
        for key in self.values:
            if key in known:
                continue
            near = get_close_matches(key.casefold().replace("_", "-"), known, 1, 0.75)
            if near:
                yield self._report(codes.MISSPELT_KEY, (key,), True, key=key, nearest=near[0])
            else:
                yield self._report(codes.KEY_UNKNOWN, (key,), True, key=key)

    def description(self) -> Iterator[Diagnostic]:
        """Report a description without quotes or with angle brackets."""
        value = self.values.get("description")
        if not isinstance(value, str) or not value.strip():
            return
        span = self._locate(("description",))
        written = self.source.slice(span)
        if written[:1] not in ('"', "'"):
            fix = ((span, quote(value.strip())),) if written else ()
            yield report(codes.UNQUOTED_DESCRIPTION, self.source, span, fix=fix, key="description")
        sign = next((char for char in value if char in "<>"), None)
        if sign is not None:
            # The `>` of a block scalar is no part of the text.
            at = self.source.text.find(sign, span.start + 1, span.end)
            place = span if at < 0 else Span(at, at + 1)
            yield report(codes.ANGLE_BRACKETS, self.source, place, key="description", sign=sign)

    def foreign_keys(self) -> Iterator[Diagnostic]:
        """Report what a translation must not hold."""
        known, here = _known(False), _known(True)
        for key in self.values:
            if key in known and key not in here:
                yield self._report(codes.TRANSLATION_KEY, (key,), True, key=key)
        metadata = self.values.get("metadata")
        for key in metadata if isinstance(metadata, dict) else ():
            if key != "title":
                path = ("metadata", key)
                yield self._report(codes.TRANSLATION_KEY, path, True, key=f"metadata.{key}")

    def folder(self, folder_name: str | None) -> Iterator[Diagnostic]:
        """Report a name that is not the folder's."""
        name = self.values.get("name")
        if folder_name is not None and isinstance(name, str) and name and name != folder_name:
            yield self._report(codes.NAME_NOT_FOLDER, ("name",), value=name, folder=folder_name)

    def _error(self, detail: ErrorDetails) -> Diagnostic:
        """Turn an error of pydantic into ours."""
        path: _Path = detail["loc"]
        if path[0] == "tools":
            path = (path[0], *path[2:])  # the second part names the member of the union
        key = _spell(path)
        value: Any = detail["input"]
        kind = detail["type"]
        context: dict[str, Any] = detail.get("ctx", {})
        if value is None or kind == "string_too_short":
            return self._report(codes.EMPTY_VALUE, path, key=key)
        if kind == "string_too_long":
            limit = context["max_length"]
            return self._report(
                codes.TOO_LONG, path, key=key, length=len(value.strip()), limit=limit
            )
        if kind == "string_pattern_mismatch":
            return self._report(codes.BAD_NAME, path, value=value)
        if kind == "literal_error":
            choices = context["expected"].replace("'", "`").replace(" or ", ", ")
            return self._report(codes.BAD_CHOICE, path, key=key, value=value, choices=choices)
        actual = _type_name(value)
        if kind == "string_type" and isinstance(value, _SCALARS):
            span = self._locate(path)
            written = self.source.slice(span) or str(value)
            fix = [(span, quote(written))] if len(span) else []
            return report(
                codes.NOT_TEXT, self.source, span, fix=fix, key=key, value=written, actual=actual
            )
        expected = _EXPECTED.get(kind, kind)
        return self._report(codes.WRONG_TYPE, path, key=key, expected=expected, actual=actual)

    def _report(
        self, code: Code, path: _Path, at_key: bool = False, **args: str | int
    ) -> Diagnostic:
        return report(code, self.source, self._locate(path, at_key), fix=(), **args)

    def _locate(self, path: _Path, at_key: bool = False) -> Span:
        """Return the place of the value (or key) at ``path``; the key's if that cannot be told."""
        entry = next(entry for entry in self.front.entries if entry.key == path[0])
        # One key alone is quicker to read; in `{a: 1, b: 2}` only the whole can be read.
        inside = Span(self.source.line_span(1, 2).start, self.front.entries[-1].span.end)
        for span in (entry.span, inside):
            result = load(self.source, span)
            if isinstance(result.value, dict) and entry.key in result.value:
                return result.locate(path, key=at_key)
        return _key_span(entry)


def _key_span(entry: Entry) -> Span:
    return Span(entry.span.start, min(entry.span.start + len(entry.key), entry.span.end))


def _spell(path: _Path) -> str:
    """Write a path as people do: `metadata.version`, `triggers[2]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _type_name(value: object) -> str:
    """Name a type in the words of YAML."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "list" if isinstance(value, list) else "mapping"
