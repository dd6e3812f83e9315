"""What an assistant finds in a set of files, by the table of clients: the reader's side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch

from polyskill.platforms.base import File, JsonKeys, ManagedBlock, Piece
from polyskill.platforms.clients import Client
from polyskill.platforms.registry import get

__all__ = ["agents", "commands", "instructions", "skills", "texts"]


def texts(pieces: Mapping[str, Piece]) -> dict[str, bytes]:
    """Return what lies on disk once the pieces are there (settings as plain JSON)."""
    made: dict[str, bytes] = {}
    for path, piece in pieces.items():
        if isinstance(piece, File):
            made[path] = piece.data
        elif isinstance(piece, ManagedBlock):
            made[path] = piece.text.encode("utf-8", "surrogateescape")
        else:
            assert isinstance(piece, JsonKeys)
            made[path] = json.dumps(piece.data, default=dict).encode()
    return made


def skills(client: Client, scope: str, files: Mapping[str, bytes]) -> dict[str, list[bytes]]:
    """Return, per name, the copies of a skill that a client finds: all its files as one string."""
    found: dict[str, dict[str, bytes]] = {}
    for folder in client.reads(scope).skills:
        for path, data in sorted(files.items()):
            name, _, rest = path.removeprefix(f"{folder}/").partition("/")
            if path.startswith(f"{folder}/") and rest:
                copies = found.setdefault(name, {})
                copies[folder] = copies.get(folder, b"") + rest.encode() + b"\0" + data + b"\0"
    return {name: list(copies.values()) for name, copies in found.items()}


def instructions(client: Client, scope: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the instruction files that load in every session."""
    reads = client.reads(scope)
    found: dict[str, bytes] = {}
    for place in reads.instructions:
        if any(other in files for other in reads.shadowed.get(place, ())):
            continue
        found |= {
            path: data
            for path, data in files.items()
            if path == place or (place.endswith("/") and path.rpartition("/")[0] + "/" == place)
        }
    for path in _listed(client, scope, files):
        found[path] = files[path]
    return found


def _listed(client: Client, scope: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the files that OpenCode's settings name."""
    if client.id != "opencode":
        return
    settings = ".config/opencode/opencode.json" if scope == "user" else "opencode.json"
    patterns = json.loads(files.get(settings, b"{}")).get("instructions", [])
    for pattern in patterns:
        yield from (path for path in files if fnmatch(path, pattern.removeprefix("~/")))


def _below(files: Mapping[str, bytes], folders: list[str]) -> dict[str, bytes]:
    return {
        path: data
        for path, data in files.items()
        if any(path.startswith(f"{folder}/") for folder in folders)
    }


def agents(client: Client, scope: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the sub-agents that a client finds."""
    return _below(files, list(client.reads(scope).agents))


def commands(client: Client, scope: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files in a client's own folder of commands."""
    if not client.platform:
        return {}
    places = [one for one in get(client.platform).locations if one.what == "commands"]
    folders = [one.user if scope == "user" else one.project for one in places]
    return _below(files, [folder for folder in folders if folder])
