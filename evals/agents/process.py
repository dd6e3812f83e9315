"""Running one program beside the others of an event loop, and leaving nothing of it behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from polyskill.platforms.verify.sandbox import namespaces

__all__ = ["Ended", "run"]

_MAX_OUTPUT = 64 * 1024 * 1024  # bytes that are read of each stream


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: ``code`` is ``None`` if its time was up; ``seconds`` is wall time."""

    code: int | None
    stdout: bytes
    stderr: bytes
    seconds: float


@cache
def _contained() -> tuple[str, ...]:
    """Return the command that gives a program a PID namespace; empty where the system has none.

    When the first process of the namespace ends, the kernel ends all others in it, also those that
    left the process group. The network stays: a client under test talks to its provider.
    """
    prefix = tuple(part for part in namespaces() if part != "--net")
    return prefix if "--pid" in prefix else ()


async def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    timeout: float,
    stdin: bytes = b"",
) -> Ended:
    """Run ``command`` in ``folder`` for at most ``timeout`` seconds; then all of it is dead.

    It is killed as well if the task is cancelled.

    Raises:
        OSError: it cannot be started.
    """
    begun = time.monotonic()
    # Files, not pipes: a program that outlives its parent would keep a pipe open.
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        given.write(stdin)
        given.seek(0)
        process = await asyncio.create_subprocess_exec(
            *_contained(),
            *command,
            env=dict(environment),
            cwd=folder,
            stdin=given,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        code: int | None = None
        try:
            with suppress(TimeoutError):
                code = await asyncio.wait_for(process.wait(), timeout)
        finally:
            await _kill(process)
        return Ended(code, _read(stdout), _read(stderr), time.monotonic() - begun)


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the process group, whether or not its leader is gone, and wait for the leader."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _read(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read(_MAX_OUTPUT)
