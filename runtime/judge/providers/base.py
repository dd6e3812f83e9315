"""What every provider can do."""

from __future__ import annotations

from typing import Protocol

from ..base import Clocks, Reply, Request

__all__ = ["Provider"]


class Provider(Protocol):
    """Whoever answers requests, for one model."""

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        """Make exactly one attempt, within ``clocks.attempt`` and ``clocks.stall``.

        A request that is refused unread, for a feature that the model or the server lacks, may be
        put in another way at once: nothing of it was answered or billed.

        Trouble with the provider, the network or the answer comes back as a reply with its
        outcome; only cancellation and mistakes of our own are raised.
        """
        ...

    async def aclose(self) -> None:
        """Give back the connections; no call may follow."""
        ...
