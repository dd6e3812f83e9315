"""SKILL.md in the form that every client accepts.

Six keys, block style, quoted strings, ``metadata`` from string to string: what the reference
validator takes, and what all twelve clients that were run load (facts: clients.md). The same view
gives the same bytes object on every platform, so a build hashes and writes it once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polyskill.compiler.codes import platforms as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.memo import notes
from polyskill.compiler.view import View

from ..base import Loss
from .text import one_line, shorten, slug, to_bytes, with_front_matter

__all__ = ["SkillFile", "by_name_only", "compose", "describe", "skill_md", "skill_name", "string"]

MAX_DESCRIPTION = 1024
MAX_COMPATIBILITY = 500

# Keys of the source that have a place of their own, so that `metadata` need not repeat them.
_PLACED = frozenset(
    {
        "name", "description", "license", "compatibility", "metadata", "allowed-tools", "overrides",
        "platforms", "kind", "globs", "always", "title", "triggers", "when_to_use", "whenToUse",
        "when-to-use", "disable-model-invocation", "disableModelInvocation",
    }
)  # fmt: skip
_WHEN = ("when_to_use", "whenToUse", "when-to-use")
_BY_NAME_ONLY = ("disable-model-invocation", "disableModelInvocation", "disable_model_invocation")
# Keys that change what one client does; in the portable form they are only words.
_BEHAVIOUR = frozenset(
    {
        "user-invocable", "paths", "context", "agent", "hooks", "effort", "model", "arguments",
        "disallowed-tools", "shell", "background", "argument-hint", "command-dispatch",
        "command-tool", "command-arg-mode", "mode", "tools",
    }
)  # fmt: skip
_ON_REQUEST = {
    Lang.EN: "Use only when the user asks for it by name.",
    Lang.ZH: "仅在用户点名要求时使用。",
    Lang.BILINGUAL: "Use only when the user asks for it by name. 仅在用户点名要求时使用。",
}
_SIGNS = (("<->", "↔"), ("->", "→"), ("=>", "⇒"), ("<-", "←"), ("<=", "≤"), (">=", "≥"))


@dataclass(frozen=True, slots=True)
class SkillFile:
    """A finished SKILL.md, its identity as clients list it, and what was changed."""

    data: bytes
    name: str
    description: str
    losses: tuple[Loss, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    values: Mapping[str, Any]
    losses: tuple[Loss, ...]
    diagnostics: tuple[Diagnostic, ...]


def skill_name(view: View) -> str:
    """Return the name of the skill's folder: its own name, made an ASCII slug if it is none."""
    return slug(view.skill.name)


def string(value: object) -> str:
    """Return any plain value as one string: lists joined, mappings as compact JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and all(
        isinstance(item, str | int | float) for item in value
    ):
        return ", ".join(map(string, value))
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)


def _without_angles(text: str) -> str:
    """Return text without ``<`` and ``>``, which uploads refuse and some prompts leave raw."""
    for sign, plain in _SIGNS:
        text = text.replace(sign, plain)
    return text.replace("<", "‹").replace(">", "›")


def describe(
    text: str, name: str, path: str = ""
) -> tuple[str, tuple[Loss, ...], tuple[Diagnostic, ...]]:
    """Return a description as front matter may hold it, and what had to be changed.

    One line, at most 1,024 characters, no ``<`` or ``>`` (arrows and comparisons become their
    signs, tags get ‹these›).
    """
    text = one_line(text)
    losses: tuple[Loss, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    if "<" in text or ">" in text:
        text = _without_angles(text)
        losses = (Loss("description", "`<` and `>` are written as ‹ › or as arrows", path),)
    if len(text) > MAX_DESCRIPTION:
        size, text = len(text), shorten(text, MAX_DESCRIPTION)
        detail = f"{size} characters; the first {len(text)} are kept (limit {MAX_DESCRIPTION})"
        losses += (Loss("description", detail, path),)
        found = (
            report(
                codes.DESCRIPTION_SHORTENED,
                path,
                name=name,
                size=size,
                kept=len(text),
                limit=MAX_DESCRIPTION,
            ),
        )
    return text, losses, found


def _truthy(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def by_name_only(view: View) -> bool:
    """Whether the source keeps the skill from being chosen by the model."""
    extra = view.skill.extra
    return bool(extra) and any(_truthy(extra.get(key)) for key in _BY_NAME_ONLY)


def _full_description(view: View) -> str:
    """Return the description with what the source says elsewhere about when to use the skill."""
    extra = view.skill.extra
    text = view.description or view.title or view.skill.name
    if extra:
        when = next((extra[key] for key in _WHEN if isinstance(extra.get(key), str)), "")
        if when and when not in text:
            text = one_line(f"{text}\n{when}")
        if by_name_only(view):
            text = one_line(f"{_ON_REQUEST[view.lang]}\n{text}")
    return text


def _metadata(view: View, more: Mapping[str, str] | None) -> tuple[dict[str, str], list[Loss]]:
    skill = view.skill
    values: dict[str, str] = {}
    losses: list[Loss] = []
    if view.title:
        values["title"] = one_line(view.title)
    for key, value in skill.metadata.items():
        values.setdefault(key, string(value))
    for key, value in skill.extra.items():
        if value is None or key in _PLACED:
            continue
        values.setdefault(key, string(value))
        if key in _BEHAVIOUR:
            losses.append(Loss("front matter", f"`{key}` is kept as metadata only", skill.path))
    spoken = [view.words(t.text) for t in skill.triggers if t.origin == "front-matter"]
    if spoken:
        values.setdefault("triggers", ", ".join(filter(None, spoken)))
    if skill.allowed_tools:
        # As a key of its own it makes Claude Code ask before it loads the skill (headless: deny).
        values.setdefault("allowed-tools", " ".join(skill.allowed_tools))
        losses.append(
            Loss("allowed-tools", "kept as metadata only; the user grants tools", skill.path)
        )
    if more:
        values.update(more)
    return {key: value for key, value in values.items() if value.strip()}, losses


def _head(view: View, name: str, more: Mapping[str, str] | None) -> _Head:
    skill = view.skill
    description, changed, found = describe(_full_description(view), skill.name, skill.path)
    losses = list(changed)
    if name != skill.name and name == slug(skill.name):
        losses.append(Loss("name", f"`{skill.name}` is written `{name}`", skill.path))
        found += (report(codes.RENAMED, skill.path, name=skill.name, made=name),)
    if by_name_only(view):
        losses.append(
            Loss("disable-model-invocation", "said in the description instead", skill.path)
        )
    values: dict[str, Any] = {"name": name, "description": description or name}
    if skill.license.strip():
        values["license"] = one_line(skill.license)
    metadata, more_losses = _metadata(view, more)
    losses += more_losses
    compatibility = one_line(skill.compatibility)
    if len(compatibility) > MAX_COMPATIBILITY:
        metadata["compatibility"] = compatibility
        losses.append(Loss("compatibility", "over 500 characters; kept as metadata", skill.path))
    elif compatibility:
        values["compatibility"] = compatibility
    if metadata:
        values["metadata"] = metadata
    return _Head(values, tuple(losses), found)


def compose(
    view: View,
    *,
    name: str | None = None,
    extra_keys: Mapping[str, Any] | None = None,
    metadata_extra: Mapping[str, str] | None = None,
    body: str | None = None,
) -> SkillFile:
    """Return the SKILL.md of a view and what was changed for it.

    ``extra_keys`` go to the top level and win over the six keys (an author's overrides, a key that
    the host needs); ``metadata_extra`` goes into ``metadata``; ``body`` replaces the view's.
    """
    text = view.body if body is None else body
    plain = not extra_keys and not metadata_extra
    kept = notes(view.skill)
    key = ("skill.md", view.lang, name, view.description, view.title, text)
    if plain and key in kept:
        found: SkillFile = kept[key]
        return found
    head = _head(view, name or skill_name(view), metadata_extra)
    values = {**head.values, **extra_keys} if extra_keys else head.values
    made = SkillFile(
        to_bytes(with_front_matter(values, text)),
        head.values["name"],
        string(values["description"]),
        head.losses,
        head.diagnostics,
    )
    if plain:
        kept[key] = made
    return made


def skill_md(
    view: View,
    *,
    name: str | None = None,
    extra_keys: Mapping[str, Any] | None = None,
    metadata_extra: Mapping[str, str] | None = None,
    body: str | None = None,
) -> bytes:
    """Return the bytes of a view's SKILL.md; see :func:`compose`."""
    return compose(
        view, name=name, extra_keys=extra_keys, metadata_extra=metadata_extra, body=body
    ).data
