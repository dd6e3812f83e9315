"""Other programs (git, npm, pip), run without a shell, without questions, and within bounds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .errors import SourceError
from .model import Limits

__all__ = ["run", "tail"]

_POLL = 0.1
_LARGEST_ANSWER = 320 * 1024 * 1024
_SECRET = re.compile(r"(?<=://)[^/\s@]+@")


def run(
    argv: Sequence[str],
    *,
    where: str,
    limits: Limits,
    env: Mapping[str, str],
    cwd: Path,
    watch: Path | None = None,
    stdin: bytes = b"",
) -> tuple[int, bytes, str]:
    """Run a program to its end.

    Args:
        argv: the program and its arguments; never a shell.
        where: the source, for messages.
        limits: ``deadline`` (seconds) and ``repository`` (bytes that ``watch`` may grow to).
        env: the whole environment.
        cwd: the folder to run in.
        watch: a folder that the program fills.
        stdin: what it reads.

    Returns:
        Its exit status, what it printed, and the end of its messages.

    Raises:
        SourceError: the program is missing, takes too long, or takes too much space.
    """
    program = Path(argv[0]).name
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(
                    argv,
                    stdin=given,
                    stdout=out,
                    stderr=err,
                    env=dict(env),
                    cwd=cwd,
                    start_new_session=True,  # no terminal to ask for a password on
                )
            except OSError:
                raise SourceError(codes.PROGRAM_MISSING, where, program=program) from None
        try:
            _wait(process, program, where, limits, (watch, out, err))
        finally:
            _stop(process)
        out.seek(0)
        return process.returncode, out.read(), tail(_end(err))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a program that still runs, with those that it started."""
    if process.poll() is None:
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _wait(
    process: subprocess.Popen[bytes],
    program: str,
    where: str,
    limits: Limits,
    fills: tuple[Path | None, IO[bytes], IO[bytes]],
) -> None:
    """Wait for the end of a program; what it ``fills`` (a folder, two files) is bounded."""
    watch, *files = fills
    began = time.monotonic()
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            if time.monotonic() - began >= limits.deadline:
                seconds = f"{limits.deadline:g}"
                raise _failed(
                    program,
                    where,
                    f"it took longer than {seconds} seconds",
                    f"用时超过 {seconds} 秒",
                ) from None
            ended = False
        else:
            ended = True
        if any(os.fstat(file.fileno()).st_size > _LARGEST_ANSWER for file in files):
            raise _failed(program, where, "its answer is too long", "输出过长")
        if watch is not None and _size(watch) > limits.repository:
            mib = limits.repository // (1024 * 1024)
            raise SourceError(codes.DOWNLOAD_TOO_LARGE, where, limit=mib)
        if ended:
            return


def _size(folder: Path) -> int:
    total = 0
    for real, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.stat(f"{real}/{name}", follow_symlinks=False).st_size  # noqa: PTH116
            except OSError:
                continue
    return total


def _end(file: IO[bytes]) -> str:
    file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
    return file.read().decode("utf-8", "replace")


def tail(text: str) -> str:
    """Return the most telling line of a program's messages, without credentials."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [
        line for line in lines if re.match(r"(fatal|error|npm (error|ERR!)|ERROR)\b", line)
    ] or lines
    return _SECRET.sub("…@", telling[0])[:300] if telling else "no message"


def _failed(program: str, where: str, en: str, zh: str) -> SourceError:
    return SourceError(codes.PROGRAM_FAILED, where, program=program, reason=Text(en, zh))
