"""What all plugin folders have in common: where a skill lies, README, licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from posixpath import relpath
from typing import Any

from polyskill.compiler.model import Kind
from polyskill.compiler.view import View

from ..base import Bundle, Host, Placed, Tokens
from . import overrides, tokens
from .bundle import piece
from .commands import commands_of, first_line
from .folder import has_folder, resources, skill_folder
from .manifest import PluginInfo, license_files, readme
from .skillfile import skill_name, string
from .text import shorten, slug

__all__ = [
    "about",
    "beside",
    "contents",
    "form_without_agents",
    "from_skill",
    "main_bundle",
    "owner",
]

_ABOUT_CHARS = 240


def main_bundle(
    view: View,
    form: Kind,
    *,
    host: Host,
    platform: str,
    extra_files: Mapping[str, bytes] | None = None,
    max_body_chars: int | None = None,
) -> tuple[Bundle, str]:
    """Return the skill folder below ``skills/`` and its place in the plugin.

    What is no skill has its files at the plugin's root, where its source had them; the place is
    then an empty string.
    """
    if has_folder(view, form):
        made = skill_folder(
            view,
            "skills",
            host=host,
            platform=platform,
            max_body_chars=max_body_chars,
            extra_keys=overrides.front_matter(view, platform),
            extra_files=extra_files,
        )
        return made, f"skills/{skill_name(view)}"
    placed = tuple(Placed(item.path.removeprefix("/"), item.piece) for item in resources(view, ""))
    return Bundle(placed, tokens=Tokens(0, tokens.of_resources(view))), ""


def contents(view: View, form: Kind) -> list[tuple[str, str]]:
    """Return the names and the first words of what a plugin holds, for its README."""
    found: list[tuple[str, str]] = []
    if has_folder(view, form):
        found.append((skill_name(view), ""))
    for command in commands_of(view):
        found.append((f"/{slug(command.name)}", view.words(command.description)))
    found += [(agent.name, view.words(agent.description)) for agent in view.skill.agents]
    found += [(server.name, "MCP") for server in view.skill.mcp_servers]
    return [(name, first_line(words)) for name, words in found]


def beside(view: View, info: PluginInfo, form: Kind, taken: Iterable[Placed]) -> tuple[Placed, ...]:
    """Return README and licence for the plugin's root, unless the source's own lie there."""
    there = {placed.path for placed in taken}
    made = (piece("README.md", readme(view, info, contents(view, form))), *license_files(view))
    return tuple(placed for placed in made if placed.path not in there)


def form_without_agents(form: Kind) -> Kind:
    """Return the form for a plugin whose client loads no sub-agents."""
    return Kind.SKILL if form is Kind.AGENT else form


def from_skill(place: str) -> str:
    """Return how a skill of a plugin names ``place``, another folder of that plugin.

    Clients tell a skill's own folder to the model, and nothing of the plugin around it.
    """
    return relpath(place or ".", "skills/name")


def about(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what a marketplace holds, in one line."""
    names = ", ".join(string(row["name"]) for row in rows)
    return shorten(f"{len(rows)} plugins: {names}" if len(rows) != 1 else names, _ABOUT_CHARS)


def owner(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return who a marketplace belongs to: its plugins' one author, else its own name."""
    authors = [row.get("author") for row in rows]
    names = {author["name"] for author in authors if isinstance(author, Mapping)}
    return names.pop() if len(names) == 1 else name
