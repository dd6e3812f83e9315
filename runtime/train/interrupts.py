"""Ctrl-C, and a queue's SIGTERM: a run ends after its step, saved; asked twice, at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .processes import processes

if TYPE_CHECKING:
    from .callback import Stop

__all__ = ["INTERRUPTED", "signals"]

INTERRUPTED = "interrupted"


@contextmanager
def signals(stop: Stop) -> Iterator[None]:
    """Let the two signals ask ``stop`` to end the run.

    Not where processes train together: they might stop in different steps, and wait for ever.
    """
    if processes() > 1 or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: Any) -> None:
        if stop.reason:
            signal.default_int_handler(number, frame)
        stop.reason = INTERRUPTED

    old = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in old.items():
            signal.signal(one, handler)
