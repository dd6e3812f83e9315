"""Many items on all cores; a few items right here."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, TypeVar

from polyskill.compiler.source import Source

from ..registry import get
from .sinks import Change, CompareSink, DiskSink
from .worker import Job, Made, run_job

__all__ = ["Done", "run", "spread"]

_FEW = 24  # below this, starting processes costs more than it saves
_CHUNK = 25

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def _begin(initializer: Callable[..., None] | None, initargs: tuple[Any, ...]) -> None:
    """Start a worker: Ctrl-C is for the parent, which then stops handing out work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer is not None:
        initializer(*initargs)


def spread(
    function: Callable[[Sequence[Item]], Answer],
    items: Sequence[Item],
    processes: int,
    progress: Callable[[int, int], None],
    *,
    initializer: Callable[..., None] | None = None,
    initargs: tuple[Any, ...] = (),
) -> list[Answer]:
    """Call ``function`` on chunks of ``items`` in worker processes; answers in order of the items.

    ``function`` must be a module-level function; with one process or few items it is called here,
    on all items at once, and the initializer is not.
    """
    total = len(items)
    if processes <= 1 or total < _FEW:
        return [function(items)]
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    answers: dict[int, Answer] = {}
    finished = 0
    gc.freeze()  # what is imported by now is shared with the workers, not copied by a collection
    executor = ProcessPoolExecutor(
        processes, context, initializer=_begin, initargs=(initializer, initargs)
    )
    try:
        futures = {
            executor.submit(function, items[start : start + _CHUNK]): start
            for start in range(0, total, _CHUNK)
        }
        for future in as_completed(futures):
            start = futures[future]
            answers[start] = future.result()
            finished += min(_CHUNK, total - start)
            progress(finished, total)
    finally:
        executor.shutdown(cancel_futures=True)  # after an interruption: what has begun, no more
        gc.unfreeze()
    return [answers[start] for start in sorted(answers)]


@dataclass(slots=True)
class Done:
    """The results in the order of the jobs, and what worker processes wrote (not this one)."""

    made: list[Made] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    written: int = 0
    shared: int = 0
    untouched: int = 0


_sink: DiskSink | CompareSink | None = None


def _start(sink: DiskSink | CompareSink) -> None:
    global _sink  # noqa: PLW0603  (one sink a process, so that identical bytes are shared)
    _sink = sink


def _chunk(jobs: Sequence[Job]) -> Done:
    if _sink is None:
        msg = "the worker process was not started by run()"
        raise RuntimeError(msg)
    if isinstance(_sink, CompareSink):
        _sink.changes = []
        return Done([run_job(job, _sink) for job in jobs], _sink.changes)
    _sink.written = _sink.shared = _sink.untouched = 0
    made = [run_job(job, _sink) for job in jobs]
    return Done(made, [], _sink.written, _sink.shared, _sink.untouched)


def _load(jobs: Sequence[Job]) -> None:
    """Import here what every worker needs, so that forked ones have it already."""
    from polyskill.compiler.markdown import parse  # noqa: PLC0415
    from polyskill.compiler.readers import dispatch  # noqa: PLC0415, F401

    parse(Source("", ""))
    for name in {target.platform for job in jobs for target in job.targets}:
        get(name)


def run(
    jobs: Sequence[Job],
    sink: DiskSink | CompareSink,
    processes: int,
    progress: Callable[[int, int], None],
) -> Done:
    """Run jobs, in this process if they are few, else in ``processes`` worker processes."""
    if processes <= 1 or len(jobs) < _FEW:
        done = Done()
        for number, job in enumerate(jobs, 1):
            done.made.append(run_job(job, sink))
            progress(number, len(jobs))
        return done
    _load(jobs)
    parts = spread(_chunk, jobs, processes, progress, initializer=_start, initargs=(sink,))
    return Done(
        [made for part in parts for made in part.made],
        [change for part in parts for change in part.changes],
        sum(part.written for part in parts),
        sum(part.shared for part in parts),
        sum(part.untouched for part in parts),
    )
