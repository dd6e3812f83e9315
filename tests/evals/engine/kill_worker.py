"""A run that can be killed: asks 150 calls of a server, over plain HTTP; resumes what is there.

python kill_worker.py PORT JOURNAL
"""

from __future__ import annotations

import asyncio
import json
import sys

from polyskill.runtime.judge.base import (
    Call,
    Clocks,
    Message,
    Model,
    Outcome,
    Reply,
    Request,
    Usage,
)
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync

CALLS, CONCURRENCY = 150, 8


class Plain:
    """One POST per attempt, on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        body = {
            "model": "m",
            "max_tokens": 10,
            "messages": [{"role": "user", "content": request.messages[0].text}],
        }
        data = json.dumps(body).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(b"POST /v1/messages HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(data))
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            said = json.loads(await reader.readexactly(length))
        finally:
            writer.close()
        if b" 200 " not in head.partition(b"\r\n")[0]:
            return Reply(Outcome.SERVER, detail="fault")
        return Reply(Outcome.OK, text=said["content"][0]["text"], usage=Usage(1, 1))

    async def aclose(self) -> None:
        pass


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    model = Model("anthropic-compatible", "m", f"http://127.0.0.1:{port}")
    calls = [Call(f"k{n}", model, Request((Message("user", f"q{n}"),))) for n in range(CALLS)]
    with Journal(path) as journal:
        run_calls_sync(
            calls,
            journal=journal,
            open_provider=lambda model: Plain(port),
            settings=Settings(concurrency=CONCURRENCY),
        )


if __name__ == "__main__":
    main()
