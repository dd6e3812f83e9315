"""The fake model: an HTTP server on loopback that answers by a script and keeps every request."""

from __future__ import annotations

import json
import socket
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from .script import Script
from .wire import Asked, dialect_of
from .wire.exchange import Reply

__all__ = ["FakeModel", "Request", "listen"]

_MAX_BODY = 64 * 1024 * 1024  # bytes; the largest prompt seen is a thousandth of it
_MODEL = {"id": "fake-model", "object": "model", "created": 1_700_000_000, "owned_by": "verify"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; ``asked`` is ``None`` where it did not ask the model."""

    method: str
    path: str
    body: Any
    asked: Asked | None = None


def listen() -> socket.socket:
    """Return a socket that listens on a free port of 127.0.0.1."""
    return socket.create_server(("127.0.0.1", 0), backlog=64)


class FakeModel:
    """Serves on a listening socket (of any network namespace) until it is closed."""

    def __init__(self, listener: socket.socket, script: Script) -> None:
        self.script = script
        self.port: int = listener.getsockname()[1]
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        model = self

        class Handler(_Handler):
            owner = model

        self._server = _Server(("127.0.0.1", self.port), Handler, bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = listener
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in order."""
        with self._lock:
            return tuple(self._requests)

    def add(self, request: Request) -> None:
        """Keep a request."""
        with self._lock:
            self._requests.append(request)

    @contextmanager
    def serving(self) -> Iterator[FakeModel]:
        """Serve inside the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: FakeModel

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are kept whole."""

    def do_GET(self) -> None:
        """List the one model there is; anything else is not here."""
        path = self._path()
        self.owner.add(Request("GET", path, None))
        if path.endswith("/models"):
            listed = {"object": "list", "data": [_MODEL], "models": [{"name": "models/fake-model"}]}
            self._send(200, _json(listed))
        elif "/models/" in path:
            self._send(200, _json({**_MODEL, "name": "models/fake-model"}))
        else:
            self._missing(path)

    def do_HEAD(self) -> None:
        """Say that the server is there."""
        self._send(200, Reply(b""))

    def do_POST(self) -> None:
        """Answer as the model; count tokens; anything else is not here."""
        path = self._path()
        try:
            body: Any = json.loads(self._read() or b"null")
        except (ValueError, zlib.error) as error:
            self.owner.add(Request("POST", path, None))
            self._send(400, _json({"error": {"type": "invalid_request", "message": str(error)}}))
            return
        dialect = dialect_of(path)
        if dialect is not None and isinstance(body, Mapping):
            asked = dialect.parse(path, body)
            self.owner.add(Request("POST", path, body, asked))
            self._send(200, dialect.reply(asked, self.owner.script.answer(asked)))
            return
        self.owner.add(Request("POST", path, body))
        if path.endswith(("/count_tokens", ":countTokens")):
            self._send(200, _json({"input_tokens": 10, "totalTokens": 10}))
        else:
            self._missing(path)

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _missing(self, path: str) -> None:
        self._send(404, _json({"error": {"type": "not_found", "message": f"no `{path}` here"}}))

    def _send(self, status: int, reply: Reply) -> None:
        self.send_response(status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.data)

    def _read(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            data = self._read_chunks()
        else:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 <= length <= _MAX_BODY:
                msg = f"a body of {length} bytes"
                raise ValueError(msg)
            data = self.rfile.read(length)
        if (self.headers.get("Content-Encoding") or "").lower() in {"gzip", "deflate"}:
            unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
            data = unpack.decompress(data, _MAX_BODY)
        return data

    def _read_chunks(self) -> bytes:
        parts: list[bytes] = []
        total = 0
        while size := int(self.rfile.readline(100).split(b";")[0] or b"0", 16):
            total += size
            if total > _MAX_BODY:
                msg = "a body that is too large"
                raise ValueError(msg)
            parts.append(self.rfile.read(size))
            self.rfile.readline(10)
        while self.rfile.readline(10_000).strip():
            pass  # trailers
        return b"".join(parts)


def _json(value: object) -> Reply:
    return Reply(json.dumps(value).encode("utf-8"))
