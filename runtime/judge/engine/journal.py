"""The journal of a run: rows appended to a file and synced, many to one sync; nothing rewritten."""

from __future__ import annotations

import asyncio
import errno
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from .lock import JournalBusy, JournalError, JournalFull, JournalLock
from .rows import Problem, decode, encode, is_final, replaces, replies, scan

__all__ = ["BatchesOpen", "Journal", "JournalBusy", "JournalError", "JournalFull", "OpenBatch"]

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_sync = getattr(os, "fdatasync", os.fsync)
_MOST = 1024  # rows that wait for one sync at most


@dataclass(slots=True)
class _Waiting:
    """A row that waits for its sync, and who waits for it."""

    line: bytes
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[int]


@dataclass(slots=True)
class OpenBatch:
    """A batch of a model that owes replies to ``keys``, and was looked at in vain so often."""

    model: str
    keys: set[str]
    looks: int = 0


class BatchesOpen(JournalError):
    """Calls (``keys`` of them) would be paid a second time: open batches owe their replies.

    ``batches`` are the ids of those; ``text`` says so in English ("en") and Chinese ("zh").
    """

    def __init__(self, path: Path, batches: tuple[str, ...], keys: int) -> None:
        named = ", ".join(batches)
        self.batches = batches
        self.text: Mapping[str, str] = {
            "en": f"{path}: calls of this run ({keys}) were handed in before as batches ({named}) "
            "that are not collected yet, and asking again would pay twice: run the same command "
            "with --batch, which collects them",
            "zh": f"{path}：本次运行有 {keys} 个调用此前已作为批次（{named}）提交，结果尚未取回，"
            "再次请求会重复付费：请给同一命令加上 --batch，取回这些结果",
        }
        super().__init__(self.text["en"])


class Journal:
    """An append-only file of rows, one JSON object a line, held by one process at a time.

    Rows are kept on disk only: memory holds, per key, where its row stands and whether it is
    final. ``problems`` says what could not be read when the file was opened (a last line that is
    torn is cut off, a corrupt one is passed over). ``spent`` is what all replies together cost,
    ``at_risk`` what calls may have cost that were begun and have no reply; both in US dollars.
    """

    def __init__(self, path: str | Path) -> None:
        """Open or make the file.

        Raises:
            JournalBusy: another process has it open.
            OSError: it cannot be read or written.
        """
        self.path = Path(path)
        self.problems: tuple[Problem, ...] = ()
        self.spent = 0.0
        self._known: dict[str, tuple[int, bool]] = {}
        self._begun: dict[str, float] = {}
        self._lost = 0.0
        self._batches: dict[str, OpenBatch] = {}
        self._failed: JournalError | None = None
        self._writing = threading.Lock()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = JournalLock(self.path)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
            flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o644)
            try:
                self._read()
                self._sync_folder()
            except BaseException:
                os.close(self._file)
                raise
        except BaseException:
            self._lock.release()
            raise
        self._writer = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._writer.start()

    @classmethod
    def open(cls, path: str | Path) -> Journal:
        """Open or make a journal, as the constructor does."""
        return cls(path)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What is known

    @property
    def at_risk(self) -> float:
        """What calls may have cost that were begun and never got a reply, in US dollars."""
        return self._lost + sum(self._begun.values())

    @property
    def batches(self) -> Mapping[str, OpenBatch]:
        """The batches that were handed in and still owe replies, by id."""
        return self._batches

    def batch_of(self, key: str) -> str:
        """Return the id of the open batch that owes the reply to ``key``, "" if none does."""
        return next((name for name, batch in self._batches.items() if key in batch.keys), "")

    def check_batches(self, keys: Iterable[str]) -> None:
        """See that no open batch owes the reply to one of ``keys``.

        Raises:
            BatchesOpen: some do.
        """
        found = [batch for key in keys if (batch := self.batch_of(key))]
        if found:
            raise BatchesOpen(self.path, tuple(sorted(set(found))), len(found))

    def risk(self, key: str) -> float:
        """What the call that was begun for ``key`` may have cost, in US dollars; 0 if none was."""
        return self._begun.get(key, 0.0)

    def outcome_is_final(self, key: str) -> bool | None:
        """Tell whether the reply to ``key`` is final; ``None`` where there is no reply."""
        known = self._known.get(key)
        return None if known is None else known[1]

    def reply(self, key: str) -> dict[str, Any] | None:
        """Read the row that stands for ``key`` from the file; ``None`` where there is none."""
        known = self._known.get(key)
        if known is None:
            return None
        with self.path.open("rb") as file:
            file.seek(known[0])
            return decode(file.readline())

    def replies(self) -> Iterator[dict[str, Any]]:
        """Yield the row that stands for each key, one in memory at a time."""
        return replies(self.path)

    # Writing

    def write(self, row: Mapping[str, Any]) -> None:
        """Append a row that need not survive a power cut: after this, it survives kill −9.

        Raises:
            JournalFull: the disk took no more.
            JournalError: the journal is closed, or the disk failed.
        """
        with self._writing:
            offset = self._end
            self._put([encode(row)])
        self._note(row, offset)

    async def append(self, row: Mapping[str, Any]) -> None:
        """Append a row and return when it is on the disk; many callers share one sync.

        Raises:
            JournalFull: the disk took no more.
            JournalError: the journal is closed, or the disk failed.
        """
        if self._failed is not None:
            raise self._failed
        loop = asyncio.get_running_loop()
        waiting = _Waiting(encode(row), loop, loop.create_future())
        self._queue.put(waiting)
        self._note(row, await waiting.done)

    def close(self) -> None:
        """Write and sync what waits, then let the file go; a second time does nothing."""
        if self._file < 0:
            return
        self._queue.put(None)
        self._writer.join()
        with suppress(OSError):  # rows that had to be on the disk were synced one by one
            _sync(self._file)
        os.close(self._file)
        self._file = -1
        self._failed = self._failed or JournalError(f"{self.path} is closed")
        self._lock.release()

    # Inside

    def _note(self, row: Mapping[str, Any], offset: int) -> None:
        kind = row["t"]
        if kind == "start":
            key = row["key"]
            if not row.get("attempt") and key in self._begun:  # a process died within that call
                self._lost += self._begun[key]
            self._begun[key] = row.get("reserved") or 0.0
        elif kind == "reply":
            key = row["key"]
            self._begun.pop(key, None)
            self.spent += (row.get("cost") or 0.0) + (row.get("uncertain") or 0.0)
            known = self._known.get(key)
            if known is None or replaces(row, known[1]):
                self._known[key] = (offset, is_final(row))
            self._settle_batch(row.get("batch", ""), {key})
        elif kind == "batch":
            for earlier in list(self._batches):  # what is handed in anew, that one does not owe
                self._settle_batch(earlier, set(row["keys"]))
            self._batches[row["id"]] = OpenBatch(row["model"], set(row["keys"]))
        elif kind == "batch-look" and row["id"] in self._batches:
            self._batches[row["id"]].looks += 1

    def _settle_batch(self, name: str, keys: set[str]) -> None:
        batch = self._batches.get(name)
        if batch is not None:
            batch.keys -= keys
            if not batch.keys:
                del self._batches[name]

    def _read(self) -> None:
        problems = []
        self._end = os.fstat(self._file).st_size
        for line in scan(self.path):
            if line.row is not None:
                self._note(line.row, line.offset)
                if not line.complete:  # only its line end is missing
                    self._put([b"\n"])
            elif line.complete:
                problems.append(Problem("corrupt", line.number, line.length))
            else:
                problems.append(Problem("torn", line.number, line.length))
                os.ftruncate(self._file, line.offset)
                self._end = line.offset
        self.problems = tuple(problems)

    def _sync_folder(self) -> None:
        """Make the file's name durable, where folders can be synced (not on Windows)."""
        if hasattr(os, "O_DIRECTORY"):
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _put(self, lines: list[bytes]) -> int:
        """Write lines; return how many are whole in the file. Only with the lock held.

        Where the disk takes only some, the rest is cut off and the journal takes no more.

        Raises:
            JournalError: none of the lines could be written.
        """
        if self._failed is not None:
            raise self._failed
        data = memoryview(b"".join(lines))
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError as error:
            self._failed = self._error(error)
        whole = 0
        size = 0
        for line in lines:
            if size + len(line) > written:
                break
            size += len(line)
            whole += 1
        if size < written:
            with suppress(OSError):  # what stays is a torn line, which reading cuts off
                os.ftruncate(self._file, self._end + size)
        self._end += size
        if self._failed is not None and not whole:
            raise self._failed
        return whole

    def _error(self, error: OSError) -> JournalError:
        if error.errno in _FULL:
            return JournalFull(
                f"{self.path}: no space left ({error.strerror}); the rows before are kept: "
                "make room, then run the same command again and it goes on from there"
            )
        return JournalError(f"{self.path}: {error.strerror}")

    def _write_all(self) -> None:
        """Take the rows that wait, write them, sync once, tell who waits; until the end."""
        ended = False
        while not ended:
            group: list[_Waiting] = []
            first = self._queue.get()
            with suppress(queue.Empty):
                while first is not None:
                    group.append(first)
                    if len(group) == _MOST:
                        break
                    first = self._queue.get_nowait()
            ended = first is None
            if group:
                self._write_group(group)

    def _write_group(self, group: list[_Waiting]) -> None:
        whole = 0
        try:
            with self._writing:
                offset = self._end
                whole = self._put([waiting.line for waiting in group])
            _sync(self._file)
        except JournalError:
            pass  # it is in self._failed, and each of the group is told
        except OSError as error:  # the sync failed: nothing is known of these rows
            self._failed = self._error(error)
            whole = 0
        told: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[int], int | None]]] = {}
        for number, waiting in enumerate(group):
            place = offset if number < whole else None
            told.setdefault(waiting.loop, []).append((waiting.done, place))
            offset += len(waiting.line)
        for loop, results in told.items():
            with suppress(RuntimeError):  # that loop is closed: nobody waits in it any more
                loop.call_soon_threadsafe(self._tell, results)

    def _tell(self, results: list[tuple[asyncio.Future[int], int | None]]) -> None:
        for done, place in results:
            if done.done():  # its task was cancelled
                continue
            if place is None:
                assert self._failed is not None
                done.set_exception(self._failed)
            else:
                done.set_result(place)
