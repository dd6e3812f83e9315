"""Trees to change, and system calls that fail or after which nothing runs any more."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

# The trees, the changes between two of them and the snapshots are those of the fault tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

# All that the engine asks of the system.
CALLS = (
    "open", "write", "mkdir", "rmdir", "rename", "replace", "link", "unlink", "fsync", "fchmod",
    "chmod", "fchown", "lstat", "fstat", "scandir", "getxattr", "listxattr", "setxattr",
)  # fmt: skip
READING = {"lstat", "fstat", "scandir", "getxattr", "listxattr"}


class Crash(BaseException):
    """The process ends here: every later system call raises it again."""


class Faults:
    """Counts the engine's system calls and disturbs the ``at``-th (from 1).

    ``kind`` is ``crash``, ``interrupt`` (Ctrl-C), ``ENOSPC`` … (once) or ``ENOSPC!`` (from then
    on, for calls that write). ``second`` is another fault that strikes that many calls later.
    """

    def __init__(self, kind: str, at: int, second: tuple[str, int] | None = None) -> None:
        self.kind = kind
        self.at = at
        self.second = second
        self.count = 0
        self.struck = ""
        self._dead = False

    def hit(self, name: str) -> None:
        self.count += 1
        if self._dead:
            raise Crash
        if self.count == self.at:
            self.struck = name
            self._strike(self.kind)
        elif self.struck and self.kind.endswith("!") and name not in READING:
            self._strike(self.kind)
        if self.second and self.count == self.at + self.second[1]:
            self._strike(self.second[0])

    def _strike(self, kind: str) -> None:
        if kind == "crash":
            self._dead = True
            raise Crash
        if kind == "interrupt":
            raise KeyboardInterrupt
        code = getattr(errno, kind.rstrip("!"))
        raise OSError(code, os.strerror(code))

    def _wrapped(self, name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.hit(name)
            return None if name == "fsync" else real(*args, **kwargs)

        return call

    @contextmanager
    def armed(self) -> Iterator[None]:
        with ExitStack() as stack:
            for name in CALLS:
                if hasattr(os, name):
                    stack.enter_context(mock.patch.object(os, name, self._wrapped(name)))
            yield


@pytest.fixture
def faults() -> type[Faults]:
    return Faults


@pytest.fixture
def crash() -> type[Crash]:
    return Crash


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in memory where the system has such a place: thousands of trees go by."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="polyskill-") as folder:
        yield Path(folder)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project folder whose name is Chinese."""
    folder = tmp_path / "项目"
    folder.mkdir()
    return folder
