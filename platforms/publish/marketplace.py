"""One git repository that every host takes for its marketplace.

The manifests stand side by side; a plugin's folder is ``plugins/<host>/<name>/``, because hosts
give the same things other names and other places.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..base import File, Platform
from .collect import Item
from .listing import Listing
from .prepared import Package, Prepared, PublishRequest
from .render import named, plugin

__all__ = ["name_of", "prepare"]

_FOLDER = "./plugins/"
_IDENTS = ("name", "id")
_NAMED = (
    ".claude-plugin/marketplace.json",
    ".agents/plugins/marketplace.json",
    ".cursor-plugin/marketplace.json",
    "index.json",
)


def name_of(root: Path) -> str:
    """Return the name that the marketplace in a folder bears already, or an empty string."""
    for path in _NAMED:
        try:
            document = json.loads((root / path).read_bytes())
        except (OSError, ValueError, RecursionError):
            continue  # what is wrong with it is said when it is to be changed
        if isinstance(document, dict) and isinstance(document.get("name"), str):
            return str(document["name"])
    return ""


def prepare(request: PublishRequest, items: Sequence[Item]) -> Prepared:
    """Return a plugin for each skill, host and language, and each host's listing."""
    made = Prepared()
    taken: set[str] = set()
    for platform in sorted(request.platforms, key=lambda one: (one.id == "agents", one.id)):
        if not platform.packages or not platform.marketplace(request.name, []).pieces:
            continue  # it has plugins, but no marketplace that is a file
        entries = _plugins(request, platform, items, made)
        if not entries:
            continue
        for placed in platform.marketplace(request.name, entries).pieces:
            # The neutral layer also writes Claude's file, which is Claude's own where there is one.
            if isinstance(placed.piece, File) and placed.path not in taken:
                taken.add(placed.path)
                made.listings.append(_listing(request, placed.path, placed.piece.data))
    return made


def _plugins(
    request: PublishRequest, platform: Platform, items: Sequence[Item], made: Prepared
) -> list[Mapping[str, Any]]:
    """Add the plugins for one host; return their rows, sorted by name."""
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for item in items:
        for lang in request.languages:
            name = named(item, lang, request.languages)
            one = plugin(item, platform, lang, name)
            made.diagnostics += one.diagnostics
            if one.entry is None:
                continue
            key = f"{platform.id}/{one.name}"
            files = {f"plugins/{key}/{path}": file for path, file in one.files.items()}
            made.add(key, Package(item.version, files), item.skill.path)
            made.losses[key] = one.losses
            rows.append((one.name, _moved(one.entry, platform.id)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _moved(value: Any, host: str) -> Any:
    """Return a row whose paths lead into the host's folder."""
    if isinstance(value, Mapping):
        return {key: _moved(item, host) for key, item in value.items()}
    if isinstance(value, str) and value.startswith(_FOLDER):
        return f"{_FOLDER}{host}/{value.removeprefix(_FOLDER)}"
    return value


def _listing(request: PublishRequest, path: str, data: bytes) -> Listing:
    document = json.loads(data)
    if "description" in document:  # how many plugins there are would soon be wrong
        document["description"] = f"Plugins of {request.name}"
    rows = document["plugins"]
    ident = next(key for key in _IDENTS if all(key in row for row in rows))
    return Listing(path, document, "plugins", ident)
