"""Build again whenever a source changes; looking is one stat per file, so it needs no daemon."""

from __future__ import annotations

import time
from collections.abc import Callable

from .build import Request, Result, build
from .fingerprint import of_source

__all__ = ["watch"]


def _state(request: Request) -> tuple[str, ...]:
    found = []
    for source in request.sources:
        try:
            found.append(str(of_source(str(source))))
        except OSError:  # being replaced right now, or gone
            found.append("")
    return tuple(found)


def watch(
    request: Request,
    told: Callable[[Result], None],
    *,
    interval: float = 0.5,
    rounds: int | None = None,
) -> None:
    """Build, then look every ``interval`` seconds and build on a change, until interrupted.

    ``rounds`` ends the watch after that many looks.
    """
    seen = _state(request)
    told(build(request))
    looked = 0
    while rounds is None or looked < rounds:
        time.sleep(interval)
        looked += 1
        state = _state(request)
        if state != seen:
            # Editors write in several steps: wait until two looks agree.
            seen = state
            time.sleep(min(interval, 0.1))
            if _state(request) == seen:
                told(build(request))
            else:
                seen = ()
