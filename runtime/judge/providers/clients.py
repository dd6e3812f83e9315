"""SDK clients, one for each server and key, shared by the models that are asked there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["Shared", "http_client", "http_library"]

_CONNECTIONS = 1000  # at one time; how many calls there are is the engine's business
_KEPT_ALIVE = 200


@dataclass(slots=True)
class _Held:
    client: Any
    users: int = 0


# A client belongs to the event loop in which its connections were made.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, ...], _Held]] = (
    WeakKeyDictionary()
)


class Shared:
    """A share in the client of ``identity`` (provider, base URL, key); ``make`` makes it."""

    def __init__(self, identity: tuple[str, ...], make: Callable[[], Any]) -> None:
        self._identity, self._make = identity, make
        self._held: _Held | None = None

    def get(self) -> Any:
        """The client; made in the running event loop when it is first needed."""
        if self._held is None:
            known = _clients.setdefault(asyncio.get_running_loop(), {})
            if self._identity not in known:
                known[self._identity] = _Held(self._make())
            self._held = known[self._identity]
            self._held.users += 1
        return self._held.client

    async def aclose(self) -> None:
        """Give the share back; the last one closes the client."""
        held, self._held = self._held, None
        if held is None:
            return
        held.users -= 1
        if held.users == 0:
            known = _clients.get(asyncio.get_running_loop(), {})
            if known.get(self._identity) is held:
                del known[self._identity]
            closing: Awaitable[None] = held.client.close()
            await closing


def http_library(sdk: ModuleType) -> ModuleType:
    """The HTTP library under an SDK (httpx, or httpx2 in newer ones): whoever made its client."""
    for base in sdk.DefaultAsyncHttpxClient.__mro__:
        if base.__name__ == "AsyncClient":
            return import_module(base.__module__.partition(".")[0])
    msg = f"{sdk.__name__} {sdk.__version__} has an HTTP client of no known kind"
    raise TypeError(msg)


def http_client(sdk: ModuleType) -> Any:
    """An HTTP client with the SDK's own settings and room for many connections."""
    library = http_library(sdk)
    limits = library.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_KEPT_ALIVE)
    return sdk.DefaultAsyncHttpxClient(limits=limits, verify=_trusted(library))


@cache
def _trusted(library: ModuleType) -> Any:
    """The library's own TLS settings, read once: the certificates cost 50 ms of CPU each time."""
    return library.create_ssl_context()
