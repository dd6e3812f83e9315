"""A server as one model sees it: the SDK's client, the key, and what an attempt needs of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..base import Clocks, Model, Reply, Request
from ..missing import need
from ..spec import find_key
from .attempt import Assembler, attempt
from .clients import Shared, http_client, http_library
from .failures import failures_of

__all__ = ["Server"]

_NO_KEY = "none"  # the SDKs want one even where the server does not
_CONNECT = 30.0  # seconds
_HINTS = {
    "anthropic": {404: "is the model's name right, and the address without /v1 at its end?"},
    "openai": {404: "is the model's name right, and the address whole, often with /v1 at its end?"},
}


class Server:
    """Where a model is asked; ``sdk`` is "anthropic" or "openai", ``client_name`` its client.

    Raises:
        MissingLibrary: the SDK is not installed.
        ModelError: there is no key.
    """

    def __init__(self, model: Model, sdk: str, client_name: str) -> None:
        library, key = need(sdk, "eval"), find_key(model)
        hints = _HINTS[sdk] if model.base_url else None
        self._timeout = http_library(library).Timeout
        self.failures = failures_of(library, (key,), model.base_url or model.provider, hints)

        def make() -> Any:
            return getattr(library, client_name)(
                api_key=key or _NO_KEY,
                base_url=model.base_url or None,
                max_retries=0,
                http_client=http_client(library),
            )

        self._shared = Shared((model.provider, model.base_url, key), make)

    @property
    def client(self) -> Any:
        """The SDK's client, shared by the models of this server."""
        return self._shared.get()

    async def ask(
        self,
        create: Callable[..., Any],
        body: Mapping[str, Any],
        assembler: Assembler,
        request: Request,
        clocks: Clocks,
    ) -> Reply:
        """Make one attempt with the SDK's streaming ``create`` and a ``body`` as it is sent.

        The body goes as ``extra_body``: the SDKs' typed conversion of the arguments changes
        nothing of a body that is JSON already, and took a quarter of a call's CPU (openai 3.57).
        """
        opened = partial(
            create,
            stream=True,
            timeout=self._timeout(clocks.attempt, connect=min(_CONNECT, clocks.attempt)),
            extra_body=body,
        )
        return await attempt(opened, assembler, request, clocks, self.failures)

    async def aclose(self) -> None:
        """Give back the client."""
        await self._shared.aclose()
