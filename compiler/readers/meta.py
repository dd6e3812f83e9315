"""The front matter of a skill in the model's own terms, whatever dialect spelled it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from .page import Page
from .values import as_string, as_tools, is_slug, slug, split_outside
from .words import squeeze

__all__ = ["FOLDED", "SPEC", "Meta", "name_of", "phrases", "plain_metadata", "read_meta"]

SPEC = frozenset({"name", "description", "license", "compatibility", "metadata", "allowed-tools"})

# What describes a skill, wherever it is written: all of it becomes text in the metadata.
FOLDED = {
    "display_name": "title",
    "displayName": "title",
    "title": "title",
    "version": "version",
    "author": "author",
    "homepage": "homepage",
    "category": "category",
    "tags": "tags",
    "keywords": "tags",
    "difficulty": "difficulty",
    "quality": "quality",
}
_TOOLS = ("allowed-tools", "allowed_tools", "allowedTools")
_TRIGGERS = ("triggers", "Triggers", "trigger")
_OPENCLAW = ("openclaw", "clawdbot", "moltbot", "clawdis")


@dataclass(slots=True)
class Meta:
    """The fields of a skill that come from its front matter; ``extra`` holds all other keys."""

    license: str = ""
    compatibility: str = ""
    allowed_tools: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    overrides: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def _person(value: object) -> str:
    """Return an author: a text, or what ``{name, email, url}`` and lists of these say."""
    if isinstance(value, Mapping):
        name, mail = as_string(value.get("name")), as_string(value.get("email"))
        return f"{name} <{mail}>" if name and mail else name or mail or as_string(dict(value))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_person, value)))
    return as_string(value)


def plain_metadata(key: str, value: object) -> str:
    """Return the text of one field of the metadata."""
    if key == "author":
        return squeeze(_person(value))
    if isinstance(value, list):
        return ", ".join(as_string(item) for item in value)
    return as_string(value).strip()


def phrases(value: object) -> tuple[str, ...]:
    """Return trigger phrases: a list, or a text with commas between (quoted or not)."""
    if isinstance(value, str):
        found: list[str] = []
        for at, part in enumerate(value.replace("“", '"').replace("”", '"').split('"')):
            # Odd parts stand between quotation marks; in the others commas separate.
            found += [part] if at % 2 else split_outside(part, ",，、;；\n")
        found = [part.strip().strip("'") for part in found]
    elif isinstance(value, list):
        found = [as_string(item) for item in value]
    elif isinstance(value, Mapping):
        found = [text for part in value.values() for text in phrases(part)]
    else:
        found = []
    clean = map(squeeze, found)
    return tuple(text for text in clean if text and text != ".")


def _nested(value: object) -> Mapping[str, Any] | None:
    """Return a mapping, also one that stands as JSON in a text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, Mapping) else None


def _metadata(page: Page, meta: Meta) -> None:
    value = page.values.get("metadata")
    if value is None:
        return
    entries = _nested(value)
    if entries is None:
        meta.extra["metadata"] = value
        return
    for key, item in entries.items():
        if key in _OPENCLAW and (host := _nested(item)) is not None:
            meta.overrides.setdefault("openclaw", host)
            continue
        text = plain_metadata(key, item)
        if isinstance(item, list | Mapping):
            meta.diagnostics.append(
                report(
                    codes.VALUE_CHANGED,
                    page.source,
                    page.span("metadata"),
                    key=f"metadata.{key}",
                    found="a list" if isinstance(item, list) else "a mapping",
                    found_zh="列表" if isinstance(item, list) else "映射",
                    text=squeeze(text)[:80],
                )
            )
        if text:
            meta.metadata[key] = text


def read_meta(page: Page) -> Meta:
    """Sort the keys of a front matter into the fields of the model."""
    meta = Meta()
    values = page.values
    _metadata(page, meta)
    for key, value in values.items():
        if key in SPEC or value is None:
            continue
        folded = FOLDED.get(key)
        if folded is not None:
            if text := plain_metadata(folded, value):
                meta.metadata.setdefault(folded, text)
        elif key in _TRIGGERS:
            meta.triggers += phrases(value)
        elif key not in _TOOLS:
            meta.extra[key] = value
    meta.license = page.text("license")
    meta.compatibility = page.text("compatibility")
    for key in _TOOLS:
        if key in values:
            meta.allowed_tools = as_tools(values[key])
            break
    return meta


def name_of(
    page: Page, place: str, meta: Meta, written: str | None = None, *, quiet: bool = False
) -> str:
    """Return the name as a slug, and say what was done to get it.

    Args:
        page: the file that should say it.
        place: the stem of the file or the name of the folder.
        meta: where findings and the original name go.
        written: the name, where it does not stand in the front matter.
        quiet: whether somebody else says what is wrong with it (the schema, the YAML reader).
    """
    original = squeeze(page.text("name") if written is None else written)
    if is_slug(original):
        return original
    name = slug(original, place)
    where = page.span("name") or 0
    if original:
        meta.metadata.setdefault("original-name", original)
        code = codes.NAME_DERIVED
        if not quiet:
            said = report(code, page.source, where, original=original, name=name)
            meta.diagnostics.append(said)
    elif written is None and not quiet:
        meta.diagnostics.append(report(codes.NAME_MISSING, page.source, 0, name=name))
    return name
