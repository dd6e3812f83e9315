"""The front matter of canonical files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..frontmatter import emit
from ..localized import Text
from ..model import Dialect, Kind, Skill, Trigger
from ..readers.values import as_string, join_tools
from ..readers.words import first_paragraph, squeeze, text_in
from .bodies import page_body

__all__ = ["main_values", "page", "translated_values"]

_FIRST = ("title", "version", "author", "category", "tags", "homepage")
# Keys of the schema that only these fields of a skill may fill: what a source of another dialect
# says under such a name means something else, and becomes text in the metadata.
_RESERVED = frozenset(
    {"always", "globs", "kind", "metadata", "overrides", "platforms", "title", "triggers"}
)
_TEXTS = frozenset({"argument-hint", "attribution", "model"})
_LISTS = frozenset({"runtime"})
_MARKS = ("\ufeff", "\udcff\udcfe", "\udcfe\udcff")  # as bytes that are not UTF-8 are kept
_ORDER = ("model", "argument-hint", "runtime", "attribution")


def page(values: Mapping[str, Any], body: str) -> bytes:
    """Return a Markdown file: a front matter, a blank line, the body."""
    # A body that begins with a rule would be taken for a front matter, and a byte-order mark in
    # front of it (a file may have two, one of them of UTF-16) for that of the file.
    alone = not body.startswith(_MARKS) and not body.lstrip().startswith("---")
    head = emit(values) if values or not alone else ""
    gap = "\n" if head and body else ""
    return f"{head}{gap}{body}".encode("utf-8", "surrogateescape")


def _first_known(*texts: Text | str) -> str:
    for text in texts:
        found = text if isinstance(text, str) else text.en or text.zh or ""
        if found.strip():
            return found.strip()
    return ""


def _phrases(triggers: Iterable[Trigger]) -> tuple[list[str], list[str]]:
    """Return the phrases for the main file and for the Chinese one (which pair up, or are none)."""
    texts = [
        Text(squeeze(trigger.text.en or ""), squeeze(trigger.text.zh or "")) for trigger in triggers
    ]
    if texts and all(text.complete for text in texts):
        return [text.en or "" for text in texts], [text.zh or "" for text in texts]
    single = [
        f"{text.en} / {text.zh}" if text.complete else text.en or text.zh or "" for text in texts
    ]
    return [phrase for phrase in single if phrase], []


def _fits(key: str, value: object) -> bool:
    """Whether a key of the source may stay at the top, with the type that the schema wants."""
    if key in _RESERVED:
        return False
    if key in _TEXTS:
        return isinstance(value, str)
    if key in _LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return True


def _metadata(skill: Skill) -> dict[str, str]:
    own = {key: value.strip() for key, value in skill.metadata.items() if value.strip()}
    if title := _first_known(skill.title):
        own["title"] = squeeze(title)
    for key, value in skill.extra.items():
        if not _fits(key, value) and value not in (None, "", [], {}):
            listed = isinstance(value, list)
            text = ", ".join(map(as_string, value)) if listed else as_string(value)
            own.setdefault(key, text.strip())
    first = {key: own.pop(key) for key in _FIRST if key in own}
    return {**first, **own}


def _description(skill: Skill) -> Text:
    """Return the description, which every canonical skill has."""
    if _first_known(skill.description):
        return skill.description
    body = page_body(skill.main) if skill.main else ""
    return text_in(_first_known(first_paragraph(body), skill.title, skill.name))


def main_values(skill: Skill, *, mark: bool, plain: bool) -> dict[str, Any]:
    """Return the front matter of ``SKILL.md``.

    Args:
        skill: the skill.
        mark: whether ``kind`` must be written for the folder to be seen as a canonical one.
        plain: whether to say that folders named like components hold plain files.
    """
    description = _first_known(_description(skill))
    metadata = _metadata(skill)
    if plain:
        metadata["dialect"] = Dialect.AGENT_SKILL.value
    phrases, _ = _phrases(skill.triggers)
    values: dict[str, Any] = {
        "name": skill.name,
        "description": description,
        "license": skill.license,
        "compatibility": skill.compatibility,
        "allowed-tools": join_tools(skill.allowed_tools),
        "metadata": metadata,
        "kind": skill.kind.value if mark or skill.kind is not Kind.SKILL else "",
        "triggers": phrases,
        "platforms": sorted(skill.platforms or ()),
        "globs": list(skill.globs),
        "always": skill.always or None,
    }
    for key in (*_ORDER, *skill.extra):
        if key in skill.extra and _fits(key, skill.extra[key]):
            values.setdefault(key, skill.extra[key])
    values["overrides"] = {
        platform: dict(settings) for platform, settings in skill.overrides.items() if settings
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def translated_values(skill: Skill) -> dict[str, Any]:
    """Return the front matter of ``SKILL.zh.md``: what exists in both languages, in Chinese."""
    values: dict[str, Any] = {}
    description = _description(skill)
    if description.complete:
        values["description"] = description.zh
    if skill.title.complete:
        values["metadata"] = {"title": squeeze(skill.title.zh or "")}
    _, chinese = _phrases(skill.triggers)
    if chinese:
        values["triggers"] = chinese
    return values
