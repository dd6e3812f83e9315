"""What a skill becomes: its source, the portable folder, and a plugin for each host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from polyskill.compiler.codes import build as build_codes
from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.frontmatter import read_strict
from polyskill.compiler.localized import Lang
from polyskill.compiler.source import decode
from polyskill.compiler.view import View
from polyskill.compiler.write import to_canonical

from ..assemble import assemble
from ..base import Bundle, File, Host, Loss, Platform, language_suffix
from ..parts import skillfile
from ..parts.folder import skill_folder
from ..parts.runtime import view_of
from ..parts.text import MAX_NAME
from ..registry import get
from .collect import Item

__all__ = ["Rendered", "named", "plugin", "portable", "source"]

_NEUTRAL = "agents"  # the platform whose directives and overrides the portable form follows
# Manifests with a version, at the root of a plugin (a skill's own files lie deeper).
_MANIFEST = re.compile(r"(?:\.[a-z-]+-plugin/|[a-z]+\.)?plugin\.json")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Files by path, the row for a listing, what was lost, and what is wrong."""

    name: str
    files: Mapping[str, File]
    description: str = ""
    entry: Mapping[str, Any] | None = None
    losses: tuple[Loss, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def named(item: Item, lang: Lang, languages: Sequence[Lang]) -> str:
    """Return the package's name: that of the skill, with ``-zh`` for a second language."""
    suffix = language_suffix(lang, languages)
    return item.name[: MAX_NAME - len(suffix)].rstrip("-") + suffix


def source(item: Item) -> Rendered:
    """Return the canonical folder, in both languages, tests and all."""
    made = to_canonical(item.skill)
    files = {path: File(data, path in made.executables) for path, data in made.files.items()}
    losses = tuple(Loss(lost.construct, lost.detail, lost.location) for lost in made.dropped)
    return Rendered(item.skill.name, files, losses=losses)


def portable(item: Item, lang: Lang, name: str) -> Rendered:
    """Return the skill's folder as the Agent Skills specification has it: SKILL.md at the root."""
    view = view_of(item.skill, lang, _NEUTRAL)
    if not view.body:
        return Rendered(name, {})
    made = skill_folder(view, "", host=Host(), platform=_NEUTRAL, name=name)
    rendered = _joined(item, _NEUTRAL, name, made)
    files = {path.removeprefix(f"/{name}/"): file for path, file in rendered.files.items()}
    return replace(
        rendered,
        files=files,
        description=_description(view),
        losses=(*rendered.losses, *_left_out(item)),
    )


def plugin(item: Item, platform: Platform, lang: Lang, name: str) -> Rendered:
    """Return the plugin of one host, with its manifest at the root."""
    wanted = item.skill.platforms
    if wanted is not None and platform.id not in wanted:
        return Rendered(name, {})
    view = view_of(item.skill, lang, platform.id)
    made = platform.package(view, name)
    rendered = _joined(item, platform.id, made.name, made.bundle)
    checked = _versions(item, made.name, rendered.files, made.entry)
    return replace(
        rendered,
        description=_description(view),
        entry=made.entry,
        diagnostics=(*rendered.diagnostics, *checked),
    )


def _joined(item: Item, platform: str, name: str, bundle: Bundle) -> Rendered:
    made = assemble(get(platform), [(item.skill.name, bundle)])
    found = tuple(
        replace(one, skill=item.skill.name, path=item.skill.path)
        if one.code is build_codes.OUTPUT_COLLISION
        else replace(one, skill=one.skill or item.skill.name)
        for one in made.diagnostics
    )
    return Rendered(name, made.files, losses=made.losses, diagnostics=found)


def _description(view: View) -> str:
    text, _, _ = skillfile.describe(view.description or view.title or view.name, view.name)
    return text


def _left_out(item: Item) -> Iterable[Loss]:
    """Name the components that a skill folder alone does not bring."""
    skill = item.skill
    for what, parts in (
        ("commands", skill.commands),
        ("agents", skill.agents),
        ("rules", skill.rules),
        ("hooks", skill.hooks),
        ("mcp", skill.mcp_servers),
    ):
        if parts:
            yield Loss(what, f"{len(parts)}: only plugins bring them", skill.path)


def _versions(
    item: Item, name: str, files: Mapping[str, File], entry: Mapping[str, Any] | None
) -> tuple[Diagnostic, ...]:
    """Return an error if a manifest says another version than the skill has.

    What an author writes under ``overrides`` may do that.
    """
    said = {path: _json(file.data) for path, file in files.items() if _MANIFEST.fullmatch(path)}
    if "SKILL.md" in files:  # ClawHub has no manifest: the front matter is one
        text = decode(files["SKILL.md"].data, "SKILL.md")
        front = read_strict(text).front
        said["SKILL.md"] = front.values if front is not None else {}
    if entry is not None:
        said["marketplace"] = entry
    found: dict[str, list[str]] = {item.version: ["source"]}
    for place, values in said.items():
        if values.get("version"):
            found.setdefault(str(values["version"]), []).append(place)
    if len(found) == 1:
        return ()
    versions = ", ".join(f"{one} ({', '.join(places)})" for one, places in found.items())
    finding = report(codes.VERSION_MISMATCH, item.skill.path, name=name, versions=versions)
    return (replace(finding, skill=item.skill.name),)


def _json(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):  # a file of the source that only bears the name
        return {}
    return value if isinstance(value, dict) else {}
