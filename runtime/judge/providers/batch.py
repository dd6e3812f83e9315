"""Anthropic's Message Batches: many requests handed in at once, answered within a day.

Source: the API's guide "Batch processing": at most 100,000 requests or 256 MB a batch; results in
any order, each succeeded, errored, canceled or expired; ``custom_id`` of 1 to 64 letters, digits,
hyphens and underscores.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..base import Model, Outcome, Reply, Request
from ..spec import ModelError
from .anthropic import MessageAssembler, body_of
from .draft import mapping, text
from .server import Server
from .structured import learn, refuses_forcing, wants_format
from .trouble import clean, from_error

__all__ = ["Limits", "complete_batch", "custom_id", "resume_batch"]

_AGAIN = frozenset({Outcome.RATE_LIMITED, Outcome.TIMEOUT, Outcome.SERVER, Outcome.TRANSPORT})
_ERRORS_IN_A_ROW = 10
_LONGEST_WAIT = 600.0  # seconds between two looks after errors
_A_DAY = 25 * 3600.0  # seconds; the provider itself gives up after 24 hours
_ENDS = {
    "canceled": (Outcome.SERVER, "the batch was canceled before this request was answered"),
    "expired": (Outcome.TIMEOUT, "the batch expired before this request was answered"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one batch holds: requests, and bytes of its body (256 MB less a margin)."""

    requests: int = 100_000
    size: int = 250_000_000


def custom_id(key: str) -> str:
    """Return the name of a request in a batch: its key, or a hash of it where it is no name."""
    if re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", key):
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


async def complete_batch(
    model: Model,
    requests: Mapping[str, Request],
    *,
    poll: float = 60.0,
    on_submitted: Callable[[str, tuple[str, ...]], None] = lambda batch, keys: None,
    limits: Limits | None = None,
) -> AsyncIterator[tuple[str, Reply]]:
    """Hand in ``requests`` and yield each one's reply, as (key, reply), in any order.

    ``on_submitted`` gets each batch's id with the keys in it, before anything is waited for:
    whoever keeps them can go on with :func:`resume_batch`. ``poll`` is in seconds. A batch that
    could not be handed in gives the reason as the reply of each of its requests (after a broken
    connection, it may exist at the provider all the same). Structured answers of a model that
    turns out to take no forced tools are handed in once more, as a batch of their own.

    Raises:
        ModelError: the provider has no batches, or there is no key.
        MissingLibrary: the SDK is not installed.
    """
    server = _server(model)
    try:
        desk = _Desk(server, model, poll, on_submitted, limits or Limits())
        first = desk.answers(requests, as_format=wants_format(model))
        async for key, reply in desk.with_formats(first, requests):
            yield key, reply
    finally:
        await server.aclose()


async def resume_batch(
    model: Model,
    batch: str,
    requests: Mapping[str, Request],
    *,
    poll: float = 60.0,
    on_submitted: Callable[[str, tuple[str, ...]], None] = lambda batch, keys: None,
) -> AsyncIterator[tuple[str, Reply]]:
    """Wait for a batch that was handed in before, ``requests`` in it, and yield (key, reply).

    ``on_submitted`` as in :func:`complete_batch`, for what must be handed in once more.

    Raises: as :func:`complete_batch`.
    """
    server = _server(model)
    try:
        desk = _Desk(server, model, poll, on_submitted, Limits())
        async for key, reply in desk.with_formats(
            _collect(server, batch, requests, poll), requests
        ):
            yield key, reply
    finally:
        await server.aclose()


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where requests to one model are handed in and answers come out."""

    server: Server
    model: Model
    poll: float
    on_submitted: Callable[[str, tuple[str, ...]], None]
    limits: Limits

    async def with_formats(
        self, first: AsyncIterator[tuple[str, Reply]], requests: Mapping[str, Request]
    ) -> AsyncIterator[tuple[str, Reply]]:
        """Pass answers on; what was refused for its forced tool is asked again in a format."""
        refused: dict[str, Request] = {}
        async for key, reply in first:
            if requests[key].answer_with and refuses_forcing(reply):
                refused[key] = requests[key]
            else:
                yield key, reply
        if refused:
            learn(self.model)
            async for key, reply in self.answers(refused, as_format=True):
                yield key, reply

    async def answers(
        self, requests: Mapping[str, Request], *, as_format: bool
    ) -> AsyncIterator[tuple[str, Reply]]:
        """Hand everything in, then wait for it."""
        submitted: list[tuple[str, tuple[str, ...]]] = []
        entries, unfit = _entries(self.model, requests, as_format=as_format)
        for key in unfit:
            yield key, Reply(Outcome.REJECTED, detail="it holds text that is no valid Unicode")
        for chunk in _chunks(entries, self.limits):
            keys = tuple(chunk)
            body = {"requests": list(chunk.values())}
            made = await _call(self.server, "create", requests=(), extra_body=body)
            if isinstance(made, Reply):
                for key in keys:
                    yield key, made
                continue
            submitted.append((made.id, keys))
            self.on_submitted(made.id, keys)
        for batch, keys in submitted:
            part = {key: requests[key] for key in keys}
            async for key, reply in _collect(self.server, batch, part, self.poll):
                yield key, reply


def _server(model: Model) -> Server:
    if model.provider not in ("anthropic", "anthropic-compatible"):
        raise ModelError(
            f"{model.id} has no batches here: they are an interface of Anthropic's; leave out "
            "--batch for it",
            f"{model.id} 没有批处理：这是 Anthropic 的接口，请不要对它使用 --batch",
        )
    return Server(model, "anthropic", "AsyncAnthropic")


def _entries(
    model: Model, requests: Mapping[str, Request], *, as_format: bool
) -> tuple[dict[str, tuple[int, dict[str, Any]]], list[str]]:
    """What is sent for each key, with its size in bytes; and the keys of what no JSON can hold."""
    entries, unfit = {}, []
    for key, request in requests.items():
        body = body_of(model, request, as_format=as_format)
        entry = {"custom_id": custom_id(key), "params": body}
        try:
            size = len(json.dumps(entry, ensure_ascii=False).encode()) + 1
        except UnicodeEncodeError:
            unfit.append(key)
        else:
            entries[key] = (size, entry)
    return entries, unfit


def _chunks(
    entries: Mapping[str, tuple[int, dict[str, Any]]], limits: Limits
) -> Iterator[dict[str, dict[str, Any]]]:
    chunk: dict[str, dict[str, Any]] = {}
    total = 0
    for key, (size, entry) in entries.items():
        if chunk and (len(chunk) == limits.requests or total + size > limits.size):
            yield chunk
            chunk, total = {}, 0
        chunk[key] = entry
        total += size
    if chunk:
        yield chunk


async def _call(server: Server, method: str, *args: Any, **kwargs: Any) -> Any:
    """What the SDK's method of batches gives, or a reply that says why it does not."""
    try:
        return await getattr(server.client.messages.batches, method)(*args, **kwargs)
    except server.failures.all as error:
        return server.failures.reply(error)


async def _collect(
    server: Server, batch: str, requests: Mapping[str, Request], poll: float
) -> AsyncIterator[tuple[str, Reply]]:
    """Wait until a batch has ended and yield the reply of each of ``requests``, once."""
    waiting = {custom_id(key): key for key in requests}
    problem = await _ended(server, batch, poll)
    attempts = 0 if problem is not None else _ERRORS_IN_A_ROW
    for number in range(attempts):
        await asyncio.sleep(_pause(poll, number) if number else 0)
        found = await _call(server, "results", batch)
        if isinstance(found, Reply):
            problem = found
            if found.outcome in _AGAIN:
                continue
            break
        try:
            async for entry in found:
                key = waiting.pop(getattr(entry, "custom_id", ""), None)
                if key is not None:
                    yield key, _reply(entry.to_dict(), requests[key], server)
        except server.failures.all as error:
            problem = server.failures.reply(error, begun=True)
        except ValueError as error:  # a line that was cut
            problem = Reply(Outcome.MALFORMED, detail=clean(f"results of {batch}: {error}"))
        else:
            problem = Reply(Outcome.SERVER, detail=f"batch {batch} has no result of this request")
            break
    for key in waiting.values():
        yield key, problem or Reply(Outcome.SERVER, detail=f"no results of batch {batch}")


async def _ended(server: Server, batch: str, poll: float) -> Reply | None:
    """Wait until a batch has ended; a reply says why its results cannot be had."""
    until, errors = time.monotonic() + _A_DAY, 0
    while time.monotonic() < until:
        found = await _call(server, "retrieve", batch)
        if isinstance(found, Reply):
            errors += 1
            if found.outcome not in _AGAIN or errors == _ERRORS_IN_A_ROW:
                return found
        elif found.processing_status != "ended":
            errors = 0
        elif not found.results_url:
            return Reply(Outcome.REJECTED, detail=f"batch {batch} is archived: no results any more")
        else:
            return None
        await asyncio.sleep(_pause(poll, errors))
    return Reply(Outcome.TIMEOUT, detail=f"batch {batch} has not ended within 25 hours")


def _pause(poll: float, errors: int) -> float:
    return min(poll * 2.0**errors, max(poll, _LONGEST_WAIT))


def _reply(entry: Mapping[str, Any], request: Request, server: Server) -> Reply:
    result = mapping(entry.get("result"))
    kind = text(result.get("type"))
    if kind == "succeeded":
        # A batch of an earlier run does not tell how it asked: by a tool, which goes first, or not.
        assembler = MessageAssembler(json_answer=True)
        assembler.whole(mapping(result.get("message")))
        return assembler.draft.reply(request)
    if kind in _ENDS:
        outcome, why = _ENDS[kind]
        return Reply(outcome, detail=why)
    outcome, message = from_error(result.get("error"))
    return Reply(outcome, detail=clean(message, server.failures.secrets))
