"""Runs one program in a clean environment, cut off from networks, for a limited time.

Standard input is the null device. With ``namespace`` the program sees only a loopback of its own
and gets a PID namespace, so that nothing of it outlives its run; where the system allows no
namespaces (macOS, Windows, some containers) it runs beside us, with proxies that lead nowhere, and
its process group is killed at the end, together with the processes that carry its mark.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from .server import listen

__all__ = ["Box", "Outcome", "box", "clean_environment", "namespaces"]

_MARK = "POLYSKILL_VERIFY_RUN"
_MAX_OUTPUT = 4 * 1024 * 1024  # bytes that are read of each stream
_PASSES = 50  # looks for processes that are left, 20 ms apart
_START = 20.0  # seconds for the first process of a namespace to hand out its socket
_NOWHERE = {  # where there is no namespace: a client that heeds proxies does not get out
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
}
_NEEDED_ON_WINDOWS = ("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended. ``code`` is ``None`` if its time was up; ``seconds`` is wall time."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float


@cache
def namespaces() -> tuple[str, ...]:
    """Return the ``unshare`` command that works here, most isolation first; empty if none does."""
    program = shutil.which("unshare")
    if program is None or not sys.platform.startswith("linux"):
        return ()
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    network = ("--net", "--fork", "--kill-child")
    for more in (("--pid", "--mount-proc"), ("--pid",), ()):
        prefix = (program, *user, *network, *more, "--")
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(
                [*prefix, "true"], capture_output=True, timeout=10, check=False, env={}
            )
            if done.returncode == 0:
                return prefix
    return ()


def clean_environment(home: Path, path: Sequence[Path]) -> dict[str, str]:
    """Return an environment that holds nothing of the user's; ``path`` comes first on PATH."""
    folders = [*map(str, path), *os.defpath.split(os.pathsep), "/usr/local/bin", "/usr/bin", "/bin"]
    made = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PATH": os.pathsep.join(dict.fromkeys(each for each in folders if each)),
        "TMPDIR": str(home.parent),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }
    if sys.platform == "win32":
        made |= {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
    return made


class Box:
    """A place for one run: ``listener`` is a socket that the program in it can reach."""

    def __init__(self, listener: socket.socket, starter: _Starter | None) -> None:
        self.listener = listener
        self._starter = starter

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, timeout: float
    ) -> Outcome:
        """Run ``command`` in ``folder``; all of it is dead when this returns."""
        begun = time.monotonic()
        marked = {**environment, _MARK: secrets.token_hex(8)}
        if self._starter is None:
            marked |= _NOWHERE
        try:
            starter = self._starter or _start(command, marked, folder)
        except OSError as error:
            return Outcome(127, "", str(error), 0.0)
        if self._starter is not None:
            starter.order(command, marked, folder)
        try:
            code: int | None = starter.process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            starter.kill()
            _kill_marked(marked[_MARK])
        return Outcome(code, *starter.output(), time.monotonic() - begun)


@dataclass(frozen=True, slots=True)
class _Starter:
    process: subprocess.Popen[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]
    control: socket.socket | None = None

    def order(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        assert self.control is not None
        order = {"command": list(command), "environment": environment, "folder": str(folder)}
        with suppress(OSError):  # it died: its exit code and its standard error tell
            self.control.sendall(json.dumps(order).encode("utf-8"))
            self.control.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill the process group and wait for its leader."""
        with suppress(OSError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.control is not None:
            self.control.close()

    def close(self) -> None:
        """Kill it if it still runs, and let go of its output."""
        if self.process.poll() is None:
            self.kill()
        self.stdout.close()
        self.stderr.close()

    def output(self) -> tuple[str, str]:
        return _text(self.stdout), _text(self.stderr)


def _text(stream: IO[bytes]) -> str:
    with stream:
        stream.seek(0)
        return stream.read(_MAX_OUTPUT).decode("utf-8", "replace")


def _start(
    command: Sequence[str], environment: Mapping[str, str] | None, folder: Path, keep: int = -1
) -> _Starter:
    stdout = tempfile.TemporaryFile()  # noqa: SIM115  (read and closed when the process is dead)
    stderr = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(keep,) if keep >= 0 else (),
            start_new_session=True,
        )
    except OSError:
        stdout.close()
        stderr.close()
        raise
    return _Starter(process, stdout, stderr)


def _kill_marked(mark: str) -> None:
    """Kill what left its process group but still carries this run's mark in its environment.

    Linux only (``/proc``). A process that is killed while it forks leaves a child behind, and a
    namespace takes a moment to die with its first process, so this looks until there is none.
    """
    wanted = f"{_MARK}={mark}".encode()
    for _ in range(_PASSES):
        alive = False
        for entry in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if wanted in entry.read_bytes().split(b"\0"):
                    alive = True
                    os.kill(int(entry.parent.name), signal.SIGKILL)
        if not alive:
            return
        time.sleep(0.02)


@contextmanager
def box(network: str) -> Iterator[Box]:
    """Open a place for one run; ``network`` is ``namespace`` or ``loopback``.

    Raises:
        OSError: the system gave no socket or no process.
    """
    prefix = namespaces() if network == "namespace" else ()
    if not prefix:
        with listen() as listener:
            yield Box(listener, None)
        return
    ours, theirs = socket.socketpair()
    with theirs:
        script = str(Path(__file__).with_name("inside.py"))
        command = [*prefix, sys.executable, "-I", script, str(theirs.fileno())]
        started = _start(command, {"PATH": os.defpath}, Path("/"), theirs.fileno())
    starter = _Starter(started.process, started.stdout, started.stderr, ours)
    ours.settimeout(_START)
    try:
        descriptors = socket.recv_fds(ours, 1, 1)[1]
        if not descriptors:
            starter.kill()
            raise OSError(starter.output()[1].strip() or "the namespace could not be opened")
        with socket.socket(fileno=descriptors[0]) as listener:
            yield Box(listener, starter)
    finally:
        starter.close()
        ours.close()
