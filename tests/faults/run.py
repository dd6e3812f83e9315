"""Print the figures of docs/promises.md: `python tests/faults/run.py [--quick]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from cases import cases
from harness import Figures, sweep, why_not

FAULTS = ("signal=SIGKILL", "error=ENOSPC", "error=EACCES", "error=EIO")


def main() -> int:
    """Run all sweeps; the exit status is 1 if anything was torn."""
    reason = why_not()
    if reason:
        print(f"not run: {reason}")
        return 0
    start = time.monotonic()
    total: dict[str, Figures] = {}
    print("| command | injected | hit | old state | new state | torn |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for fault in FAULTS:
        step = 1 if fault.startswith("signal") and "--quick" not in sys.argv else 5
        for case in cases():
            with tempfile.TemporaryDirectory() as scratch:
                figures = sweep(case, Path(scratch), fault, step=step)
            print(figures.row(), flush=True)
            for torn in figures.torn:
                print("  torn:", torn, file=sys.stderr)
            kind = "SIGKILL" if fault.startswith("signal") else "errors"
            sum_ = total.setdefault(kind, Figures("all", kind))
            sum_.hits += figures.hits
            sum_.old += figures.old
            sum_.new += figures.new
            sum_.torn += figures.torn
    for figures in total.values():
        print(figures.row())
    print(f"\n{time.monotonic() - start:.0f} s")
    return 1 if any(figures.torn for figures in total.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
