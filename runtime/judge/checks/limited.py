"""Work on untrusted text in a helper process that is stopped when its time is up.

The process is started once and kept, so that a check costs a fraction of a millisecond. What one
answer did to it (memory, time) ends with it: after trouble the next check gets a new one.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any

from ..missing import MissingLibrary
from .base import NotRun

__all__ = ["SECONDS", "close", "limited"]

#: Wall time for one job; the first one includes the start of the process.
SECONDS = 5.0
_START = 30.0  # seconds that a loaded machine may take to start the process
_HELPER = Path(__file__).with_name("helper.py")


class _Helper:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(_HELPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to handle
        )
        self.owner = os.getpid()
        self.replies: SimpleQueue[bytes] = SimpleQueue()
        assert self.process.stdout is not None
        # A thread, because Windows cannot wait for a pipe with a time limit.
        self.reader = Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        try:
            self.ask({"job": "search", "pattern": "a", "flags": 0, "text": "a"}, _START)
        except BaseException:
            self.stop()
            raise

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self.replies.put(line)
        self.replies.put(b"")

    def ask(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Return the reply; ``None`` if the process died. Raises ``Empty`` when time is up."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            self.process.stdin.flush()
        except OSError:
            return None
        line = self.replies.get(timeout=seconds)
        loaded: dict[str, Any] | None = json.loads(line) if line else None
        return loaded

    def stop(self) -> None:
        if self.owner != os.getpid():
            return  # a fork of ours: the process is not its child
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        with suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()
        self.reader.join()


class _Keeper:
    def __init__(self) -> None:
        self.lock = Lock()
        self.helper: _Helper | None = None

    def drop(self) -> None:
        if self.helper is not None:
            self.helper.stop()
            self.helper = None


_keeper = _Keeper()


def _forget() -> None:
    """Let a fork start a helper of its own: two processes cannot share its pipes."""
    _keeper.lock = Lock()
    _keeper.helper = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def close() -> None:
    """Stop the helper process, if there is one; the next job starts it again."""
    with _keeper.lock:
        _keeper.drop()


def limited(job: dict[str, Any], seconds: float = SECONDS) -> dict[str, Any]:
    """Return what the helper makes of ``job`` within ``seconds``.

    Raises:
        NotRun: it took too long or failed.
        MissingLibrary: it needs a library that is not installed.
    """
    with _keeper.lock:
        try:
            if _keeper.helper is None:
                _keeper.helper = _Helper()
            reply = _keeper.helper.ask(job, seconds)
        except Empty:
            _keeper.drop()
            raise NotRun(
                f"stopped after {seconds:g} s; the pattern may backtrack without end",
                f"{seconds:g} 秒后中止；正则可能陷入无尽回溯",
            ) from None
        except OSError as error:
            raise NotRun(
                f"no process could be started: {error}", f"无法启动进程：{error}"
            ) from None
        except BaseException:  # Ctrl-C: what the helper still says belongs to no later job
            _keeper.drop()
            raise
        if reply is None:
            _keeper.drop()
            raise NotRun("the helper process died", "辅助进程意外退出")
    if "missing" in reply:
        package = reply["missing"]
        msg = f"this needs the library {package!r}: pip install 'polyskill[eval]'"
        raise MissingLibrary(msg, name=package)
    if "error" in reply:
        raise NotRun(reply["error"], reply["error"])
    return reply
