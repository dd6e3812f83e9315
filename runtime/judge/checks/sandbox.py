"""Runs a Python script of a check with little time, little memory, no network and no environment.

On Linux the script runs in namespaces of its own (network, processes) where the system allows that
without privileges, and may write to its own folder only. Elsewhere the limits on time, memory and
files remain; :attr:`Ended.open` says what could not be closed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread
from typing import IO, Any

__all__ = ["CPU_SECONDS", "WALL_SECONDS", "Ended", "run_script"]

CPU_SECONDS = 5
WALL_SECONDS = 20.0
_MOST_OUTPUT = 64 << 10  # bytes that are kept; the rest is read and forgotten
_FAREWELL = 5.0  # seconds for the output of what was killed
_INSIDE = Path(__file__).with_name("inside.py")
_CODES = {101: 1, 1: 70}  # what inside.py ends with; 1 is no status of its own
_NEEDED_ON_WINDOWS = ("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a script ended.

    ``code`` is 0 if it passed the answer, 1 if it failed it, ``None`` if its time was up, and
    something else if it broke or was killed. ``open`` names what it could have reached: "network",
    "UDP" (of the network, that only), "files".
    """

    code: int | None
    output: str
    open: tuple[str, ...]


@cache
def _namespaces() -> tuple[str, ...]:
    """Return the ``unshare`` command that works here, most isolation first; empty if none does."""
    program = shutil.which("unshare")
    if program is None or not sys.platform.startswith("linux"):
        return ()
    mapped = () if os.geteuid() == 0 else ("--map-root-user",)
    spaces = ("--net", "--ipc", "--pid", "--fork", "--kill-child")
    for last in (("--mount-proc",), ()):
        prefix = (program, *mapped, *spaces, *last, "--")
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run([*prefix, "true"], capture_output=True, timeout=10, check=False)
            if done.returncode == 0:
                return prefix
    return ()


def _environment(home: Path) -> dict[str, str]:
    made = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "TMPDIR": str(home),
        "TEMP": str(home),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # each thread of it reserves memory
        "OMP_NUM_THREADS": "1",
    }
    if sys.platform == "win32":
        made |= {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
    return made


class _Output:
    """Reads a pipe to its end and keeps the beginning."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._kept = bytearray()
        self._thread = Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while part := pipe.read1(1 << 16):  # type: ignore[attr-defined]
                self._kept += part[: _MOST_OUTPUT - len(self._kept)]

    def text(self) -> str:
        self._thread.join(_FAREWELL)
        return bytes(self._kept).decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_script(
    script: Path, given: Any, cpu: int = CPU_SECONDS, wall: float = WALL_SECONDS
) -> Ended:
    """Run ``script`` with ``given`` as JSON on standard input, for ``wall`` seconds at most.

    Raises:
        OSError: no process could be started, or there is no place for its files.
    """
    prefix = _namespaces()
    with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        work = scratch / "work"
        work.mkdir()
        source = scratch / "input.json"
        source.write_text(json.dumps(given), encoding="ascii")
        inner = [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(_INSIDE)]
        with source.open("rb") as stdin:
            process = subprocess.Popen(
                [*prefix, *inner, str(script), name, str(cpu), "1" if prefix else "0"],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=_environment(work),
                cwd=work,
                start_new_session=True,
            )
        assert process.stdout is not None
        output = _Output(process.stdout)
        code: int | None = None
        try:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(wall)
        finally:
            _kill(process)
        if code is not None:
            code = _CODES.get(code, code)
        return Ended(code, output.text(), _open(scratch, bool(prefix)))


def _open(scratch: Path, namespace: bool) -> tuple[str, ...]:
    try:
        closed = json.loads((scratch / "isolation.json").read_text("ascii"))
    except (OSError, ValueError):
        closed = {}  # it died before it said
    # Landlock knows TCP, but not UDP.
    found = () if namespace else ("UDP",) if closed.get("network") else ("network",)
    return found if closed.get("files") else (*found, "files")
