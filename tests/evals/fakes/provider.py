"""A model provider on loopback: Anthropic Messages (and batches) and OpenAI chat completions.

Used through the fixture ``fake_provider``; or as a process of its own, with canned answers:
``python tests/evals/fakes/provider.py --port 0`` prints its URL and serves until it is ended.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fake_batches import answer_batches
from fake_chat import chat_message, chat_stream, chat_usage, finish_reason
from fake_messages import (
    Answer,
    Asked,
    Fault,
    Structured,
    bad_schema,
    dump,
    error_body,
    event,
    format_of,
    least,
    message_of,
    message_stream,
    read_request,
)

Script = Callable[[Asked], "str | Answer | Fault"]


@dataclass
class FakeProvider:
    """The server: start it with ``start()`` (a thread) or await ``serve()``."""

    script: Script
    keep: bool = True  # whether requests are recorded
    streams: bool = True  # whether it streams when it is asked to
    usage: bool = True  # whether an OpenAI stream tells its usage, when asked
    rejects: set[str] = field(default_factory=set)  # keys of a body that are answered with 400
    forces_tools: bool = True  # whether a tool can be forced: not with Anthropic's newest models
    batch_polls: int = 1  # how often a batch is still in progress
    batch_faults: list[str] = field(default_factory=list)  # one a call: a status, "" for none …
    port: int = 0
    requests: list[Asked] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    in_flight: int = 0
    peak: int = 0  # most requests at one time
    served: int = 0
    connections: int = 0

    def __post_init__(self) -> None:
        self.batches: dict[str, dict[str, Any]] = {}
        self.faults: Counter[tuple[str, str]] = Counter()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    anthropic_url = url

    @property
    def openai_url(self) -> str:
        return f"{self.url}/v1"

    def start(self) -> FakeProvider:
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._done.set)
            self._thread.join(10)
            self._thread = None

    async def serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        self.transports: set[asyncio.Transport] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        server = await self._loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, backlog=1024
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._done.wait()
        server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for transport in list(self.transports):
            transport.abort()
        await asyncio.sleep(0)

    def refusal(self, body: Mapping[str, Any]) -> str:
        """Why the body of a request is not taken, "" if it is."""
        refused = self.rejects & set(body)
        if refused:
            return f"Unsupported parameter: {sorted(refused)[0]!r} is not supported by this server"
        choice = body.get("tool_choice")
        forced = isinstance(choice, Mapping) and choice.get("type") in ("tool", "any")
        if forced and not self.forces_tools:
            return 'tool_choice: type "tool" and "any" are not supported for this model.'
        return bad_schema(format_of(body) or {})

    def decide(self, asked: Asked) -> tuple[Answer, Fault | None]:
        """What the script says to a request, with the fault that is due."""
        said = self.script(asked)
        if not isinstance(said, Fault):
            return (Answer(said) if isinstance(said, str) else said), None
        then = Answer(said.then) if isinstance(said.then, str) else said.then
        which = (said.kind, json.dumps(asked.body, sort_keys=True))
        self.faults[which] += 1
        if said.times is not None and self.faults[which] > said.times:
            return then, None
        if said.kind in ("max_tokens", "refusal"):
            return Answer("I ca", stop=said.kind), None
        return (Answer(""), None) if said.kind == "empty" else (then, said)


class _Connection(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, requests one after another."""

    def __init__(self, server: FakeProvider) -> None:
        self.server, self.buffer = server, b""
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.transports.add(transport)
        self.server.connections += 1

    def connection_lost(self, error: Exception | None) -> None:
        self.server.transports.discard(self.transport)
        if self.task is not None:
            self.task.cancel()  # nobody listens any more

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        method, path, _ = first.split(" ", 2)
        try:
            self.route(method, path.partition("?")[0], headers, rest[:length])
        except Exception as error:
            self.server.errors.append(error)
            self.send(500, error_body("openai", 500, f"the script of the fake failed: {error!r}"))

    def route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        if path.startswith("/v1/messages/batches"):
            self.batches(method, path, headers, body)
            return
        dialects = {"/v1/messages": "anthropic", "/v1/chat/completions": "openai"}
        if method != "POST" or path not in dialects:
            self.send(404, error_body("openai", 404, f"no such path: {method} {path}"))
            return
        asked = read_request(dialects[path], json.loads(body), headers)
        if self.server.keep:
            self.server.requests.append(asked)
        if refusal := self.server.refusal(asked.body):
            self.send(400, error_body(asked.dialect, 400, refusal))
            return
        answer, fault = self.server.decide(asked)
        if fault is None and not answer.delay:
            self.finish(asked, answer)
        else:
            self.server.in_flight += 1
            self.server.peak = max(self.server.peak, self.server.in_flight)
            self.task = asyncio.ensure_future(self.play(asked, answer, fault))
            self.server.tasks.add(self.task)
            self.task.add_done_callback(self.played)

    def batches(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """… and "dropped", and "cut-results"."""
        fault = self.server.batch_faults.pop(0) if self.server.batch_faults else ""
        if fault == "dropped":
            self.transport.close()
        elif fault.isdigit():
            self.send(int(fault), error_body("anthropic", int(fault), ""))
        else:
            status, data = answer_batches(self.server, method, path, headers, body)
            self.send(status, data[:-30] if fault == "cut-results" else data)

    def played(self, task: asyncio.Task[None]) -> None:
        self.server.in_flight -= 1
        self.server.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.server.errors.append(error)

    def streams(self, asked: Asked) -> bool:
        return asked.streaming and self.server.streams

    def finish(self, asked: Asked, answer: Answer) -> None:
        if self.streams(asked):
            parts = list(_stream(asked, answer, self.server))
            self.head(200, "text/event-stream", streaming=True, dialect=asked.dialect)
            self.transport.write(b"".join(map(_chunk, parts)) + b"0\r\n\r\n")
        else:
            self.send(200, _plain(asked, answer), dialect=asked.dialect)

    async def play(self, asked: Asked, answer: Answer, fault: Fault | None) -> None:
        await asyncio.sleep(answer.delay)
        if fault is None:
            self.finish(asked, answer)
        elif fault.kind.isdigit():
            status = int(fault.kind)
            extra = {"retry-after": fault.retry_after, "retry-after-ms": fault.retry_after_ms}
            self.send(
                status, error_body(asked.dialect, status, fault.message, fault.code), extra=extra
            )
        elif fault.kind == "html200":
            self.send(200, b"<!doctype html><title>Log in to the network</title>", kind="text/html")
        elif fault.kind == "dropped":
            self.transport.close()
        elif fault.kind == "error200":
            said = {"type": fault.error, "message": fault.message or "Overloaded"}
            self.send(200, dump({"error": said}))
        elif not self.streams(asked) and fault.kind != "silent":
            await self.play_whole(asked, answer, fault)
        elif fault.kind == "silent":
            await asyncio.sleep(fault.seconds)
            self.finish(asked, answer)
        else:
            await self.play_stream(asked, answer, fault)

    async def play_whole(self, asked: Asked, answer: Answer, fault: Fault) -> None:
        """Trouble inside of an answer that comes in one piece."""
        body = _plain(asked, answer)
        if fault.kind == "truncated-json":
            self.send(200, body[:40])
        elif fault.kind == "no-finish":
            self.send(200, re.sub(rb'_reason":"\w+"', b'_reason":null', body))
        elif fault.kind in ("broken", "stall"):
            self.head(200, "application/json", length=len(body), dialect=asked.dialect)
            self.transport.write(body[:40])
            if fault.kind == "stall":
                await asyncio.sleep(fault.seconds)
                self.transport.write(body[40:])
            else:
                self.transport.close()
        else:
            raise ValueError(f"no fault {fault.kind!r} of an answer in one piece")

    async def play_stream(self, asked: Asked, answer: Answer, fault: Fault) -> None:
        """Trouble inside of a stream, after the first piece of text."""
        assert asked.streaming, f"{fault.kind} is a fault of streams"
        parts = list(_stream(asked, answer, self.server))
        self.head(200, "text/event-stream", streaming=True, dialect=asked.dialect)
        first = next(i for i, part in enumerate(parts) if b'delta":{"' in part) + 1
        if asked.dialect == "openai":
            first += 1  # the first one names the role
        if fault.kind == "no-finish":
            parts = [p for p in parts if b'_reason":"' not in p]
            self.transport.write(b"".join(map(_chunk, parts)) + b"0\r\n\r\n")
            return
        first = 1 if fault.kind == "late" else first
        self.transport.write(b"".join(map(_chunk, parts[:first])))
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
            self.transport.write(b"".join(map(_chunk, parts[first:])) + b"0\r\n\r\n")
        elif fault.kind == "truncated-json":
            self.transport.write(_chunk(parts[first][:-10] + b"\n\n") + b"0\r\n\r\n")
        elif fault.kind == "cut":
            self.transport.write(b"0\r\n\r\n")
        elif fault.kind == "broken":
            self.transport.close()
        elif fault.kind == "sse-error":
            said = {"type": fault.error, "message": fault.message or "Overloaded"}
            if asked.dialect == "anthropic":
                sent = event("error", {"type": "error", "error": said})
            else:
                sent = event("", {"error": said})
            self.transport.write(_chunk(sent) + b"0\r\n\r\n")
        elif fault.kind in ("stall", "slow"):
            for part in parts[first:]:
                await asyncio.sleep(fault.seconds)
                self.transport.write(_chunk(part))
            self.transport.write(b"0\r\n\r\n")
        else:
            raise ValueError(f"no fault {fault.kind!r}")

    def head(
        self,
        status: int,
        kind: str,
        *,
        streaming: bool = False,
        length: int = 0,
        dialect: str = "openai",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.server.served += 1
        name = "request-id" if dialect == "anthropic" else "x-request-id"
        size = "transfer-encoding: chunked" if streaming else f"content-length: {length}"
        more = "".join(f"{key}: {value}\r\n" for key, value in (extra or {}).items() if value)
        self.transport.write(
            f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{size}\r\n"
            f"{name}: req_{self.server.served}\r\n{more}\r\n".encode("latin-1")
        )

    def send(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json",
        dialect: str = "anthropic",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.head(status, kind, length=len(body), dialect=dialect, extra=extra)
        self.transport.write(body)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _stream(asked: Asked, answer: Answer, server: FakeProvider) -> Iterator[bytes]:
    if asked.dialect == "anthropic":
        return message_stream(asked, answer)
    return chat_stream(asked, answer, server.usage)


def _plain(asked: Asked, answer: Answer) -> bytes:
    if asked.dialect == "anthropic":
        return dump(message_of(asked, answer))
    choice = {"index": 0, "message": chat_message(asked, answer)}
    choice |= {"finish_reason": finish_reason(asked, answer)}
    head = {"id": "chatcmpl-fake", "object": "chat.completion", "created": 1, "model": asked.model}
    return dump(head | {"choices": [choice], "usage": chat_usage(asked, answer)})


def canned(text: str) -> Script:
    """Always ``text``, or the smallest structured answer where one is asked for."""
    return lambda asked: Structured(least(asked.schema)) if asked.schema else text


def main() -> None:
    parser = argparse.ArgumentParser(description="a fake model provider on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--text", default="A canned answer of the fake provider, long enough.")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    given = parser.parse_args()
    say = canned(given.text)

    def script(asked: Asked) -> Answer:
        said = say(asked)
        text, data = (said, None) if isinstance(said, str) else ("", said.data)
        return Answer(text, data=data, delay=given.delay)

    server = FakeProvider(script, keep=False, port=given.port)
    threading.Thread(
        target=lambda: (server._ready.wait(), print(server.url, flush=True)), daemon=True
    ).start()
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
