"""A model that refuses everything is not asked everything."""

from __future__ import annotations

from ..base import Outcome, Reply

__all__ = ["Breaker"]

_ACCESS = frozenset({401, 402, 403, 404, 429})  # key, money, access, model, quota: not of a call
_ACCESS_REJECTIONS, _OTHER_REJECTIONS = 3, 10


class Breaker:
    """Watches the replies of one model; ``open_because`` is "" as long as asking makes sense.

    It opens after three rejections in a row that are about access or quota, or ten of any
    kind (a parameter that the model does not know; but a prompt may also be too long), unless a
    call of this run has succeeded before.
    """

    def __init__(self) -> None:
        self.open_because = ""
        self._succeeded = False
        self._access = self._any = 0

    def note(self, reply: Reply) -> None:
        """Note how a call ended that was sent."""
        if reply.outcome is not Outcome.REJECTED:
            self._succeeded = self._succeeded or reply.outcome in (Outcome.OK, Outcome.REFUSAL)
            self._access = self._any = 0
            return
        self._any += 1
        self._access = self._access + 1 if reply.status in _ACCESS else 0
        if self._succeeded or self.open_because:
            return
        if self._access >= _ACCESS_REJECTIONS or self._any >= _OTHER_REJECTIONS:
            self.open_because = (
                f"{self._any} calls in a row were rejected, the last: {reply.detail}"
            )
