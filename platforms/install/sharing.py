"""Instructions and sub-agents: every client reads the text, and reads it once.

Clients read each other's places: Claude Code reads AGENTS.md unless there is a CLAUDE.md, Copilot
reads nearly everybody's. So a text goes where most of them find it, and is left out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ..base import File, JsonKeys, ManagedBlock, Piece
from ..parts.text import to_bytes
from ..registry import get
from .roots import Layout

if TYPE_CHECKING:
    from ..clients import Client

__all__ = ["Exists", "Sharing", "lies_in", "reads"]

Exists = Callable[[str], bool]
Written = dict[str, dict[str, Piece]]


def lies_in(path: str, folders: Iterable[str]) -> bool:
    """Whether a path lies below one of ``folders``."""
    return any(path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


class Sharing:
    """Who reads whose files, for one skill called ``name`` in one layout.

    ``exists`` tells whether a path is there without the skill.
    """

    def __init__(self, name: str, layout: Layout, exists: Exists) -> None:
        self.name, self.layout, self.exists = name, layout, exists

    def once(self, what: str, clients: list[Client], written: Written) -> None:
        """Leave out what a client finds in another one's places anyway, if it finds all of it.

        Args:
            what: "instructions" or "agents".
            clients: who is to be reached.
            written: per client, what its platform writes; changed in place.
        """
        if what == "instructions":
            self._unhide(clients, written)
        carried = {client.id: self._carried(what, client, written[client.id]) for client in clients}

        def covers(giver: Client, reader: Client) -> bool:
            paths = carried[giver.id]
            return bool(paths) and all(self._read_by(reader, what, path) for path in paths)

        def popularity(client: Client) -> int:
            return -sum(covers(client, other) for other in clients if other is not client)

        kept: list[Client] = []
        for client in sorted(clients, key=lambda item: (popularity(item), item.id)):
            mine = set(carried[client.id])
            givers = [giver for giver in kept if covers(giver, client)]
            if mine and givers and not any(mine & set(carried[giver.id]) for giver in givers):
                _leave_out(written[client.id], mine)
            elif mine:
                kept.append(client)
        if what == "instructions":
            there = {path for client in kept for path in carried[client.id]}
            for client in kept:
                self._apart(client, kept, carried, written, there)

    def _carried(self, what: str, client: Client, pieces: Mapping[str, Piece]) -> list[str]:
        """Return the paths that carry a client's instructions (or sub-agents)."""
        return [
            path
            for path, piece in pieces.items()
            if self._is(what, client, path) or (what == "instructions" and _lists(piece))
        ]

    def _read_by(self, client: Client, what: str, path: str, more: Collection[str] = ()) -> bool:
        """Whether a client reads a path, with ``more`` files there than there are now."""
        there = partial(_either, self.exists, more)
        return reads(client, self.layout.scope, what, path, there)

    def _is(self, what: str, client: Client, path: str) -> bool:
        """Whether a path is a client's own place for instructions (or for sub-agents)."""
        if not client.platform:
            return what == "instructions"
        subjects = ("instructions", "rules") if what == "instructions" else (what,)
        nearest, found = -1, False
        for location in get(client.platform).locations:
            place = location.user if self.layout.scope == "user" else location.project
            if place and (path == place or lies_in(path, (place,))) and len(place) >= nearest:
                found = (found and len(place) == nearest) or location.what in subjects
                nearest = len(place)
        return found

    def _unhide(self, clients: list[Client], written: Written) -> None:
        """Keep a new CLAUDE.md from hiding an AGENTS.md that is there, and the other way round.

        The block goes to the client's folder of rules, unless somebody needs it where it is.
        """
        movable: dict[str, list[Client]] = {}
        needed: set[str] = set()
        for client in clients:
            shadowed = client.reads(self.layout.scope).shadowed
            for path in self._carried("instructions", client, written[client.id]):
                hides = not self.exists(path) and any(
                    path in by and self.exists(other) for other, by in shadowed.items()
                )
                if hides and self._aside(client, path, written[client.id]):
                    movable.setdefault(path, []).append(client)
                else:
                    needed.add(path)
        for path in movable.keys() - needed:
            for client in movable[path]:
                self._move(client, path, written[client.id])

    def _apart(
        self,
        client: Client,
        kept: Iterable[Client],
        carried: Mapping[str, list[str]],
        written: Written,
        there: Collection[str],
    ) -> None:
        """Move a block out of the sight of clients that have a copy of their own."""
        for path in carried[client.id]:
            twice = [
                one
                for one in kept
                if path not in carried[one.id] and self._read_by(one, "instructions", path, there)
            ]
            moved = self._aside(client, path, written[client.id]) if twice else ""
            if moved and not any(self._read_by(one, "instructions", moved, there) for one in twice):
                self._move(client, path, written[client.id])

    def _aside(self, client: Client, path: str, pieces: Mapping[str, Piece]) -> str:
        """Return the file of its own that a block may become for a client (empty: none)."""
        places = client.reads(self.layout.scope).instructions
        folder = next((place for place in places if place.endswith("/")), "")
        moved = f"{folder}{self.name}.md"
        if moved in pieces:  # a rule that is called like the skill
            moved = f"{folder}{self.name}-always.md"
        return moved if folder and isinstance(pieces[path], ManagedBlock) else ""

    def _move(self, client: Client, path: str, pieces: dict[str, Piece]) -> None:
        moved = self._aside(client, path, pieces)
        piece = pieces.pop(path)
        assert isinstance(piece, ManagedBlock)
        pieces[moved] = File(to_bytes(piece.text.strip("\n") + "\n"))


def _leave_out(pieces: dict[str, Piece], paths: Collection[str]) -> None:
    """Remove pieces, and their names from settings that list instruction files."""
    for path in paths:
        del pieces[path]
    for path, piece in pieces.items():
        if not isinstance(piece, JsonKeys) or "instructions" not in piece.data:
            continue
        listed = [one for one in piece.data["instructions"] if one.removeprefix("~/") not in paths]
        rest = {key: value for key, value in piece.data.items() if key != "instructions"}
        pieces[path] = JsonKeys(rest | ({"instructions": listed} if listed else {}))


def _lists(piece: Piece) -> bool:
    """Whether keys of a settings file do nothing but name instruction files."""
    return isinstance(piece, JsonKeys) and set(piece.data) == {"$schema", "instructions"}


def reads(client: Client, scope: str, what: str, path: str, exists: Exists) -> bool:
    """Whether a client reads a path that another one's instructions (or sub-agents) go to."""
    found = client.reads(scope)
    places = found.instructions if what == "instructions" else found.agents
    for place in places:
        inside = (place.endswith("/") or what == "agents") and lies_in(path, (place,))
        if path == place or inside:
            return not any(exists(other) for other in found.shadowed.get(place, ()))
    return False


def _either(exists: Exists, more: Collection[str], path: str) -> bool:
    return path in more or exists(path)
