"""One module a client that can be an agent under test, found by looking into this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .base import AgentClient, Setting

__all__ = ["AgentClient", "Setting", "get", "names"]


@cache
def names() -> tuple[str, ...]:
    """Return the ids of the clients, sorted."""
    found = (module.name for module in iter_modules(__path__))
    return tuple(sorted(name for name in found if name != "base"))


def get(name: str) -> AgentClient | None:
    """Return a client; ``None`` if there is none of that name."""
    if name not in names():
        return None
    client = import_module(f"{__name__}.{name}").CLIENT
    assert isinstance(client, AgentClient)
    return client
