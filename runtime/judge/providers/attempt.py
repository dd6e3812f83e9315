"""One attempt: a stream is opened and read under its clocks, and whatever happens is a reply."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Protocol

from ..base import Clocks, Outcome, Reply, Request
from .draft import Draft
from .failures import Failures
from .sse import EventReader, EventTooLong
from .trouble import clean

__all__ = ["Assembler", "Response", "attempt"]

_MAX_BODY = 64 * 1024 * 1024  # bytes of one answer
_AFTER_THE_END = 5.0  # seconds in which usage may follow the end, and the stream must close


class Assembler(Protocol):
    """Puts together what one dialect sends."""

    draft: Draft

    def event(self, name: str, data: Mapping[str, Any]) -> None:
        """Take an event of a stream."""
        ...

    def whole(self, body: Mapping[str, Any]) -> None:
        """Take an answer that came in one piece."""
        ...


class Response(Protocol):
    """What is used of the SDKs' streaming responses."""

    @property
    def status_code(self) -> int:
        """The HTTP status, a successful one."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with any case."""
        ...

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body as it comes."""
        ...


async def attempt(
    opened: Callable[[], AbstractAsyncContextManager[Response]],
    assembler: Assembler,
    request: Request,
    clocks: Clocks,
    failures: Failures,
) -> Reply:
    """Open a stream, read the answer to its end, and say what came of it.

    The stall clock runs from the first piece of the answer on: models that think, and small
    machines that read a long prompt, are silent before.
    """
    whole, silence = asyncio.timeout(clocks.attempt), asyncio.timeout(None)
    draft = assembler.draft
    try:
        async with whole, silence, opened() as response:
            await _read(response, assembler, silence, clocks.stall)
    except TimeoutError:
        if not draft.ended:
            return draft.failed(Outcome.TIMEOUT, _which(whole, silence, clocks))
    except failures.status as error:
        return failures.reply(error)
    except failures.connection as error:
        if not draft.ended:
            lost = failures.reply(error, begun=draft.status > 0)
            return draft.failed(lost.outcome, lost.detail)
    except EventTooLong:
        return draft.failed(Outcome.MALFORMED, "the answer is too large to be one")
    except UnicodeEncodeError:  # half of a surrogate pair, which no JSON can hold
        return Reply(Outcome.REJECTED, detail="the request holds text that is no valid Unicode")
    reply = draft.reply(request)
    return replace(reply, detail=clean(reply.detail, failures.secrets)) if reply.detail else reply


async def _read(
    response: Response, assembler: Assembler, silence: asyncio.Timeout, stall: float
) -> None:
    now = asyncio.get_running_loop().time
    headers, draft = response.headers, assembler.draft
    draft.status = response.status_code
    draft.request_id = headers.get("request-id") or headers.get("x-request-id") or ""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        await _read_whole(response, assembler, kind)
        return
    reader = EventReader()
    size = 0
    async for chunk in response.iter_bytes():
        size += len(chunk)
        if size > _MAX_BODY:
            raise EventTooLong
        for name, data in reader.feed(chunk):
            _take(assembler, name, data)
        if draft.ended:
            silence.reschedule(now() + _AFTER_THE_END)
        elif draft.begun:
            silence.reschedule(now() + stall)


def _take(assembler: Assembler, name: str, data: str) -> None:
    draft = assembler.draft
    if data == "[DONE]" or draft.error is not None:
        return
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        assembler.event(name, value)
    elif not draft.ended:
        draft.error = (Outcome.MALFORMED, f"an event of the stream is no JSON: {data[:80]}")


async def _read_whole(response: Response, assembler: Assembler, kind: str) -> None:
    """Read an answer of a server that does not stream, or what is no answer at all."""
    body = bytearray()
    async for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MAX_BODY:
            raise EventTooLong
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        assembler.whole(value)
    else:
        start = bytes(body[:120]).decode("utf-8", "replace")
        said = f"200 with {kind or 'no content type'} instead of an answer: {start}"
        assembler.draft.error = (Outcome.MALFORMED, said)


def _which(whole: asyncio.Timeout, silence: asyncio.Timeout, clocks: Clocks) -> str:
    if silence.expired():
        return f"stalled: nothing came for {clocks.stall:g} s in the middle of the answer"
    return f"the attempt was not complete after {clocks.attempt:g} s"
