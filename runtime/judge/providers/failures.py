"""The exceptions of an SDK, as replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ..base import Outcome, Reply
from .clients import http_library
from .trouble import clean, from_status

__all__ = ["Failures", "failures_of"]


@dataclass(frozen=True, slots=True)
class Failures:
    """What an SDK raises: error statuses, and connections that failed or broke.

    ``secrets`` are kept out of messages, ``where`` names the server in them, and ``hints`` say
    what to look for after a status.
    """

    status: type[Exception]
    connection: tuple[type[Exception], ...]
    out_of_time: type[Exception]
    no_connection_in_time: tuple[type[Exception], ...]
    secrets: tuple[str, ...] = ()
    where: str = ""
    hints: Mapping[int, str] | None = None

    @property
    def all(self) -> tuple[type[Exception], ...]:
        """Every exception that :meth:`reply` knows."""
        return (self.status, *self.connection)

    def reply(self, error: Exception, *, begun: bool = False) -> Reply:
        """The reply for one of :attr:`all`; ``begun`` says that the answer was on its way."""
        return self._refused(error) if isinstance(error, self.status) else self._lost(error, begun)

    def _refused(self, error: Any) -> Reply:
        status = int(error.status_code)
        body = error.body if error.body is not None else str(error)
        hint = (self.hints or {}).get(status, "")
        headers = error.response.headers
        return from_status(status, headers, body, secrets=self.secrets, hint=hint)

    def _lost(self, error: Exception, begun: bool) -> Reply:
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        late = isinstance(cause, self.out_of_time)
        if late and not isinstance(cause, self.no_connection_in_time):
            return Reply(Outcome.TIMEOUT, detail=f"no answer in time from {self.where}")
        what = "the connection broke in the middle of the answer" if begun else "no connection"
        said = clean(str(cause) or type(cause).__name__, self.secrets)
        return Reply(Outcome.TRANSPORT, detail=f"{what}: {self.where}: {said}")


def failures_of(
    sdk: ModuleType, secrets: Sequence[str], where: str, hints: Mapping[int, str] | None
) -> Failures:
    """The failures of an SDK; while a stream is read, errors are the HTTP library's own."""
    library = http_library(sdk)
    return Failures(
        status=sdk.APIStatusError,
        connection=(sdk.APIConnectionError, library.TransportError, library.DecodingError),
        out_of_time=library.TimeoutException,
        no_connection_in_time=(library.ConnectTimeout, library.PoolTimeout),
        secrets=tuple(secrets),
        where=where,
        hints=hints,
    )
