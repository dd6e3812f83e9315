"""What an author says for one platform alone: ``overrides: {claude: {…}}``.

Keys go into the front matter of the skill's main file there, but for these, which go into the
platform's own manifests: ``plugin`` (a plugin manifest), ``interface`` and ``policy`` (Codex'
``agents/openai.yaml``). ``name`` cannot be overridden, because folders bear it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polyskill.compiler.view import View

__all__ = ["front_matter", "manifest", "of"]

_ELSEWHERE = frozenset({"plugin", "interface", "policy", "name"})
_NONE: Mapping[str, Any] = {}


def of(view: View, platform: str) -> Mapping[str, Any]:
    """Return all that the author says for ``platform``."""
    found = view.skill.overrides.get(platform, _NONE)
    return found if isinstance(found, Mapping) else _NONE


def front_matter(view: View, platform: str) -> Mapping[str, Any]:
    """Return the keys that go into the front matter of the skill's main file."""
    found = of(view, platform)
    return {key: found[key] for key in found if key not in _ELSEWHERE} if found else _NONE


def manifest(view: View, platform: str, key: str = "plugin") -> Mapping[str, Any]:
    """Return the keys that go into a manifest (``plugin``, ``interface``, ``policy``)."""
    found = of(view, platform).get(key, _NONE)
    return found if isinstance(found, Mapping) else _NONE
