"""The files beside a skill's text: which is for what."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Resource
from .files import Found

__all__ = ["SKILL_FILES", "license_text", "resource", "resources", "role_of"]

SKILL_FILES = frozenset({"SKILL.md", "SKILL.zh.md"})

_BY_FOLDER = {
    "assets": "assets",
    "bin": "scripts",
    "data": "data",
    "docs": "references",
    "evals": "evals",
    "evaluations": "evals",
    "examples": "examples",
    "reference": "references",
    "references": "references",
    "resources": "references",
    "scripts": "scripts",
    "templates": "templates",
    "tests": "tests",
}
_BY_NAME = (
    ("CHANGELOG", "history"),
    ("COPYING", "license"),
    ("LICENCE", "license"),
    ("LICENSE", "license"),
    ("NOTICE", "license"),
)
_COMPONENT_FOLDERS = frozenset({"agents", "commands", "hooks", "rules"})
_COMPONENT_FILES = frozenset({"mcp.json", ".mcp.json"})


def role_of(path: str, *, components: bool = False) -> str:
    """Return what a file is for, by the name of its first folder (or its own, at the top).

    Args:
        path: where it is in the skill's folder.
        components: whether the folder may hold rules, commands, agents, hooks and servers. In an
            Agent Skills folder the same names are nothing special.
    """
    folder, slash, _ = path.partition("/")
    if slash:
        if components and folder in _COMPONENT_FOLDERS:
            return "component"
        return _BY_FOLDER.get(folder, "other")
    if components and path in _COMPONENT_FILES:
        return "component"
    upper = path.upper()
    for beginning, role in _BY_NAME:
        if upper.startswith(beginning):
            return role
    return "other"


def resource(found: Found, *, components: bool = False, prefix: str = "") -> Resource:
    """Return a file as a resource; ``prefix`` is where the folder is in the source's own tree."""
    origin = prefix + found.path if prefix else ""
    role = role_of(found.path, components=components)
    return Resource(found.path, found.data, found.executable, role, origin)


def resources(
    files: Iterable[Found],
    *,
    components: bool = False,
    prefix: str = "",
    without: frozenset[str] = SKILL_FILES,
) -> tuple[Resource, ...]:
    """Return files as resources, all but the ones that are the skill's own text."""
    return tuple(
        resource(found, components=components, prefix=prefix)
        for found in files
        if found.path not in without
    )


def license_text(files: Iterable[Found]) -> str:
    """Return the name of the licence file, if there is one: what ``license`` may then say."""
    for found in files:
        if "/" not in found.path and found.path.upper().startswith(("LICENSE", "LICENCE", "COPY")):
            return found.path
    return ""
