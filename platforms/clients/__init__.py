"""The assistants that polyskill can install into and verify: one module each, found by looking.

A platform of another distribution that has no module here is a client all the same: it reads what
its platform writes.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .. import registry
from ..base import Platform, PlatformError
from .base import Client, Copies, Reads

__all__ = ["Client", "Copies", "Reads", "get", "names"]


@cache
def _modules() -> dict[str, str]:
    found = (module.name for module in iter_modules(__path__))
    return {name.rstrip("_"): name for name in found if name != "base"}


def names() -> tuple[str, ...]:
    """Return the ids of all clients, sorted."""
    return tuple(sorted({*_modules(), *registry.names()}))


@cache
def get(name: str) -> Client:
    """Return one client.

    Raises:
        PlatformError: there is none of that name.
    """
    module = _modules().get(name)
    if module is not None:
        client = import_module(f"{__name__}.{module}").CLIENT
        if isinstance(client, Client):
            return client
        msg = f"`{__name__}.{module}.CLIENT` is not a Client"
        raise PlatformError(msg)
    if name in registry.names():
        return _of_platform(registry.get(name))
    near = get_close_matches(name, names(), n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    msg = f"no assistant `{name}`{hint} (known: {', '.join(names())})"
    raise PlatformError(msg)


def _of_platform(platform: Platform) -> Client:
    """Return the client that reads just what a platform writes."""

    def places(what: str, scope: str) -> tuple[str, ...]:
        found = (
            location.user if scope == "user" else location.project
            for location in platform.locations
            if location.what == what
        )
        return tuple(place for place in found if place)

    def reads(scope: str) -> Reads:
        return Reads(
            places("skills", scope), places("instructions", scope), places("agents", scope)
        )

    skills = platform.location("skills")
    return Client(
        platform.id,
        platform.title,
        platform.id,
        reads("project"),
        reads("user"),
        Copies.ANY,
        skills.source,
        skills.checked,
    )
