"""Into which folders a skill goes, so that every assistant finds it and none sees it twice.

Most assistants read ``.agents/skills``; some read other vendors' folders too. The smallest set of
folders is chosen that reaches all the assistants that were asked for:

1. a client that lists every copy never gets two;
2. as few clients as possible read two copies (where that cannot be helped, the copies are
   byte-identical, so that it does not matter which one such a client takes);
3. as few folders as possible;
4. a folder with one reader is that reader's own, in its own form; one with several is neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ..clients import Client, Copies
from ..registry import get

__all__ = ["NEUTRAL", "Layout", "choose"]

NEUTRAL = ".agents/skills"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders for one set of clients in one scope.

    ``folder`` tells for each client the one that it takes a skill from; ``readers`` who reads each
    folder; ``neutral`` the folders whose contents suit all of their readers; ``twice`` the
    clients that read two (byte-identical) copies.
    """

    scope: str
    clients: tuple[Client, ...]
    folder: dict[str, str]
    readers: dict[str, tuple[Client, ...]]
    neutral: frozenset[str]
    twice: dict[str, tuple[str, ...]]

    @property
    def shared(self) -> tuple[Client, ...]:
        """All clients that read a neutral folder, in order."""
        found = {
            client.id: client for folder in sorted(self.neutral) for client in self.readers[folder]
        }
        return tuple(found.values())


def _own(client: Client, scope: str) -> str:
    """Return the folder that is a client's own (for most of the small ones there is none)."""
    if not client.platform:
        return client.reads(scope).skills[0]
    location = get(client.platform).location("skills")
    place = location.user if scope == "user" else location.project
    return place or client.reads(scope).skills[0]


def _cost(
    chosen: Sequence[str], clients: Sequence[Client], own: dict[str, str], scope: str
) -> tuple[int, int, int, int] | None:
    """Return how bad a set of folders is; ``None`` if a client is not reached or sees copies."""
    twice = 0
    readers: dict[str, list[str]] = {folder: [] for folder in chosen}
    for client in clients:
        read = [folder for folder in client.reads(scope).skills if folder in readers]
        if not read or (client.copies is Copies.ALL and len(read) > 1):
            return None
        twice += len(read) - 1
        for folder in read:
            readers[folder].append(client.id)
    foreign = sum(
        folder != NEUTRAL and [own[client] for client in read] != [folder]
        for folder, read in readers.items()
    )
    lone = sum(
        folder == NEUTRAL and len(read) == 1 and own[read[0]] != NEUTRAL
        for folder, read in readers.items()
    )
    return twice, len(chosen), foreign, lone


def choose(clients: Sequence[Client], scope: str) -> Layout:
    """Choose the folders for ``clients`` in a scope ("project" or "user").

    Raises:
        ValueError: there are no clients, or one of them reads no skills in this scope.
    """
    if not clients or not all(client.reads(scope).skills for client in clients):
        msg = "every client must read skills in this scope"
        raise ValueError(msg)
    own = {client.id: _own(client, scope) for client in clients}
    candidates = sorted(
        {
            folder
            for client in clients
            for folder in client.reads(scope).skills
            if folder == NEUTRAL or folder in own.values()
        },
        key=lambda folder: (folder != NEUTRAL, folder),
    )
    best: tuple[tuple[int, int, int, int], tuple[str, ...]] | None = None
    for size in range(1, len(candidates) + 1):
        for chosen in combinations(candidates, size):
            cost = _cost(chosen, clients, own, scope)
            if cost is not None and (best is None or cost < best[0]):
                best = (cost, chosen)
        if best is not None and best[0][0] == 0:
            break  # more folders cannot make it better
    assert best is not None  # each client's own folder reaches it
    return _layout(best[1], clients, scope)


def _layout(chosen: Sequence[str], clients: Sequence[Client], scope: str) -> Layout:
    readers = {
        folder: tuple(client for client in clients if folder in client.reads(scope).skills)
        for folder in chosen
    }
    reads = {
        client.id: tuple(folder for folder in client.reads(scope).skills if folder in readers)
        for client in clients
    }
    twice = {client: folders for client, folders in reads.items() if len(folders) > 1}
    neutral = {
        folder
        for folder, read in readers.items()
        if len(read) > 1 or not read[0].platform or any(folder in two for two in twice.values())
    }
    first = {client: folders[0] for client, folders in reads.items()}
    return Layout(scope, tuple(clients), first, readers, frozenset(neutral), twice)
